"""The answers of this minute: what many people ask at once, after an announcement, is understood once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.answer.asked import asked
from bot.answer.dialogue import Asker, answer, is_question, menu_language, talked_about, understand
from bot.reply import Asked, Reply
from bot.understand.outcome import Outcome
from bot.understand.version import Version

MOST = 1000  # answers; more are made anew each time


@dataclass(frozen=True, slots=True)
class Said:
    """What was understood of a question, what is said to it, and what of it may be kept."""

    outcome: Outcome
    reply: Reply
    kept: Asked | None


class Lately:
    """Answers by all that they depend on, in memory only and without who asked.

    Nothing in an answer changes within a minute: an event's times are minutes, and all else is days.
    """

    def __init__(self) -> None:
        self._version: Version | None = None
        self._minute: datetime | None = None
        self._said: dict[tuple[str, str, str], Said] = {}
        self._latest: dict[str, Said] = {}  # by question

    def answer(self, version: Version, question: str, asker: Asker, now: datetime) -> Said:
        """The answer to a question, made now or earlier in this minute."""
        minute = now.replace(second=0, microsecond=0)
        if version is not self._version or minute != self._minute:
            self._clear()
            self._version, self._minute = version, minute
        key = (question, menu_language(asker, version), talked_about(asker, now))
        said = self._said.get(key)
        if said is None:
            said = _made(version, question, asker, now)
            if len(self._said) < MOST:
                self._said[key] = said
        if len(self._latest) < MOST:
            self._latest[question] = said
        return said

    def latest(self, question: str) -> Said | None:
        """What was said to a question last, in this minute and whatever was said before it."""
        return self._latest.get(question)

    async def forget(self) -> None:
        """Keep nothing; for when nobody asks any more."""
        self._clear()
        self._version = None

    def _clear(self) -> None:
        self._said.clear()
        self._latest.clear()


def _made(version: Version, question: str, asker: Asker, now: datetime) -> Said:
    outcome = understand(version, question, asker, now)
    reply = answer(version, question, outcome, asker, now)
    kept = asked(version, question, outcome, reply.language) if is_question(question) else None
    return Said(outcome, reply, kept)
