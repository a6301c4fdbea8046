"""What handlers are given, what they give back, and the memory the door needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from telegram import Message, Update

from bot.answer.dialogue import Asker
from bot.answer.privacy import Policy
from bot.chat.lately import Lately
from bot.knowledge.shelf import Shelf
from bot.reply import Effect, InlineResult
from bot.understand.version import Version


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str

    def link(self, payload: str) -> str:
        """The address that opens a private chat with the bot and starts with `payload`."""
        return f"https://t.me/{self.username}?start={payload}"


@dataclass(frozen=True, slots=True)
class Services:
    """All a handler may use."""

    shelf: Shelf[Version]
    me: Me
    policy: Policy = field(default_factory=Policy)
    lately: Lately = field(default_factory=Lately)


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update and what is known about who it came from."""

    update: Update
    chat: int
    person: int
    asker: Asker
    now: datetime  # aware, UTC
    answers: tuple[int, ...] = ()  # an edited message: our messages that answered it

    @property
    def message(self) -> Message:
        """The new or edited message; only handlers of messages may ask."""
        message = self.update.effective_message
        assert isinstance(message, Message)
        return message


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Delete messages of ours that a changed answer no longer needs."""

    chat: int
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnswerGuest:
    """Answer somebody who mentioned the bot in a chat it is not a member of."""

    query: str
    result: InlineResult


@dataclass(frozen=True, slots=True)
class Invite:
    """Answer an inline query with no results but a button, labelled `text`, that opens a private chat."""

    query: str
    text: str


ChatEffect = Effect | Withdraw | AnswerGuest | Invite
Effects = Sequence[ChatEffect]
Handler = Callable[[Services, Incoming], Effects | Awaitable[Effects]]


class Known(Protocol):
    """What the memory knows of a person in a chat."""

    @property
    def language(self) -> str | None: ...
    @property
    def entry(self) -> str | None: ...
    @property
    def at(self) -> datetime | None: ...


class Memory(Protocol):
    """What survives a restart."""

    async def known(self, chat: int, person: int) -> Known: ...

    async def reply_to(self, chat: int, question: int) -> tuple[int, ...]: ...
