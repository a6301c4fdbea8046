"""Writes a sign of life, so that a dead disk is noticed while nobody asks anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.errors import StoreError
from bot.watch.pulse import Pulse

BEAT_SECONDS = 10.0
AGAIN_SECONDS = 1.0  # while the database is in trouble


async def heartbeat(write: Callable[[], Awaitable[object]], pulse: Pulse) -> None:
    """Commit `write` again and again until cancelled."""
    while True:
        with suppress(StoreError):  # which the pulse has felt already
            await write()
            pulse.committed()
        await asyncio.sleep(AGAIN_SECONDS if pulse.trouble else BEAT_SECONDS)
