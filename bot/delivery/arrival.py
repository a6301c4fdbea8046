"""An update on its way: as it came, as it is handed out, and what is owed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.reply import Remember


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
