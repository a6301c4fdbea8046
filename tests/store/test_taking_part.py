"""Of the processes that serve one database exactly one leads, and another does when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.delivery.arrival import Arrival
from bot.store import membership
from bot.store.inbox import Inbox
from bot.store.membership import take_part
from bot.store.store import Store
from bot.store.vitality import Vitality

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Process:
    """One of those that serve a database, with what it was told."""

    def __init__(self, url: str) -> None:
        self.store = Store.open(url)
        self.inbox = Inbox(self.store)
        self.numbers: list[int] = []
        self.has_joined, self.leads, self.stepped_down = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.asked_to_finish = asyncio.Event()
        self.slow_to_step_down: asyncio.Event | None = None  # until its last requests have landed
        self.task = asyncio.create_task(take_part(self.store, self))

    async def joined(self, number: int) -> None:
        self.numbers.append(number)
        await self.inbox.begin(number)
        self.has_joined.set()

    def left(self) -> None:
        self.has_joined.clear()

    async def finished(self) -> None:
        self.asked_to_finish.set()

    async def lead(self) -> None:
        self.leads.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stepped_down.set()
            if self.slow_to_step_down is not None:
                await self.slow_to_step_down.wait()

    async def end(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        await self.store.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "PING_SECONDS", 0.01)


@pytest.fixture
async def first(database: str) -> AsyncIterator[Process]:
    process = Process(database)
    await asyncio.wait_for(process.leads.wait(), 10)
    yield process
    await process.end()


async def lose_seat(process: Process) -> None:
    """The server ends the sessions that hold a seat."""
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :class"
    seats = {"class": membership.MEMBER}
    await process.store.run(lambda connection: connection.execute(text(ended), seats).all())


def only_postgresql(database: str) -> None:
    if database.startswith("sqlite"):
        pytest.skip("SQLite serves one process")


async def test_who_is_alone_leads(first: Process) -> None:
    assert len(first.numbers) == 1


async def test_the_second_waits_and_leads_when_the_first_has_ended(first: Process, database: str) -> None:
    only_postgresql(database)
    second = Process(database)
    await asyncio.wait_for(second.has_joined.wait(), 10)
    assert not second.leads.is_set()

    await first.end()

    await asyncio.wait_for(second.leads.wait(), 10)
    await second.end()


async def test_who_ends_keeps_its_seat_until_it_has_nothing_in_hand(first: Process, database: str) -> None:
    only_postgresql(database)
    await first.inbox.keep(Arrival(1, "chat:1", False, "{}", NOON))
    await first.inbox.claim(False, 1)
    second = Process(database)
    await asyncio.wait_for(second.has_joined.wait(), 10)
    in_hand = asyncio.Event()
    first.finished = in_hand.wait  # type: ignore[method-assign,assignment]
    first.task.cancel()
    await asyncio.wait_for(first.stepped_down.wait(), 10)

    assert not (await second.inbox.claim(False, 1)).updates
    assert not second.leads.is_set()

    in_hand.set()
    await asyncio.wait_for(second.leads.wait(), 10)
    await second.end()


async def test_that_one_of_several_ends_is_no_end_of_the_heartbeat(first: Process, database: str) -> None:
    only_postgresql(database)
    second = Process(database)
    await asyncio.wait_for(second.has_joined.wait(), 10)
    await end_heart(first)
    assert (await heart(second).standing()).runs

    await end_heart(second)

    store = Store.open(database)
    assert not (await Vitality(store, lambda: NOON, lambda: (0, 0, 0)).standing()).runs
    await store.close()


def heart(process: Process) -> Vitality:
    return Vitality(process.store, lambda: NOON, lambda: (0, 0, 0))


async def end_heart(process: Process) -> None:
    """As a bot ends: it leaves its seat, and says so."""
    process.task.cancel()
    await asyncio.gather(process.task, return_exceptions=True)
    await heart(process).beat()
    await heart(process).end()
    await process.end()


async def test_who_loses_its_seat_steps_down_and_joins_under_another_number(
    first: Process, database: str
) -> None:
    only_postgresql(database)
    first.has_joined.clear()

    await lose_seat(first)

    await asyncio.wait_for(first.stepped_down.wait(), 10)
    await asyncio.wait_for(first.has_joined.wait(), 10)
    assert len(set(first.numbers)) == 2


async def test_a_stop_while_it_steps_down_ends_it_and_it_does_not_lead_again(
    first: Process, database: str
) -> None:
    only_postgresql(database)
    last_requests = asyncio.Event()
    first.slow_to_step_down = last_requests
    await lose_seat(first)
    await asyncio.wait_for(first.stepped_down.wait(), 10)
    first.leads.clear()

    first.task.cancel()
    await first.store.run(lambda _: None)
    assert not first.task.done()
    last_requests.set()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(first.task), 10)
    assert not first.leads.is_set()


async def test_what_a_gone_process_held_is_handed_out_to_the_others(first: Process, database: str) -> None:
    only_postgresql(database)
    second = Process(database)
    await asyncio.wait_for(second.has_joined.wait(), 10)
    await first.inbox.keep(Arrival(1, "chat:1", False, "{}", NOON))
    assert len((await second.inbox.claim(False, 1)).updates) == 1

    await second.end()

    async with asyncio.timeout(10):
        while not (await first.inbox.claim(False, 1)).updates:
            await first.store.run(lambda _: None)


async def test_at_a_start_on_sqlite_everything_is_free_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('data')}/bot.sqlite3"
    one = Process(url)
    await one.has_joined.wait()
    await one.inbox.keep(Arrival(1, "chat:1", False, "{}", NOON))
    await one.inbox.claim(False, 1)
    await one.end()

    two = Process(url)
    await two.has_joined.wait()

    [again] = (await two.inbox.claim(False, 1)).updates
    assert again.attempts == 2
    await two.end()
