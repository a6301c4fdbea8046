"""The whole bot as a process to kill: `answering.py KNOWLEDGE DATABASE API_URL SCALE [PORT WEBHOOK_URL]`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from datetime import timedelta
from pathlib import Path

from loopback import TOKEN

from bot.chat import logs
from bot.chat.pace import Pace
from bot.chat.receiving import Entrance
from bot.knowledge.shelf import Shelf
from bot.serving import Access, serve
from bot.store.store import Store
from bot.understand.version import prepare

SETTLE = timedelta(seconds=0.5)
SECRET = "secret"


async def main(knowledge: Path, database: str, url: str, scale: float, entrance: Entrance) -> None:
    store = Store.open(database)
    access = Access(TOKEN, url, entrance, settle=SETTLE)
    serving = asyncio.ensure_future(serve(access, Shelf(knowledge, prepare), store, Pace(scale=scale)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    await store.close()


if __name__ == "__main__":
    logs.configure("WARNING", "text", [])
    folder, database, url, scale, *hook = sys.argv[1:]
    entrance = Entrance(("127.0.0.1", int(hook[0])), hook[1], SECRET) if hook else Entrance(None)
    asyncio.run(main(Path(folder), database, url, float(scale), entrance))
