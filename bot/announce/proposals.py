"""What of the events as they now stand in the files staff should be asked to tell: a pure comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.announce.occasion import Occasion, revision

Kind = Literal["new", "change", "cancel"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an occasion: the revision seen last, and the one told last."""

    last: str
    told: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An occasion that was not seen like this before; `kind` None: nobody need be told."""

    occasion: Occasion
    kind: Kind | None


def proposals(
    current: Iterable[Occasion], seen: Mapping[str, Seen], first: bool, now: datetime, zone: ZoneInfo
) -> list[Proposal]:
    """Everything that has changed since the last look; at the `first` look ever all is just taken note of."""
    found = []
    for occasion in current:
        known = seen.get(occasion.id)
        name = revision(occasion)
        if occasion.status != "draft" and (known is None or known.last != name):
            told = known.told if known else None
            quiet = first or occasion.over(now, zone) or told == name
            found.append(Proposal(occasion, None if quiet else _kind(occasion, told)))
    return found


def _kind(occasion: Occasion, told: str | None) -> Kind | None:
    cancelled = occasion.status == "cancelled"
    if told is None:
        return None if cancelled else "new"
    return "cancel" if cancelled else "change"
