"""Every error that Klyngebot raises on purpose; each carries its facts as attributes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class KlyngebotError(Exception):
    """A failure that can be told to a person as one plain line."""


class SettingsError(KlyngebotError):
    """A setting is missing or means nothing; `setting` names the environment variable."""

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.setting = setting


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a knowledge file: where it stands and what to do about it."""

    file: str
    line: int  # 1-based; 0 where the file as a whole is meant
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


class KnowledgeError(KlyngebotError):
    """The knowledge folder cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class LearningError(KlyngebotError):
    """Nothing could be learnt from a knowledge base whose files are in order."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the knowledge base could not be learnt: {reason}")


class FeedError(KlyngebotError):
    """A calendar feed cannot be fetched or read; `url` says which."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"the calendar {url} {problem}")
        self.url = url


class StoreError(KlyngebotError):
    """The database cannot be used as it is."""


class NotStorable(StoreError):
    """What was to be written is nothing the database takes, however often it is tried."""


class AnnounceError(KlyngebotError):
    """What is to be announced cannot be, as it was asked for."""


class SendError(KlyngebotError):
    """A call to Telegram did not do what it should."""


class ChatGone(SendError):
    """The chat does not take messages from us any more (blocked, deleted, left)."""


class Refused(SendError):
    """Telegram refuses the call itself; trying again cannot mend it."""


class TryLater(SendError):
    """A passing failure; `wait` is how many seconds Telegram asked for, None when it did not say."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class AnswerLost(SendError):
    """The call went out and no answer came back: whether it was done is not known."""


class ServerFailed(AnswerLost):
    """Telegram's own server failed (5xx): most likely not done, yet nobody promises that."""


class ChatMoved(SendError):
    """The group became a supergroup and has another id now."""

    def __init__(self, chat: int) -> None:
        super().__init__("the group has moved")
        self.chat = chat


class TopicClosed(SendError):
    """The forum topic is closed or gone; the group itself may still be written to."""
