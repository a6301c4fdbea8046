"""A clock that jumps deletes nothing and announces nothing until it is right again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from running import VirtualTime

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.delivery.letter import Verdict
from bot.knowledge.dates import PartialDate
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.serving import Access, serve
from bot.store.announcements import Announcements
from bot.store.retention import Retention
from bot.store.store import Store
from bot.understand.version import Version
from bot.watch.timekeeper import MOST_OFF, Timekeeper

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Machine:
    """A clock that can be set, and seconds that cannot."""

    now, passed = NOON, 50.0

    def keeper(self) -> Timekeeper:
        return Timekeeper(lambda: self.now, lambda: self.passed)

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.passed += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_a_clock_is_believed_while_nobody_says_otherwise(machine: Machine) -> None:
    keeper = machine.keeper()
    machine.now += timedelta(days=400)

    assert keeper.believed()


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Tue, 01 Dec 2026 12:00:00", "Tue, 99 Foo 2026 12:00:00 GMT"]
)
def test_what_is_no_date_says_nothing(machine: Machine, date: str) -> None:
    keeper = machine.keeper()
    keeper.heard(date)
    machine.now += timedelta(days=400)

    assert keeper.believed()


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365), MOST_OFF + timedelta(seconds=1)])
def test_a_jump_is_noticed_at_once_said_once_and_forgiven_when_it_is_mended(
    machine: Machine, jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    keeper = machine.keeper()
    keeper.heard(format_datetime(machine.now, usegmt=True))
    machine.pass_(3600)
    assert keeper.believed()

    machine.now += jump
    assert [keeper.believed() for _ in range(3)] == [False] * 3
    machine.now -= jump
    assert keeper.believed()

    assert len(caplog.records) == 2
    assert "nothing is announced and nothing deleted" in caplog.records[0].message


def test_a_machine_that_slept_is_believed_as_soon_as_telegram_agrees(machine: Machine) -> None:
    keeper = machine.keeper()
    keeper.heard(format_datetime(machine.now, usegmt=True))
    machine.now += timedelta(hours=9)  # and no second passed
    assert not keeper.believed()

    keeper.heard(format_datetime(machine.now, usegmt=True))

    assert keeper.believed()


async def test_a_clock_that_jumps_a_year_ahead_tells_nobody_anything_and_loses_no_reminder(
    server: PreviewServer,
    door_shelf: Shelf[Version],
    virtual_time: VirtualTime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.serving.FORGET_SECONDS", 0.0)
    monkeypatch.setattr("bot.delivery.sender.LOOK_SECONDS", 0.0)
    ahead = timedelta(days=365)
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    announcements = Announcements(store, lambda: door_shelf.current.knowledge.zone)
    kari, now = server.world.kari, datetime.now(UTC)
    await announcements.subscribe(Subscription(kari.id, everything=True, quiet=None), now)
    day = (now + timedelta(days=200)).date().isoformat()
    occasion = Occasion("event:x", "event", {"en": "X"}, {"en": "."}, PartialDate.parse(f"{day}T10:00"))
    await announcements.tell(occasion, "new", "staff", now)
    (letter,) = await announcements.claim(now, 1, 1)
    await announcements.judge(letter, Verdict("sent", message=1), now)
    purged = False

    async def purge(*_: object) -> Sequence[int]:
        nonlocal purged
        purged = True
        return ()

    monkeypatch.setattr(Retention, "purge", purge)
    access = Access(server.token, server.base_url)
    task = asyncio.create_task(
        serve(access, door_shelf, store, virtual_time.pace(), clock=lambda: datetime.now(UTC) + ahead)
    )

    await server.ask(kari, "When is the harbour open?")
    for _ in range(50):
        await asyncio.sleep(0)

    assert not purged
    assert await announcements.rest(now) is not None  # the reminder still waits
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await store.close()
