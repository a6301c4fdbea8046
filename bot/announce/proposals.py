"""What of the events as they now stand in the files staff should be asked to tell: a pure comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.announce.occasion import Occasion, revision

Kind = Literal["new", "change", "cancel"]
# Who proposes: a person of staff, or what has looked at the files.
VANISHED = "feed: vanished"  # to cancel what a calendar does not hold any more
IN_TELEGRAM, AT_THE_PROMPT = "telegram:", "cli:"  # what a person's name begins with


def in_telegram(person: int) -> str:
    """How a member of staff is named who announces in Telegram; /mydata and /forget look for it."""
    return f"{IN_TELEGRAM}{person}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an occasion: the revision seen last, and the one told last.

    `present` is the one seen last in its source: another than `last` while staff are asked about its absence.
    `awaited`: somebody asked to be reminded of it.
    """

    last: str
    told: str | None
    present: str | None
    awaited: bool = False


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
            known_of = gone or told is not None or (before is not None and before.awaited)
            found.append(Proposal(occasion, None if quiet else _kind(occasion, told, known_of)))
    return found


def _kind(occasion: Occasion, told: str | None, known_of: bool) -> Kind | None:
    if occasion.status == "cancelled":
        return "cancel" if known_of else None
    return "new" if told is None else "change"
