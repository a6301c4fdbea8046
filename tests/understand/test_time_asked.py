"""Time in questions about events."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.understand.dates import read_time
from bot.understand.periods import Period

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = datetime(2026, 11, 23, 16, 0, tzinfo=OSLO)
LANGUAGES = ("en", "nb", "nn")
CASES = yaml.safe_load(Path(__file__).with_name("time.yaml").read_text("utf-8"))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(OSLO))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["ask"])
def test_a_time_means_days_of_the_asker(case: dict[str, Any]) -> None:
    asked = read_time(case["ask"], MONDAY, LANGUAGES)

    expected = Period(case["first"], case["after"]) if case["first"] else None
    assert asked.period == expected


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("neste arrangement", "next"),
        ("next event", "next"),
        ("forrige seminar", "last"),
        ("siste konferanse", "last"),
    ],
)
def test_the_next_and_the_last_event_are_single_ones(question: str, order: str) -> None:
    asked = read_time(question, MONDAY, LANGUAGES)

    assert (asked.events, asked.order, asked.rest) == (True, order, ())


def test_words_that_tell_no_time_are_left_for_others() -> None:
    assert read_time("events in Bergen next week", MONDAY, LANGUAGES).rest == ("in", "bergen")


@given(st.text(max_size=200), MOMENTS)
def test_any_text_at_any_moment_is_read(text: str, now: datetime) -> None:
    period = read_time(text, now, LANGUAGES).period

    assert period is None or period.first < period.after


@given(
    MOMENTS, st.sampled_from(["i mars", "in summer", "til hausten", "on friday", "12. mars", "next month"])
)
def test_a_time_without_a_year_is_not_over(now: datetime, question: str) -> None:
    period = read_time(question, now, LANGUAGES).period

    assert period is None or period.after > now.date()  # 29 February has no coming day in most years


@given(MOMENTS)
def test_next_week_is_the_seven_days_after_sunday(now: datetime) -> None:
    period = read_time("neste uke", now, LANGUAGES).period

    assert period is not None
    assert period.first.weekday() == 0
    assert period.after - period.first == timedelta(7)
    assert timedelta(0) < period.first - now.date() <= timedelta(7)


def test_the_day_is_the_one_in_oslo() -> None:
    just_after_midnight = datetime(2026, 3, 1, 0, 30, tzinfo=OSLO)

    period = read_time("i dag", just_after_midnight, LANGUAGES).period

    assert period == Period(date(2026, 3, 1), date(2026, 3, 2))
