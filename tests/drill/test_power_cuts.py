"""kill -9 in the middle of a broadcast: nobody is left out, few are told twice, and those are listed.

`make drill` does it 50 times to 500 chats, with a Telegram that is well and with one that loses 6 % of its
answers, says 429 and fails; DRILL_KILLS, DRILL_CHATS and DRILL_TROUBLE (none, mixed) say otherwise.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from loopback import Loopback, Trouble
from seminar import SEMINAR

from bot.announce.audience import Subscription
from bot.delivery.sender import IN_FLIGHT
from bot.store import subscribers
from bot.store.announcements import Announcements
from bot.store.store import Store

KILLS = int(os.environ.get("DRILL_KILLS", "2"))
CHATS = int(os.environ.get("DRILL_CHATS", "150"))
SCALE = 10.0  # of Telegram's 30 a second
SETTLE = 0.5  # seconds
HERE = Path(__file__).parent
TROUBLES = {"none": Trouble(), "mixed": Trouble(lost=0.06, busy=0.01, failing=0.02)}
CHOSEN = [os.environ["DRILL_TROUBLE"]] if "DRILL_TROUBLE" in os.environ else list(TROUBLES)


async def start(database: str, api: Loopback) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, HERE / "sending.py", database, api.url, str(SCALE), str(SETTLE)),
        cwd=HERE.parents[1],
    )


async def end(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def done(announcements: Announcements, campaign: int) -> None:
    """Wait for another process to finish a telling; only its database can say so."""
    progress = await announcements.progress(campaign)
    while progress is None or progress.state != "done":
        await asyncio.sleep(0.1)
        progress = await announcements.progress(campaign)


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("kind", CHOSEN)
async def test_a_power_cut_loses_nothing_and_repeats_next_to_nothing(
    number: int, kind: str, tmp_path: Path
) -> None:
    chance, trouble = random.Random(number), TROUBLES[kind]
    database = f"sqlite:///{tmp_path}/bot.sqlite3"
    store = Store.open(database)
    announcements = Announcements(store, lambda: ZoneInfo("Europe/Oslo"))
    for chat in range(1, CHATS + 1):
        each = Subscription(chat, everything=True, quiet=None)
        await store.run(lambda connection, each=each: subscribers.save(each, connection))
    campaign = await announcements.tell(SEMINAR, "new", "drill", datetime.now(UTC))

    async with Loopback(SCALE, trouble, seed=number) as api:
        first = await start(database, api)
        await api.until(chance.randrange(CHATS // 20, CHATS - CHATS // 20))
        await end(first)
        second = await start(database, api)
        async with asyncio.timeout(120):
            await done(announcements, campaign)
        await end(second)
        texts, troubled = api.texts, api.troubled
    doubtful = {chat for chat, _, _ in await announcements.doubtful(campaign)}
    await store.close()

    missing = [chat for chat in range(1, CHATS + 1) if not texts[chat]]
    twice = {chat for chat, got in texts.items() if len(got) > 1}
    assert missing == []
    assert twice <= doubtful
    assert max(len(got) for got in texts.values()) <= 2 + (trouble.lost > 0)
    assert len(twice - troubled) <= IN_FLIGHT and len(doubtful - troubled) <= IN_FLIGHT
    print(
        f"kill {number} ({kind}): {len(twice)} told twice and {len(doubtful)} listed as in doubt, "
        f"{len(twice - troubled)} and {len(doubtful - troubled)} of them by the kill alone"
    )
