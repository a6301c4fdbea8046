"""What is told about, from any source: an event, a deadline, or a text by staff."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Event, Knowledge
from bot.knowledge.repeats import next_time

Kind = Literal["event", "deadline", "text"]
NEW_TEXT = "text:"  # the id of a text that was not proposed yet; the store numbers it then
Status = Literal["draft", "published", "cancelled"]
# What people see: whoever changes anything else tells nobody.
SEEN = (
    *("kind", "title", "text", "start", "end", "all_day", "date_note", "opens", "rrule"),
    *("place", "city", "link", "status"),
)
_DATES = {"start", "end", "opens"}
_TUPLES = {"topics", "regions", "levels", "clusters"}


@dataclass(frozen=True)
class Occasion:
    """One thing told about. `start` of a deadline is when it closes; local times are the programme's."""

    id: str  # "event:ocean-2027", "text:17"; of a repeated one "event:cafe@2027-03-01"
    kind: Kind
    title: Mapping[str, str]  # by language
    text: Mapping[str, str]
    start: PartialDate | None = None  # None only of a text
    end: PartialDate | None = None  # of an all-day event the last day
    all_day: bool = False
    date_note: Mapping[str, str] | None = None  # what a date cannot say
    opens: PartialDate | None = None  # of a deadline
    rrule: str | None = None  # RFC 5545, as in FREQ=MONTHLY;BYDAY=1MO
    place: str | None = None
    city: str | None = None
    link: str | None = None
    organiser: str | None = None
    contact: str | None = None  # id of a contact
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    status: Status = "published"
    reminders: tuple[timedelta, ...] | None = None  # before the start; None: each subscriber's own
    announce_at: datetime | None = None  # aware, UTC; None: when staff confirm it
    sequence: int = 0  # revisions told before this one; SEQUENCE of its calendar file

    @property
    def row(self) -> str:
        """The id of the row it comes from, without its kind and occurrence: `ocean-2027`."""
        return self.id.partition(":")[2].partition("@")[0]

    def starts(self, zone: ZoneInfo) -> datetime | None:
        """The first moment it can mean, aware; None of a text."""
        return self.start.starts(zone) if self.start else None

    def over(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether it has ended, for the last time; a text never does."""
        return self.start is not None and next_time(self.rrule, (self.start, self.end), now, zone) is None


def from_event(event: Event, zone: ZoneInfo) -> Occasion:
    """The occasion an event row is; of a repeated one the series, from its first time on."""
    at = event.announce_at.starts(zone).astimezone(UTC) if event.announce_at else None
    same = {
        field.name: getattr(event, field.name) for field in fields(Occasion) if hasattr(event, field.name)
    }
    return Occasion(**same | {"id": f"event:{event.id}", "announce_at": at})


def occasion_of(knowledge: Knowledge, event: Event) -> Occasion:
    """The same, for telling people: an area concerns all who chose one of its counties."""
    occasion = from_event(event, knowledge.zone)
    covered = {row.id: row.covers for row in knowledge.programme.regions}
    wide = {county for region in occasion.regions for county in (region, *covered.get(region, ()))}
    return replace(occasion, regions=tuple(sorted(wide)))


def revision(occasion: Occasion) -> str:
    """Twelve hexadecimal digits that change with what people see of it, and only then."""
    raw = as_json(occasion)
    seen = json.dumps([raw[name] for name in SEEN], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:12]


def numbered(occasion: Occasion, told: Occasion | None) -> Occasion:
    """The occasion with the sequence it has or will have once told, after the version people know."""
    if told is None:
        return replace(occasion, sequence=0)
    return replace(occasion, sequence=told.sequence + (revision(told) != revision(occasion)))


def as_json(occasion: Occasion) -> dict[str, Any]:
    """The occasion as JSON holds it; `from_json` reads it back."""
    return {field.name: _plain(getattr(occasion, field.name)) for field in fields(Occasion)}


def from_json(raw: Mapping[str, Any]) -> Occasion:
    """What `as_json` wrote; fields that a newer version added may be missing."""
    return Occasion(**{name: _read(name, value) for name, value in raw.items()})


def _plain(value: Any) -> Any:
    match value:
        case PartialDate():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case timedelta():
            return int(value.total_seconds() // 60)  # minutes
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return dict(value)
    return value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _DATES:
        return PartialDate.parse(value)
    if name in _TUPLES:
        return tuple(value)
    if name == "reminders":
        return tuple(timedelta(minutes=each) for each in value)
    return datetime.fromisoformat(value) if name == "announce_at" else value
