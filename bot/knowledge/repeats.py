"""The times of what repeats by a rule of RFC 5545, at the same local hour in summer and winter."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from bot.knowledge.dates import YEARS, PartialDate

Time = tuple[PartialDate, PartialDate | None]  # start, end
MOST = 400  # times in one answer: a daily one for a year
RAREST = 8  # years between two times, for 29 February around a turn of the century


def times(
    rule: str | None, time_: Time, after: datetime, before: datetime, zone: ZoneInfo
) -> tuple[Time, ...]:
    """The times that end after `after` and start before `before`, soonest first."""
    first, last = after.astimezone(zone).date() - _length(time_), before.astimezone(zone).date()
    every = tuple(_on(time_, day) for day in _days(rule, time_[0], first, last)) if rule else (time_,)
    return tuple(each for each in every if each[0].starts(zone) < before and not _over(each, after, zone))


def next_time(rule: str | None, time_: Time, now: datetime, zone: ZoneInfo) -> Time | None:
    """The time that is on or comes next; None where none comes."""
    if not _over(time_, now, zone):
        return time_
    if rule is None:
        return None
    today = now.astimezone(zone).date()
    last = date(min(today.year + RAREST, YEARS[-1]), 12, 31)
    days = _days(rule, time_[0], today - _length(time_), last, most=_length(time_).days + 3)
    return next((each for each in (_on(time_, day) for day in days) if not _over(each, now, zone)), None)


def time_on(rule: str | None, time_: Time, day: date) -> Time | None:
    """The time that begins on `day`; None where none does."""
    if rule is None:
        return time_ if time_[0].first == day else None
    return _on(time_, day) if day in _days(rule, time_[0], day, day) else None


def falls_on(rule: str, start: PartialDate) -> bool:
    """Whether the first time is one of the rule's own days."""
    return start.first in _days(rule, start, start.first, start.first)


def _days(rule: str, start: PartialDate, first: date, last: date, most: int = MOST) -> tuple[date, ...]:
    parsed = rrulestr(rule, dtstart=datetime.combine(start.first, start.clock or time()))
    assert isinstance(parsed, rrule)
    if "UNTIL=" not in rule and "COUNT=" not in rule:
        parsed = parsed.replace(until=datetime.combine(last, time.max))  # 30 February is sought no further
    found = parsed.xafter(datetime.combine(first, time()), inc=True)
    return tuple(day for day in (moment.date() for moment in islice(found, most)) if day <= last)


def _on(time_: Time, day: date) -> Time:
    """The same on another day; its length in days and its hours stay."""
    start, end = time_
    until = day + _length(time_)
    moved = PartialDate(until.year, until.month, until.day, end.clock) if end else None
    return PartialDate(day.year, day.month, day.day, start.clock), moved


def _length(time_: Time) -> timedelta:
    start, end = time_
    return end.first - start.first if end else timedelta()


def _over(time_: Time, now: datetime, zone: ZoneInfo) -> bool:
    return (time_[1] or time_[0]).ends(zone) <= now
