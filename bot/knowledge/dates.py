"""Dates as sources give them: a year, a month, a day, or a minute."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2}))?)?)?")
YEARS = range(
    1000, 3000
)  # others are typing errors, and the ends of the calendar break arithmetic with zones


@dataclass(frozen=True, slots=True)
class PartialDate:
    """An ISO 8601 date of reduced precision: `2016`, `2019-03`, `2014-06-18`, `2024-06-21T16:00`."""

    year: int
    month: int | None = None
    day: int | None = None
    clock: time | None = None  # local time in the programme's zone

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read an ISO date; raises ValueError saying what a date looks like here."""
        match = _ISO.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"'{text}' is not a date; write 2024, 2024-06, 2024-06-21 or 2024-06-21T16:00")
        year, month, day, hour, minute = (int(part) if part else None for part in match.groups())
        assert year is not None
        if year not in YEARS:
            raise ValueError(f"'{text}' is not a date; no year {year} is meant here")
        date(year, month or 1, day or 1)  # raises ValueError for 2024-13 and 2023-02-29
        clock = None if hour is None or minute is None else time(hour, minute)
        return cls(year, month, day, clock)

    @property
    def first(self) -> date:
        """The first day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def starts(self, zone: ZoneInfo) -> datetime:
        """The first moment it can mean, aware."""
        return datetime.combine(self.first, self.clock or time(), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The moment from which it is over, aware: the minute itself, else the end of its last day."""
        if self.clock is not None:
            return self.starts(zone)
        return datetime.combine(self.last + timedelta(days=1), time(), zone)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts) + (f"T{self.clock:%H:%M}" if self.clock else "")
