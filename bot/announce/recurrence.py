"""The times of what repeats, at the same local hour in summer and winter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from bot.announce.occasion import Occasion
from bot.knowledge.dates import PartialDate

MOST = 400  # times of one occasion in one answer: a daily one for a year


def occurrences(
    occasion: Occasion, after: datetime, before: datetime, zone: ZoneInfo
) -> tuple[Occasion, ...]:
    """The times that end after `after` and start before `before`, soonest first, each an occasion of its own.

    What does not repeat is its only time. The others are named for their day, as in `event:cafe@2027-03-01`.
    """
    if occasion.start is None:
        return ()
    if occasion.rrule is None:
        each: tuple[Occasion, ...] = (occasion,)
    else:
        first = after.astimezone(zone).date() - _length(occasion)
        last = before.astimezone(zone).date()
        each = tuple(_at(occasion, day) for day in days(occasion.rrule, occasion.start, first, last))
    return tuple(one for one in each if _within(one, after, before, zone))


def upcoming(occasion: Occasion, now: datetime, zone: ZoneInfo) -> Occasion:
    """The time that is on or comes next; the first and only one where none comes."""
    if occasion.rrule is None or occasion.start is None or not occasion.over(now, zone):
        return occasion
    today = now.astimezone(zone).date()
    years = date(min(today.year + 8, 2999), 12, 31)  # 29 February comes every eighth year at the least
    coming = days(
        occasion.rrule, occasion.start, today - _length(occasion), years, most=_length(occasion).days + 3
    )
    return next((one for one in (_at(occasion, day) for day in coming) if not one.over(now, zone)), occasion)


def days(rule: str, start: PartialDate, first: date, last: date, most: int = MOST) -> tuple[date, ...]:
    """The days from `first` to `last` on which what began at `start` repeats, at most `most`."""
    parsed = rrulestr(rule, dtstart=datetime.combine(start.first, start.clock or time()))
    assert isinstance(parsed, rrule)
    if "UNTIL=" not in rule and "COUNT=" not in rule:
        parsed = parsed.replace(until=datetime.combine(last, time.max))  # 30 February is sought no further
    found = parsed.xafter(datetime.combine(first, time()), inc=True)
    return tuple(day for day in (moment.date() for moment in islice(found, most)) if day <= last)


def _length(occasion: Occasion) -> timedelta:
    assert occasion.start
    return (occasion.end.first - occasion.start.first) if occasion.end else timedelta()


def _at(occasion: Occasion, day: date) -> Occasion:
    """The occasion on another day; its length in days and its hours stay."""
    assert occasion.start
    start = PartialDate(day.year, day.month, day.day, occasion.start.clock)
    until = day + _length(occasion)
    end = occasion.end and PartialDate(until.year, until.month, until.day, occasion.end.clock)
    return replace(occasion, id=f"{occasion.id}@{day}", start=start, end=end, rrule=None)


def _within(occasion: Occasion, after: datetime, before: datetime, zone: ZoneInfo) -> bool:
    starts = occasion.starts(zone)
    return starts is not None and starts < before and not occasion.over(after, zone)
