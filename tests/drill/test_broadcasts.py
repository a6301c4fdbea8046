"""Big broadcasts: at the pace Telegram allows, with answers first; and enqueued in no time.

`make drill` sends 10,000 at Telegram's own pace; DRILL_BROADCAST, DRILL_SCALE and DRILL_STRICT say otherwise.
"""

from __future__ import annotations

import asyncio
import os
import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from loopback import TOKEN, Loopback
from seminar import SEMINAR
from sending import sending
from sqlalchemy import Connection, insert, select
from telegram import Bot

from bot.announce.audience import Subscription
from bot.chat.calls import Calls
from bot.chat.pace import Pace
from bot.chat.request import AiohttpRequest
from bot.chat.transport import Transport
from bot.reply import Reply, Say, paragraph
from bot.store import subscribers
from bot.store.announcements import Announcements
from bot.store.store import Store
from bot.store.tables import subscribers as table

BROADCAST = int(os.environ.get("DRILL_BROADCAST", "1000"))
SCALE = float(os.environ.get("DRILL_SCALE", "10"))  # of Telegram's 30 a second
STRICT = bool(os.environ.get("DRILL_STRICT"))  # times are asserted only where nothing else runs
ASKERS = 1_000_000  # chats of people who ask, beyond those that are told
MANY = 100_000
OSLO = ZoneInfo("Europe/Oslo")
ON_WATER = replace(SEMINAR, topics=("water",))


def subscribe_many(count: int, connection: Connection) -> None:
    """Chats 1 to `count`; all but the first are copied by the database, which takes no memory of ours."""
    first = Subscription(1, topics=frozenset({"water"}), quiet=None)
    subscribers.save(first, connection)
    there = 1
    while there < count:
        some = select(table.c.chat + there, *table.c[1:]).where(table.c.chat <= count - there)
        connection.execute(insert(table).from_select(list(table.c.keys()), some))
        there *= 2


async def test_a_broadcast_is_never_refused_and_answers_go_first(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    announcements = Announcements(store, lambda: OSLO)
    await store.run(lambda connection: subscribe_many(BROADCAST, connection))
    await announcements.tell(ON_WATER, "new", "drill", datetime.now(UTC))
    pace = Pace(scale=SCALE)
    waits: list[float] = []

    async with Loopback(SCALE) as api:
        begun = time.monotonic()
        sender = asyncio.create_task(sending(announcements, api.url, pace, timedelta(seconds=60)))
        async with Bot(TOKEN, base_url=f"{api.url}/bot", request=AiohttpRequest()) as bot:
            transport = Transport(bot, Calls(pace))
            asked = 0
            while api.sent - asked < BROADCAST:
                asked += 1
                at = time.monotonic()
                await transport.perform(Say(ASKERS + asked, Reply((paragraph("An answer."),))))
                waits.append(time.monotonic() - at)
                await asyncio.sleep(1 / SCALE)
        took = api.taken[-1] - begun
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)
        told = [chat for chat in api.texts if chat < ASKERS]
        refused = [at - begun for at in api.refused]
    await store.close()

    p95 = sorted(waits)[int(len(waits) * 0.95)]
    best = api.sent / (30 * SCALE)
    print(
        f"{BROADCAST} told and {asked} answered in {took:.1f} s, {took / best:.2f} of the least there is; "
        f"refused {len(refused)} times; an answer took {p95 * 1000:.0f} ms at p95"
    )
    assert sorted(told) == list(range(1, BROADCAST + 1))
    assert all(len(api.texts[chat]) == 1 for chat in told)
    if STRICT:
        assert [at for at in refused if at > 1] == []
        assert took < 1.15 * best
        assert p95 < 0.5


async def test_a_hundred_thousand_letters_are_made_in_one_short_transaction(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    announcements = Announcements(store, lambda: OSLO)
    await store.run(lambda connection: subscribe_many(MANY, connection))
    now = datetime.now(UTC)
    campaign = await announcements.propose(ON_WATER, "new", "drill", now)
    assert (await announcements.audience_size(ON_WATER, "new", now)).recipients == MANY

    tracemalloc.start()
    begun = time.monotonic()
    count = await announcements.confirm(campaign, "drill", now)
    took = time.monotonic() - begun
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    progress = await announcements.progress(campaign)
    await store.close()

    print(f"{MANY} letters in {took:.2f} s, {most / 2**20:.1f} MB of Python's at most")
    assert count == MANY
    assert progress is not None and (progress.total, progress.pending) == (MANY, MANY)
    assert most < 4 * 2**20  # no row of the letters passes through us; as a list they are 40 MB
    if STRICT:
        assert took < 1
