"""Time in questions about events ("next week", "i mars", "om to veker"), against a clock passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from babel.dates import get_day_names, get_month_names

from bot.understand.language import Language, language
from bot.understand.normalize import folded, typed_words
from bot.understand.periods import Period, day_of, days, months_later, next_month, shifted

FOLDER = Path(__file__).parent / "calendar"
SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}  # the month in which each begins
NUMERIC = re.compile(r"\b(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.?(\d{4})?)(?=\W|$)")
# everyday words too: a time only beside another time word
AMBIGUOUS = {"may", "march", "fall", "vår"}
LONGEST_PHRASE = 4  # words
YEARS = range(1990, 2101)
FARTHEST = 100  # days, weeks, months or years ahead that somebody may mean

Unit = tuple[
    str, int
]  # a word's role ("next", "week", "month" ...) and its number (3 for March), 0 where it has none


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """What a question says of time and of events."""

    events: bool  # a word for events was used
    period: Period | None
    order: Literal["next", "last"] | None  # one event: the soonest to come, or the latest that was
    rest: tuple[str, ...]  # the other words


def read_time(question: str, now: datetime, languages: Iterable[str]) -> TimeAsked:
    """Find the time words of `question`; `now` is aware and in the zone that days are meant in."""
    today = now.date()
    numeric = _numeric(question, today)
    reader = _Reader(_units(NUMERIC.sub(" ", question), tuple(languages)), today)
    told = reader.period()
    period = numeric or told
    return TimeAsked(reader.events, period, None if period else reader.order, tuple(reader.rest))


class _Reader:
    """Goes through the units once, taking the longest expression at each place."""

    def __init__(self, units: Sequence[tuple[str, frozenset[Unit]]], today: date) -> None:
        self.units = units
        self.today = today
        self.events = False
        self.order: Literal["next", "last"] | None = None
        self.rest: list[str] = []

    def period(self) -> Period | None:
        found: Period | None = None
        place = 0
        while place < len(self.units):
            period, length = self._at(place)
            if period is not None:
                found = found or period
                place += length
                continue
            word = self.units[place][0]
            if self._has(place, "events"):
                self.events = True
            elif self._has(place, "next"):
                self.order = "next"
            elif self._has(place, "last"):
                self.order = "last"
            else:
                self.rest.append(word)
            place += 1
        return found

    def _at(self, place: int) -> tuple[Period | None, int]:
        """The period that begins at `place` and how many units tell it."""
        if not self.units[place][1]:  # most words say nothing of time
            return None, 0
        for read in (
            self._day_of_month,
            self._in_some,
            self._relative,
            self._month,
            self._season,
            self._weekday,
        ):
            period, length = read(place)
            if period is not None:
                return period, length
        for name, ahead in (("today", 0), ("tomorrow", 1), ("after_tomorrow", 2), ("yesterday", -1)):
            if self._has(place, name):
                return days(self.today + timedelta(ahead)), 1
        year = self._number(place, "yearnumber")
        return (Period(date(year, 1, 1), date(year + 1, 1, 1)), 1) if year else (None, 0)

    def _day_of_month(self, place: int) -> tuple[Period | None, int]:
        """`12 March`, `March 12 2027`."""
        for day_at, month_at in ((place, place + 1), (place + 1, place)):
            day, month = self._number(day_at, "number"), self._number(month_at, "month")
            if day and month:
                year = self._number(place + 2, "yearnumber")
                return day_of(day, month, year, self.today), 3 if year else 2
        return None, 0

    def _in_some(self, place: int) -> tuple[Period | None, int]:
        """`om to veker`, `in 3 days`."""
        count = self._number(place + 1, "number")
        if not self._has(place, "in") or not 0 < count <= FARTHEST:
            return None, 0
        for unit in ("day", "week", "month", "year"):
            if self._has(place + 2, unit):
                return shifted(unit, count, self.today), 3
        return None, 0

    def _relative(self, place: int) -> tuple[Period | None, int]:
        """`this week`, `neste måned`, `førre år`, `til helga`."""
        for word, count in (("this", 0), ("next", 1), ("last", -1)):
            if self._has(place, word):
                for unit in ("week", "weekend", "month", "quarter", "year"):
                    if self._has(place + 1, unit):
                        return shifted(unit, count, self.today), 2
        return None, 0

    def _month(self, place: int) -> tuple[Period | None, int]:
        """`mars`, `in May`, `next June`, `March 2027`; the coming one unless a year is given."""
        before = any(self._has(place, word) for word in ("this", "next", "last", "in"))
        at = place + 1 if before and self._number(place + 1, "month") else place
        month, year = self._number(at, "month"), self._number(at + 1, "yearnumber")
        if not month or (self.units[at][0] in AMBIGUOUS and not (at > place or year or self._after_in(at))):
            return None, 0
        first = date(year or self.today.year, month, 1)
        if not year and self._has(place, "last") and at > place:
            first = first if next_month(first) <= self.today else first.replace(year=first.year - 1)
        elif not year and next_month(first) <= self.today:
            first = first.replace(year=first.year + 1)
        return Period(first, next_month(first)), (at - place) + (2 if year else 1)

    def _season(self, place: int) -> tuple[Period | None, int]:
        """`til hausten`, `this spring`, `summer 2027`."""
        before = next((word for word in ("next", "this", "last", "in") if self._has(place, word)), None)
        at = place + 1 if before else place
        name = next((each for each in SEASONS if self._has(at, each)), None)
        year = self._number(at + 1, "yearnumber")
        if name is None or (self.units[at][0] in AMBIGUOUS and not (before or year or self._after_in(at))):
            return None, 0
        first = date(year or self.today.year - 1, SEASONS[name], 1)
        while not year and months_later(first, 3) <= self.today:
            first = first.replace(year=first.year + 1)
        if before == "next" and first <= self.today:
            first = first.replace(year=first.year + 1)
        if before == "last":
            first = first.replace(year=first.year - 1)
        return Period(first, months_later(first, 3)), (at - place) + (2 if year else 1)

    def _weekday(self, place: int) -> tuple[Period | None, int]:
        """`fredag`, `on Friday`: the coming one; `next Friday`: of the week after this."""
        before = next((word for word in ("next", "this", "last") if self._has(place, word)), None)
        at = place + 1 if before else place
        number = self._number(at, "weekday")
        if not number:
            return None, 0
        monday = self.today - timedelta(self.today.weekday())
        day = monday + timedelta(number - 1)
        if before == "next":
            day += timedelta(7)
        elif before == "last" or day < self.today:
            day += timedelta(7 if before is None or before == "this" else (0 if day < self.today else -7))
        return days(day), at - place + 1

    def _after_in(self, place: int) -> bool:
        return place > 0 and self.units[place - 1][0] in {"in", "i", "om", "til"}

    def _has(self, place: int, role: str) -> bool:
        return place < len(self.units) and any(name == role for name, _ in self.units[place][1])

    def _number(self, place: int, role: str) -> int:
        if place >= len(self.units):
            return 0
        return next((number for name, number in self.units[place][1] if name == role), 0)


def _units(question: str, languages: tuple[str, ...]) -> list[tuple[str, frozenset[Unit]]]:
    """The question cut into the longest phrases that have a role; other words have none."""
    phrases = _phrases(languages)
    typed = typed_words(question, _plain())
    tokens = [folded(word, _plain()) for word in typed]
    units = []
    place = 0
    while place < len(tokens):
        lengths = range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1)
        length = next((n for n in lengths if tuple(tokens[place : place + n]) in phrases), 1)
        known = phrases.get(tuple(tokens[place : place + length]))
        units.append((" ".join(typed[place : place + length]), known or _digits(tokens[place])))
        place += length
    return units


def _digits(word: str) -> frozenset[Unit]:
    if not (word.isascii() and word.isdigit() and len(word) <= 4):
        return frozenset()
    number = int(word)
    return frozenset({("yearnumber", number)} if number in YEARS else {("number", number)})


@cache
def _plain() -> Language:
    """Letters evened out as in Norwegian, and nothing else."""
    return Language("", letters=language("nb").letters)


@cache
def _phrases(languages: tuple[str, ...]) -> Mapping[tuple[str, ...], frozenset[Unit]]:
    found: dict[tuple[str, ...], set[Unit]] = {}

    def add(phrase: str, role: str, number: int = 0) -> None:
        found.setdefault(tuple(folded(word, _plain()) for word in typed_words(phrase, _plain())), set()).add(
            (role, number)
        )

    for code in languages:
        path = FOLDER / f"{code}.yaml"
        if not path.is_file():
            continue
        data: Mapping[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        for phrase, number in data["numbers"].items():
            add(phrase, "number", int(number))
        for role, phrases in data.items():
            for phrase in phrases if role != "numbers" else ():
                add(phrase, role)
        for number, name in get_month_names("wide", locale=code).items():
            add(name, "month", number)
        for number, name in get_day_names("wide", locale=code).items():
            add(name, "weekday", number + 1)
    return {phrase: frozenset(units) for phrase, units in found.items()}


def _numeric(question: str, today: date) -> Period | None:
    """`2026-03-12`, `12.03.2026`, `12.3.`."""
    match = NUMERIC.search(question)
    if match is None:
        return None
    year, month, day, short_day, short_month, short_year = (
        int(part) if part else 0 for part in match.groups()
    )
    return day_of(day or short_day, month or short_month, year or short_year, today)
