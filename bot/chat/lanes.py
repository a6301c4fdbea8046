"""Order within a chat, side by side across chats."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")

LANE_LIMIT = 200  # updates waiting in one lane; a flood beyond it is dropped
TOTAL_LIMIT = 2000  # updates waiting in all

log = logging.getLogger(__name__)


class Lanes(Generic[Item]):
    """Runs `work` on every accepted item: one after the other for the same key, at once for different ones.

    `work` must not raise; should it, that is logged and the lane goes on.
    """

    def __init__(self, work: Callable[[Item], Awaitable[None]]) -> None:
        self._work = work
        self._waiting: dict[object, deque[Item]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._room = asyncio.Event()
        self._room.set()

    def accept(self, key: object, item: Item) -> bool:
        """Queue an item; False when its lane is full and it was dropped."""
        lane = self._waiting.get(key)
        if lane is not None and len(lane) >= LANE_LIMIT:
            log.warning("an update was dropped: too many are waiting in its chat")
            return False
        self._count += 1
        if self._count >= TOTAL_LIMIT:
            self._room.clear()
        if lane is not None:
            lane.append(item)
            return True
        self._waiting[key] = deque([item])
        task = asyncio.create_task(self._run(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    @property
    def full(self) -> bool:
        return not self._room.is_set()

    async def room(self) -> None:
        """Wait until more items may come."""
        await self._room.wait()

    async def close(self, within: float) -> None:
        """Let what is accepted finish, for up to `within` seconds; then drop it."""
        tasks = set(self._tasks)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=within)
        if late:
            log.warning("%d updates were dropped at the end", self._count)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, key: object) -> None:
        lane = self._waiting[key]
        try:
            while lane:
                try:
                    await self._work(lane[0])
                except Exception as error:
                    log.error("an update failed: %s", type(error).__name__)
                lane.popleft()
                self._count -= 1
                if self._count < TOTAL_LIMIT:
                    self._room.set()
        finally:
            del self._waiting[key]
