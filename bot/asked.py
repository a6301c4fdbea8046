"""What people asked, for those who edit the knowledge: nobody is named, since nobody is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from bot.store.questions import Questions
from bot.store.store import Store


async def frequent(database: str, days: int, band: str | None, at_least: int) -> AsyncIterator[str]:
    """How often what was asked in the last `days` days, the most frequent first; lines to print.

    `at_least`: only what was asked as often, for a list that leaves the house.
    """
    store = await asyncio.to_thread(Store.open, database, visiting=True)
    try:
        found = await Questions(store).since((datetime.now(UTC) - timedelta(days=days)).date(), band)
    finally:
        await store.close()
    shown = [each for each in found if each.times >= at_least]
    for each in shown:
        entry = f"  -> {each.entry}" if each.entry else ""
        yield f"{each.times:5}  {each.band:7}  {each.language}  {each.text}{entry}"
    if not shown:
        yield f"No question of the last {days} days is kept."
