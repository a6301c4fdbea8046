"""An update on its way: as it came, as it is handed out, and what is owed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.reply import Asked, Remember


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as Telegram gave it. Those of one `lane` are handled one after the other."""

    update: int  # Telegram's number for it
    lane: str
    urgent: bool  # somebody looks at a spinning wheel: taps and inline queries
    body: str  # JSON
    at: datetime  # aware, UTC
    too_fast: bool = False  # its sender is asked to slow down instead


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update handed out for the `attempts`th time; `number` is its place in the inbox."""

    number: int
    update: int
    lane: str
    urgent: bool
    body: str
    at: datetime
    too_fast: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One effect that is owed for an update, the `position`th; `question` is the message it answers."""

    update: int
    position: int
    lane: str
    effect: str  # JSON
    chat: int
    question: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What handling an update came to: it leaves the inbox, and this is written in its place."""

    waiting: Waiting
    remember: tuple[Remember, ...]
    outgoing: tuple[Outgoing, ...]
    at: datetime
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """An effect was carried out, or given up; `messages` are what Telegram called it."""

    outgoing: Outgoing
    messages: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """What to do next: effects that an earlier holder left, by update, and updates."""

    owed: tuple[tuple[Outgoing, ...], ...]
    updates: tuple[Waiting, ...]


def sender_of(raw: Mapping[str, Any]) -> tuple[int, int]:
    """The ids of chat and person, 0 where there is none. Nothing is taken for granted of what came."""
    content: Any = next((value for key, value in raw.items() if key != "update_id"), None)
    message = content.get("message") if isinstance(content, dict) and "data" in content else content
    return _id(message, "chat"), _id(content, "from") or _id(content, "sender_chat")


def _id(content: object, key: str) -> int:
    found = content.get(key) if isinstance(content, dict) else None
    number = found.get("id") if isinstance(found, dict) else None
    return number if type(number) is int else 0
