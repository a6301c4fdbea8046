"""Trouble with the database is said once, and once that it is over."""

from __future__ import annotations

import logging

import pytest

from bot.watch.health import SILENT_SECONDS, STALE_SECONDS, storage_health, telegram_health
from bot.watch.once import AGAIN_SECONDS
from bot.watch.pulse import CALM_SECONDS, Pulse

FULL = "database or disk is full"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_trouble_is_said_once_and_over_once(clock: Clock, said: pytest.LogCaptureFixture) -> None:
    pulse = Pulse(clock)
    for _ in range(30):
        clock.now += 1
        pulse.failed(FULL)
    assert pulse.trouble == FULL

    clock.now += CALM_SECONDS
    pulse.committed()
    pulse.committed()

    assert pulse.trouble is None
    assert [record.message for record in said.records] == [
        f"the database is in trouble: {FULL}; trying again until it works",
        "the database works again",
    ]


def test_a_disk_that_still_takes_small_things_is_in_trouble_all_the_same(
    clock: Clock, said: pytest.LogCaptureFixture
) -> None:
    pulse = Pulse(clock)
    for _ in range(60):
        clock.now += 1
        pulse.failed(FULL)
        pulse.committed()

    assert pulse.trouble == FULL
    assert len(said.records) == 1


def test_trouble_that_lasts_is_said_again_after_minutes(clock: Clock, said: pytest.LogCaptureFixture) -> None:
    pulse = Pulse(clock)
    pulse.failed(FULL)
    clock.now += AGAIN_SECONDS
    pulse.failed(FULL)

    assert len(said.records) == 2


def test_a_heartbeat_that_is_missed_is_trouble() -> None:
    assert storage_health(None, STALE_SECONDS).works
    assert not storage_health(None, STALE_SECONDS + 1).works
    assert not storage_health(FULL, 0.0).works


def test_telegram_is_reached_once_it_has_answered_and_until_it_falls_silent() -> None:
    assert not telegram_health("polling", None, None).reached
    assert telegram_health("polling", None, SILENT_SECONDS).reached
    assert not telegram_health("polling", None, SILENT_SECONDS + 1).reached
    assert not telegram_health("polling", "no", 0.0).reached
    assert telegram_health(None, None, SILENT_SECONDS + 1).reached  # another process talks to it
