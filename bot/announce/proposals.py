"""What of the events as they now stand in the files staff should be asked to tell: a pure comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.announce.occasion import Occasion, revision

Kind = Literal["new", "change", "cancel"]
VANISHED = "feed: vanished"  # who proposes to cancel what a calendar does not hold any more


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an occasion: the revision seen last, and the one told last.

    `present` is the one seen last in its source: another than `last` while staff are asked about its absence.
    """

    last: str
    told: str | None
    present: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An occasion that was not seen like this before; `kind` None: nobody need be told."""

    occasion: Occasion
    kind: Kind | None


def proposals(
    current: Iterable[Occasion],
    seen: Mapping[str, Seen],
    first: bool,
    now: datetime,
    zone: ZoneInfo,
    known: Collection[str] = (),
    gone: bool = False,
) -> list[Proposal]:
    """Everything that has changed since the last look.

    At the `first` look ever all is just taken note of, and so is what is `known` (ids) to be no news though
    it was never seen. Of what is `gone` from its calendar staff are asked even where nobody was told of it.
    """
    found = []
    for occasion in current:
        before = seen.get(occasion.id)
        name = revision(occasion)
        same = before is not None and before.last == name and (gone or before.present == name)
        if occasion.status != "draft" and not same:
            told = before.told if before else None
            old = occasion.id in known if before is None else before.present == name
            quiet = first or old or occasion.over(now, zone) or told == name
            found.append(Proposal(occasion, None if quiet else "cancel" if gone else _kind(occasion, told)))
    return found


def _kind(occasion: Occasion, told: str | None) -> Kind | None:
    cancelled = occasion.status == "cancelled"
    if told is None:
        return None if cancelled else "new"
    return "cancel" if cancelled else "change"
