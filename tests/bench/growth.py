"""Prints what the database grows by, and what that costs: python tests/bench/growth.py [COUNT]."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.knowledge.dates import PartialDate
from bot.store import subscribers
from bot.store.announcements import Announcements
from bot.store.backup import backup
from bot.store.store import Store
from bot.store.tables import arrivals, contexts, preferences, replies

NOW = datetime(2026, 12, 1, 11, tzinfo=UTC)
SEMINAR = Occasion("event:seminar", "event", {"en": "S"}, {"en": "."}, PartialDate.parse("2027-01-20T10:00"))


def subscribe(count: int, connection: Connection) -> None:
    for chat in range(1, count + 1):
        subscribers.save(Subscription(chat, topics=frozenset({"funding"})), connection)


def fill(table: object, count: int, connection: Connection) -> None:
    rows = {
        arrivals: lambda n: {"update": 700_000_000 + n, "at": NOW},
        replies: lambda n: {"chat": 10**9 + n, "question": n, "number": 0, "answer": n + 1, "at": NOW},
        contexts: lambda n: {"chat": 10**9 + n, "person": 10**9 + n, "entry": "programme-what", "at": NOW},
        preferences: lambda n: {"chat": 10**9 + n, "person": 10**9 + n, "language": "nn"},
    }[table]
    connection.execute(table.insert(), [rows(n) for n in range(count)])  # type: ignore[attr-defined]


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url, size = f"sqlite:///{folder}/bot.sqlite3", 0
        store = Store.open(url)
        announcements = Announcements(store, lambda: ZoneInfo("Europe/Oslo"))
        steps = {
            "subscriber": partial(store.run, partial(subscribe, count)),
            "announcement, 3 messages a chat": partial(announcements.tell, SEMINAR, "new", "bench", NOW),
            "update, for 48 hours": partial(store.run, partial(fill, arrivals, count)),
            "answer, for 48 hours": partial(store.run, partial(fill, replies, count)),
            "person who talks, for 24 hours": partial(store.run, partial(fill, contexts, count)),
            "choice of language": partial(store.run, partial(fill, preferences, count)),
        }
        print(f"{count} of each")
        for name, step in steps.items():
            start = process_time()
            await step()
            seconds = process_time() - start
            now = await store.run(pages)
            print(f"{name:32} {(now - size) / count:6.0f} bytes {1e6 * seconds / count:8.1f} us of CPU")
            size = now
        await store.close()
        start = process_time()
        copy = backup(url, Path(folder, "copy"), NOW)
        print(f"{'backup':32} {copy.bytes / 1e6:6.1f} MB    {process_time() - start:8.2f} s of CPU")
        start = process_time()
        await Store.open(url).close()
        print(f"{'open, with the check for damage':32} {process_time() - start:19.2f} s of CPU")


def pages(connection: Connection) -> int:
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return int(connection.exec_driver_sql(size).scalar_one())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
