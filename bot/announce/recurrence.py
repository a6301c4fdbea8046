"""The times of an occasion that repeats, each as an occasion of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.announce.occasion import Occasion
from bot.knowledge.repeats import Time, next_time, time_on, times


def occurrences(
    occasion: Occasion, after: datetime, before: datetime, zone: ZoneInfo
) -> tuple[Occasion, ...]:
    """The times that end after `after` and start before `before`, soonest first.

    What does not repeat is its only time. The others are named for their day, as in `event:cafe@2027-03-01`.
    """
    if occasion.start is None:
        return ()
    found = times(occasion.rrule, (occasion.start, occasion.end), after, before, zone)
    return tuple(_at(occasion, each) for each in found)


def upcoming(occasion: Occasion, now: datetime, zone: ZoneInfo) -> Occasion:
    """The time that is on or comes next; the first and only one where none comes."""
    if occasion.rrule is None or occasion.start is None:
        return occasion
    found = next_time(occasion.rrule, (occasion.start, occasion.end), now, zone)
    return _at(occasion, found) if found else occasion


def on_day(occasion: Occasion, day: date) -> Occasion:
    """The time on `day`, under its own name; as cancelled where there is none on that day any more."""
    assert occasion.start is not None
    found = time_on(occasion.rrule, (occasion.start, occasion.end), day)
    name = f"{occasion.id}@{day}"
    if found is None:
        return replace(occasion, id=name, rrule=None, status="cancelled")
    return replace(occasion, id=name, start=found[0], end=found[1], rrule=None)


def _at(occasion: Occasion, time: Time) -> Occasion:
    if occasion.rrule is None:
        return occasion
    return replace(occasion, id=f"{occasion.id}@{time[0].first}", start=time[0], end=time[1], rrule=None)
