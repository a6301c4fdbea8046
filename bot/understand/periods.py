"""Stretches of days: this week, next month, the 12th of March that is to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` up to, not including, `after`."""

    first: date
    after: date


def day_of(day: int, month: int, year: int, today: date) -> Period | None:
    """The day if there is such a one; without a year, the coming one."""
    try:
        found = date(year or today.year, month, day)
        if not year and found < today:
            found = found.replace(year=today.year + 1)
        return days(found)
    except (ValueError, OverflowError):  # 31 April, 29 February next year, the last day there is
        return None


def days(first: date, count: int = 1) -> Period:
    return Period(first, first + timedelta(count))


def shifted(unit: str, count: int, today: date) -> Period:
    """The day, week, weekend, month, quarter or year `count` away from today's."""
    monday = today - timedelta(today.weekday()) + timedelta(weeks=count)
    match unit:
        case "day":
            return days(today + timedelta(count))
        case "week":
            return days(monday, 7)
        case "weekend":
            return days(monday + timedelta(5), 2)
        case "month":
            first = months_later(today.replace(day=1), count)
            return Period(first, next_month(first))
        case "quarter":
            first = months_later(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), 3 * count)
            return Period(first, months_later(first, 3))
    return Period(date(today.year + count, 1, 1), date(today.year + count + 1, 1, 1))


def months_later(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def next_month(first: date) -> date:
    return months_later(first, 1)
