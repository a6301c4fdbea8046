"""What understanding ends in: a value for every case, so that nobody forgets one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.finding import Finding
from bot.understand.match import Ranking

CERTAIN = 0.97  # confidence of a question whose every word the directory explains


@dataclass(frozen=True, slots=True)
class Found:
    """The directory knows: one row (and what of it is asked for), or a list."""

    finding: Finding
    ranking: Ranking
    confidence: float = CERTAIN


@dataclass(frozen=True, slots=True)
class Sourced(Sure):
    """Asked where the last answer is from: its sources, of the entry that it was."""


@dataclass(frozen=True, slots=True)
class Private(Unknown):
    """Refused: what is asked about a person is nobody's business."""


@dataclass(frozen=True, slots=True)
class Untold(Unknown):
    """Not known: a row is named, and no source says what is asked of it ("the turnover of NODE")."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Several:
    """More than one question in one message, each with its own outcome, in the order asked."""

    parts: tuple[tuple[str, Sure | Found], ...]
    ranking: Ranking  # of the whole message


Single = Sure | Unsure | Unknown | Found  # of one question
Outcome = Single | Several
