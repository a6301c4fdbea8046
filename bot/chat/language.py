"""The choice of language, by button or by command."""

from __future__ import annotations

from dataclasses import replace

from bot.answer.dialogue import show
from bot.chat.services import Incoming, Services
from bot.reply import Remember, Reply
from bot.understand.version import Version

PREFIX = "language_"


def choice(version: Version, data: str) -> str | None:
    """The language that `data` chooses, "" for Telegram's own; None when it chooses none we have."""
    code = data.removeprefix(PREFIX) if data.startswith(PREFIX) else ""
    if code == "auto":
        return ""
    return code if code in version.knowledge.languages else None


def choose(services: Services, incoming: Incoming, language: str) -> tuple[Reply, Remember]:
    """The choice again, in the new language, and what to keep of it."""
    asker = replace(incoming.asker, chosen=language or None)
    reply = show(services.shelf.current, "language", asker, incoming.now)
    assert reply is not None  # every base has the choice of language
    return reply, Remember(incoming.chat, incoming.person, language=language)
