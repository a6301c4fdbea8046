"""The whole bot as a process to kill: `answering.py KNOWLEDGE DATABASE API_URL SCALE [WEBHOOK_PORT]`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from loopback import TOKEN

from bot.app import Access, serve
from bot.chat.pace import Pace
from bot.chat.receiving import Entrance
from bot.knowledge.shelf import Shelf
from bot.store.store import Store
from bot.understand.version import prepare


async def main(knowledge: Path, database: str, url: str, scale: float, port: int | None) -> None:
    entrance = Entrance(None)
    if port is not None:
        entrance = Entrance(("127.0.0.1", port), f"http://127.0.0.1:{port}/hook", "secret")
    store = Store.open(database)
    await serve(Access(TOKEN, url, entrance), Shelf(knowledge, prepare), store, Pace(scale=scale))


if __name__ == "__main__":
    folder, database, url, scale, *port = sys.argv[1:]
    asyncio.run(main(Path(folder), database, url, float(scale), int(port[0]) if port else None))
