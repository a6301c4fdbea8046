"""Hands out the updates of the inbox: in order within a lane, side by side across lanes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol

from bot.delivery.arrival import Arrival, Claimed, Delivered, Done, Outgoing, Waiting
from bot.delivery.insist import insist

SLOTS = 128  # lanes at a time, of each kind; most of them wait for their chat's turn
LOOK_SECONDS = 1.0  # until what somebody else left or freed is noticed

log = logging.getLogger(__name__)


class Inbox(Protocol):
    """Where updates wait; every call is committed before it returns."""

    async def begin(self) -> int: ...
    async def keep(self, arrival: Arrival) -> bool: ...
    async def claim(self, urgent: bool, limit: int) -> Claimed: ...
    async def finish(self, done: Done) -> None: ...
    async def delivered(self, delivered: Delivered) -> None: ...
    async def end(self) -> None: ...


class Handler(Protocol):
    """Does the work. What it did not finish is handed out again after a restart."""

    async def handle(self, waiting: Waiting) -> None: ...
    async def settle(self, owed: Sequence[Outgoing]) -> None: ...


class Reception:
    """Keeps what comes and has it handled, for one process."""

    def __init__(self, inbox: Inbox, handler: Handler) -> None:
        self._inbox = inbox
        self._desks = {urgent: _Desk(inbox, handler, urgent) for urgent in (True, False)}

    async def keep(self, arrivals: Sequence[Arrival]) -> None:
        """Commit updates to the inbox, in order.

        Raises what the database raises: then none of them may be confirmed to Telegram.
        """
        new = await asyncio.gather(*(self._inbox.keep(each) for each in arrivals))
        for arrival, is_new in zip(arrivals, new, strict=True):
            if is_new:
                self._desks[arrival.urgent].note(1)

    async def run(self) -> None:
        """Hand out until cancelled."""
        left = await insist(self._inbox.begin)
        if left:
            log.info("%d updates and answers of the last run are gone on with", left)
        for desk in self._desks.values():
            desk.note(left)
        await asyncio.gather(*(desk.run() for desk in self._desks.values()))

    async def close(self, within: float) -> None:
        """Let what is in hand finish, for up to `within` seconds; the rest stays in the inbox."""
        await asyncio.gather(*(desk.close(within) for desk in self._desks.values()))
        try:
            await self._inbox.end()
        except Exception as error:  # the next start frees it as well
            log.warning("what is not finished could not be let go: %s", type(error).__name__)


class _Desk:
    """Hands out the updates of one kind; `urgent` ones do not queue behind the others."""

    def __init__(self, inbox: Inbox, handler: Handler, urgent: bool) -> None:
        self._inbox, self._handler, self._urgent = inbox, handler, urgent
        self._working: set[asyncio.Task[None]] = set()
        self._waiting = 0  # about as many are there; others may take some of them
        self._news = asyncio.Event()

    def note(self, count: int) -> None:
        """So many more wait."""
        self._waiting += count
        self._news.set()

    async def run(self) -> None:
        """Hand out until cancelled."""
        while True:
            self._news.clear()
            free = SLOTS - len(self._working)
            work = await self._take(free) if free else []
            for each in work:
                task = asyncio.create_task(each)
                self._working.add(task)
                task.add_done_callback(self._done)
            if not work and not self._working:
                self._waiting = 0
            if len(work) < free or not free:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._news.wait()

    async def close(self, within: float) -> None:
        """Let what is in hand finish, for up to `within` seconds."""
        if not self._working:
            return
        _, late = await asyncio.wait(set(self._working), timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _take(self, limit: int) -> list[Coroutine[Any, Any, None]]:
        claimed = await insist(lambda: self._inbox.claim(self._urgent, limit))
        self._waiting = max(0, self._waiting - len(claimed.updates))
        handler = self._handler
        return [*map(handler.settle, claimed.owed), *map(handler.handle, claimed.updates)]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an update failed: %s", type(error).__name__)
        if self._waiting:
            self._news.set()
