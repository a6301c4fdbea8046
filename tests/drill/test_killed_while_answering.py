"""kill -9 while people ask: every question is answered, few twice, and those were under way.

`make drill` does it 50 times by polling and 50 by webhook; DRILL_KILLS says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from asking import Asking
from loopback import Trouble

KILLS = int(os.environ.get("DRILL_KILLS", "2"))
QUESTIONS = 60  # a life
SCALE = 4.0  # of Telegram's 30 a second
HERE = Path(__file__).parent
BASE = HERE.parent / "bases" / "door"


async def start(database: Path, api: Asking, port: int | None) -> asyncio.subprocess.Process:
    more = [str(port), f"http://127.0.0.1:{port}/hook"] if port is not None else []
    return await asyncio.create_subprocess_exec(
        *(sys.executable, HERE / "answering.py", BASE, f"sqlite:///{database}", api.url, str(SCALE), *more),
        cwd=HERE.parents[1],
    )


async def end(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


def owed(database: Path, api: Asking) -> int:
    """How many answers were under way: people have them, and the bot does not know."""
    if not database.exists():
        return 0
    with sqlite3.connect(database) as connection:
        chats = [row[0] for row in connection.execute("SELECT chat FROM outgoing")]
    connection.close()
    return sum(bool(api.texts[chat]) for chat in chats)


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
@pytest.mark.parametrize("trouble", [Trouble(), Trouble(busy=0.02, failing=0.04)], ids=["calm", "trouble"])
async def test_every_question_is_answered_however_often_the_power_is_cut(
    tmp_path: Path, webhook: bool, trouble: Trouble
) -> None:
    database, chance = tmp_path / "bot.sqlite3", random.Random(7)
    port = unused_port() if webhook else None
    chats = range(1, QUESTIONS * (KILLS + 1) + 1)
    under_way = 0
    async with Asking(scale=SCALE, trouble=trouble) as api:
        api.ask(chats, "When is the harbour open?")
        for kill in range(KILLS):
            process = await start(database, api, port)
            await api.until(min(len(chats), QUESTIONS * kill + chance.randint(1, QUESTIONS)))
            await end(process)
            under_way += owed(database, api)
        process = await start(database, api, port)
        while any(not api.texts[chat] for chat in chats):
            await api.until(api.sent + 1)
        await end(process)

    answers = [len(api.texts[chat]) for chat in chats]
    repeated = sum(answers) - len(chats)
    print(
        f"\n{KILLS} kills, {len(chats)} questions: 0 lost, {repeated} answered twice, {under_way} under way"
    )
    assert min(answers) == 1
    assert repeated <= under_way
