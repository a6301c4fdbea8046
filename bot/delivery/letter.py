"""A letter on its way, and what is decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.announce.occasion import Occasion

# pending -> sending (committed before the request) -> sent | pending again | doubt | dead.
# held: its campaign is paused. doubt: the answer was lost, repeated once when due. unknown: repeated, and
# still nobody knows. expired: never sent, by a rule that `reason` names.
State = Literal["pending", "held", "sending", "sent", "doubt", "unknown", "dead", "expired"]

# Why a letter is expired.
STOPPED = "the chat does not want announcements any more"
REPLACED = "something newer went out instead"
CANCELLED = "the announcement was cancelled"
OVER = "it is over"
TOO_LATE = "it would have come too late"
RESTORED = "the database was restored from a copy"


@dataclass(frozen=True, slots=True)
class Told:
    """What a chat was told of an occasion before."""

    occasion: Occasion
    message: int | None  # to edit; None where its id is not known, or it told of other things as well
    digest: bool = False  # it told of other things as well


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one chat; its text is made when it is sent, of the newest confirmed content."""

    id: int
    campaign: int | None
    kind: str  # new, text, change, cancel, reminder:<minutes>
    chat: int
    thread: int | None
    language: str
    occasion: Occasion
    attempts: int  # this one included
    doubts: int = 0  # answers lost so far
    told: Told | None = None  # only for kind change
    others: tuple[Letter, ...] = ()  # that leave in the same message, a digest

    @property
    def together(self) -> tuple[Letter, ...]:
        """All letters of its message, itself first."""
        return (self, *self.others)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a letter, and what its chat taught us."""

    state: State
    due: datetime | None = None  # of the next attempt; None leaves it
    message: int | None = None
    reason: str | None = None
    doubted: bool = False  # an answer was lost
    gone: bool = False  # pause the subscription until they come back
    moved_to: int | None = None  # the chat's new id
    topic_closed: bool = False  # write to the group itself from now on
