"""Somebody else's calendar (iCalendar) as event rows; the fetching is `bot/feeds`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar
from pydantic import ValidationError

from bot.errors import FeedError
from bot.knowledge.dates import YEARS, PartialDate
from bot.knowledge.model import Event, Feed

HORIZON = timedelta(days=400)  # what lies further off is taken when it comes nearer
MOST = 500  # events of one feed
LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINE = 200, 3000, 300  # characters
TOO_OFTEN = re.compile(r"^RRULE[^\r\n]*FREQ=(?:SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE | re.MULTILINE)
REPEATED = {"RRULE", "RDATE", "RECURRENCE-ID"}  # what has them has several times under one UID
SECRET = {"PRIVATE", "CONFIDENTIAL"}  # CLASS of what is not for the public
MISSES = 2  # readings in a row without an event, before staff are asked whether it is cancelled
OURS = ("topics", "regions", "levels", "clusters", "contact")  # what programme.yaml says of a feed's events


@dataclass(frozen=True)
class FeedState:
    """What one feed last gave, and what became of the events it gave before."""

    content: bytes = field(repr=False)
    etag: str | None
    modified: str | None
    read: datetime  # aware; when it was last read
    events: Mapping[str, Event]  # those that are missing now and not over, too
    missed: Mapping[str, int]  # readings in a row that an event was missing from
    first: frozenset[str]  # ids of what it held when it was read for the first time

    @property
    def vanished(self) -> frozenset[str]:
        """Ids of events that are not in it any more; whether they are cancelled only people know."""
        return frozenset(id_ for id_, count in self.missed.items() if count >= MISSES)


def read_feed(content: bytes, feed: Feed, now: datetime, zone: ZoneInfo, language: str) -> dict[str, Event]:
    """The events from yesterday on, by id, soonest first; what repeats as its single times.

    UID (and the time's own date), else title, start and place, decide which event is which. Local times are
    the programme's. Raises FeedError for what is no calendar.
    """
    if TOO_OFTEN.search(content.decode("utf-8", "replace")):
        raise FeedError(feed.url, "repeats an event by the hour or oftener")
    first = (now - timedelta(days=1)).astimezone(UTC)
    try:
        calendar = Calendar.from_ical(content)
        assert isinstance(calendar, Calendar)
        query = recurring_ical_events.of(calendar, keep_recurrence_attributes=True, skip_bad_series=True)
        series = {str(each.get("UID")) for each in calendar.walk("VEVENT") if REPEATED & set(each)}
        found = [_event(each, feed, zone, language, series) for each in islice(_soon(query, first), MOST)]
    except Exception as error:  # the readers raise many kinds for what they did not expect
        raise FeedError(feed.url, f"cannot be read ({type(error).__name__})") from error
    return {event.id: event for event in found if event}


def merged(
    before: Mapping[str, Event],
    missed: Mapping[str, int],
    fetched: Mapping[str, Event],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[dict[str, Event], dict[str, int]]:
    """What the feed holds now, and how often in a row each event was missing from it.

    What is missing and still to come stays as it was; a feed that was cut off once asks nobody anything.
    """
    events, counts = dict(fetched), {}
    for id_, event in before.items():
        if id_ not in fetched and not event.over(now, zone):
            events[id_], counts[id_] = event, missed.get(id_, 0) + 1
    return events, counts


def belonging(event: Event, feed: Feed) -> Event:
    """The event with what programme.yaml now says of its feed."""
    return event.model_copy(update={name: getattr(feed, name) for name in OURS})


def event_as_json(event: Event) -> dict[str, Any]:
    """An event of a feed as JSON holds it; `Event.model_validate` reads it back."""
    row = event.model_dump(mode="json", exclude_defaults=True)
    return row | {name: str(getattr(event, name)) for name in ("start", "end") if name in row}


def _soon(query: Any, first: datetime) -> Iterator[Any]:
    for each in query.after(first):
        if _instant(each["DTSTART"].dt) > first + HORIZON:
            return
        yield each


def _event(
    component: Any, feed: Feed, zone: ZoneInfo, language: str, series: Collection[str]
) -> Event | None:
    """The row; None for what is not public, has no title or lies outside our calendar."""
    title = _plain(component, "SUMMARY", LONGEST_TITLE)
    start = component["DTSTART"].dt
    if not title or str(component.get("CLASS", "")).upper() in SECRET or start.year not in YEARS:
        return None
    all_day = not isinstance(start, datetime)
    begins = _local(start, zone)
    ends = _local(component["DTEND"].dt, zone) if "DTEND" in component else None
    if ends and all_day:  # theirs is the day after the last one
        last = max(ends.first - timedelta(days=1), begins.first)
        ends = PartialDate(last.year, last.month, last.day)
    place = _plain(component, "LOCATION", LONGEST_LINE)
    uid = str(component.get("UID", ""))
    known_by = f"{uid} {component['RECURRENCE-ID'].dt if uid in series else ''}"
    if not uid:
        known_by = f"{title} {begins} {place}"
    row = {
        "id": f"feed-{hashlib.sha256(f'{feed.url} {known_by}'.encode()).hexdigest()[:12]}",
        "title": {feed.language or language: title},
        "text": {feed.language or language: _plain(component, "DESCRIPTION", LONGEST_TEXT) or title},
        "start": begins,
        "end": ends if ends != begins else None,
        "all_day": all_day,
        "place": place or None,
        "organiser": _organiser(component),
        "status": "cancelled" if str(component.get("STATUS", "")).upper() == "CANCELLED" else "published",
    }
    row |= {name: getattr(feed, name) for name in OURS}
    try:
        return Event.model_validate(row | {"link": _plain(component, "URL", LONGEST_LINE) or None})
    except ValidationError:  # what is wrong with an address makes no event untold
        return Event.model_validate(row)


def _local(moment: date, zone: ZoneInfo) -> PartialDate:
    if not isinstance(moment, datetime):
        return PartialDate(moment.year, moment.month, moment.day)
    here = moment.astimezone(zone) if moment.tzinfo else moment
    return PartialDate(here.year, here.month, here.day, time(here.hour, here.minute))


def _instant(moment: date) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _plain(component: Any, name: str, longest: int) -> str:
    """The text without control characters, cut; of several the first."""
    value = component.get(name, "")
    text = str(value[0] if isinstance(value, list) and value else value or "")
    text = "".join(each for each in text.replace("\r\n", "\n") if each == "\n" or each.isprintable()).strip()
    text = text if name == "DESCRIPTION" else " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _organiser(component: Any) -> str | None:
    """The name of who holds it; never an address, which they may not have published."""
    organiser = component.get("ORGANIZER")
    name = " ".join(str(organiser.params.get("CN", "")).split()) if hasattr(organiser, "params") else ""
    return name[:LONGEST_LINE] if name and "@" not in name else None
