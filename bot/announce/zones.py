"""A time zone as a calendar file describes it (VTIMEZONE), made of the zone's own changes of clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# icalendar's own gives the change to summer time by the new clock (03:00); RFC 5545 3.6.5 wants the old.


def timezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The zone's times from `first` to `last`, each with its beginning by the clock before it."""
    described = Timezone()
    described.add("tzid", zone.key)
    before = first.astimezone(zone).utcoffset() or timedelta()
    for moment in (first.astimezone(UTC), *_changes(zone, first.astimezone(UTC), last.astimezone(UTC))):
        after = moment.astimezone(zone)
        part = TimezoneDaylight() if after.dst() else TimezoneStandard()
        part.add("dtstart", (moment + before).replace(tzinfo=None))
        part.add("tzoffsetfrom", before)
        before = after.utcoffset() or timedelta()
        part.add("tzoffsetto", before)
        part.add("tzname", after.tzname())
        described.add_component(part)
    return described


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments, in UTC and to the minute, at which the zone's clocks are changed."""
    day = first
    while day < last:
        after = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, after):
            low, high = 0, 24 * 60  # minutes of that day
            while high - low > 1:
                middle = (low + high) // 2
                changed = _offset(zone, day + timedelta(minutes=middle)) != _offset(zone, day)
                low, high = (low, middle) if changed else (middle, high)
            yield day + timedelta(minutes=high)
        day = after


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
