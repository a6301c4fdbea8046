"""What of an occasion changed, as far as those who know the old one must hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.announce.occasion import Occasion
from bot.knowledge.dates import PartialDate

What = Literal["start", "end", "opens", "place"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another now; a time is a PartialDate, a place a text, None where there was none."""

    what: What
    before: PartialDate | str | None
    after: PartialDate | str | None


def changes(before: Occasion, after: Occasion) -> tuple[Change, ...]:
    """What changed of time and place: what deserves a new message; other edits only mend the old one."""
    pairs: tuple[tuple[What, PartialDate | str | None, PartialDate | str | None], ...] = (
        ("start", before.start, after.start),
        ("end", before.end, after.end),
        ("opens", before.opens, after.opens),
        ("place", place_of(before), place_of(after)),
    )
    return tuple(Change(what, old, new) for what, old, new in pairs if old != new)


def place_of(occasion: Occasion) -> str | None:
    """`Grieghallen, Bergen`; None where no place is known."""
    return ", ".join(part for part in (occasion.place, occasion.city) if part) or None
