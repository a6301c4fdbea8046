"""The texts of what is sent by itself, from the version of the base that is in use then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.announce.changes import Change
from bot.announce.occasion import Occasion
from bot.answer.digest import compose_digest
from bot.answer.letters import compose_letter
from bot.knowledge.shelf import Shelf
from bot.reply import Reply
from bot.understand.version import Version


class Wording:
    """Letters and digests, worded anew each time."""

    def __init__(self, shelf: Shelf[Version]) -> None:
        self._shelf = shelf

    def letter(
        self, occasion: Occasion, kind: str, language: str, now: datetime, changed: tuple[Change, ...] = ()
    ) -> Reply:
        """One letter; see `compose_letter`."""
        return compose_letter(self._shelf.current, occasion, kind, language, now, changed)

    def digest(self, occasions: Sequence[Occasion], language: str, now: datetime) -> Reply:
        """Several at once; see `compose_digest`."""
        return compose_digest(self._shelf.current, occasions, language, now)
