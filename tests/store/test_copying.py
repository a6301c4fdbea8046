"""Moving to another database: everything is there afterwards, and goes on from there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from postgresql import PostgreSQL
from sqlalchemy import Connection

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.cli import main
from bot.delivery.arrival import Arrival, Done, Outgoing
from bot.errors import StoreError
from bot.knowledge.dates import PartialDate
from bot.reply import Remember
from bot.store.announcements import Announcements
from bot.store.copying import copy
from bot.store.inbox import Inbox
from bot.store.lock import sole
from bot.store.membership import take_part
from bot.store.store import Store
from bot.store.tables import metadata

NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
SEMINAR = Occasion("event:a", "event", {"en": "A"}, {"en": "."}, PartialDate.parse("2027-01-20T10:00"))


async def fill(url: str) -> None:
    store = Store.open(url)
    announcements, inbox = Announcements(store, lambda: OSLO), Inbox(store)
    await announcements.subscribe(Subscription(-1001, 7, "group", everything=True, quiet=None), NOON)
    await announcements.tell(SEMINAR, "new", "staff", NOON)
    await inbox.begin(1)
    for number in (1, 2):
        await inbox.keep(Arrival(number, f"chat:{number}", False, "{}", NOON))
    first, _ = (await inbox.claim(False, 2)).updates
    owed = (Outgoing(1, 0, "chat:1", "{}", 1),)
    await inbox.finish(Done(first, (Remember(1, 2, "nn", "arena"),), owed, NOON))
    await store.close()


async def everything(url: str) -> dict[str, list[object]]:
    store = Store.open(url)

    def rows(connection: Connection) -> dict[str, list[object]]:
        tables = metadata.sorted_tables
        return {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.c[:2]))]
            for table in tables
        }

    found = await store.run(rows)
    await store.close()
    return found


async def test_all_rows_are_in_the_other_database_and_new_ones_are_counted_on(
    database: str, tmp_path: Path, postgresql: PostgreSQL
) -> None:
    await fill(database)
    to_sqlite = database.startswith("postgresql")
    target = f"sqlite:///{tmp_path}/new.sqlite3" if to_sqlite else postgresql.database()

    counts = copy(database, target)

    assert await everything(target) == await everything(database)
    assert counts["letters"] > 0 and counts["inbox"] == counts["outgoing"] == 1
    await fill_again(target)


async def fill_again(url: str) -> None:
    store = Store.open(url)
    other = Occasion("event:b", "event", {"en": "B"}, {"en": "."}, PartialDate.parse("2027-01-21T10:00"))
    assert await Announcements(store, lambda: OSLO).tell(other, "new", "staff", NOON) == 2
    await store.close()


async def test_a_database_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    one, two = (f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("one", "two"))
    await fill(one)
    await fill(two)
    before = await everything(two)

    with pytest.raises(StoreError, match="only copied into a new database"):
        copy(one, two)

    assert await everything(two) == before


class Member:
    """A bot that serves a database and does nothing."""

    def __init__(self) -> None:
        self.leads = asyncio.Event()

    async def joined(self, number: int) -> None: ...

    def left(self) -> None: ...

    async def finished(self) -> None: ...

    async def lead(self) -> None:
        self.leads.set()
        await asyncio.Event().wait()


@pytest.fixture
async def served(database: str) -> AsyncIterator[str]:
    """A database that a bot serves."""
    with sole(database):
        store, member = Store.open(database), Member()
        serving = asyncio.create_task(take_part(store, member))
        await asyncio.wait_for(member.leads.wait(), 10)
        yield database
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await store.close()


async def test_a_database_that_a_bot_serves_is_not_copied_and_nothing_is_copied_into_it(
    served: str, tmp_path: Path
) -> None:
    other = f"sqlite:///{tmp_path}/other.sqlite3"

    for source, target in ((served, other), (other, served)):
        with pytest.raises(StoreError, match="running on"):
            await asyncio.to_thread(copy, source, target)

    with pytest.raises(StoreError, match="there is no database"):  # none was begun
        Store.open(other, visiting=True)


def test_the_command_says_what_it_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = (f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("one", "two"))

    assert main(["copy-data", one, two]) == 0
    assert "rows are in the new database" in capsys.readouterr().out
    assert main(["copy-data", one, one]) == 2
    assert "the same database" in capsys.readouterr().err
