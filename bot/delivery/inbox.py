"""Hands out the updates of the inbox: in order within a lane, side by side across lanes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from bot.delivery.arrival import Arrival, Claimed, Delivered, Done, Outgoing, Waiting
from bot.delivery.insist import insist

SLOTS = 128  # lanes at a time, of each kind; most of them wait for their chat's turn
WORTH = SLOTS // 4  # free slots; looking for fewer updates costs as much, and `SOON` sees to what is left
LOOK_SECONDS = 1.0  # until what somebody else left or freed is noticed
LAST_SECONDS = 3.0  # that updates in hand have after a stop; Docker kills after 10
SOON = 0.1  # seconds, where something waits that another process may be about to free

log = logging.getLogger(__name__)


class Inbox(Protocol):
    """Where updates wait; every call is committed before it returns."""

    async def begin(self, holder: int) -> int: ...
    async def keep(self, arrival: Arrival) -> bool: ...
    async def claim(self, urgent: bool, limit: int) -> Claimed: ...
    async def finish(self, done: Done) -> bool: ...
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
        self._begun, self._finished = asyncio.Event(), asyncio.Event()
        self._desks = {urgent: _Desk(inbox, handler, urgent) for urgent in (True, False)}

    async def keep(self, arrivals: Sequence[Arrival]) -> None:
        """Commit updates to the inbox, in order.

        Raises what the database raises: then none of them may be confirmed to Telegram.
        """
        new = await asyncio.gather(*(self._inbox.keep(each) for each in arrivals))
        for arrival, is_new in zip(arrivals, new, strict=True):
            if is_new:
                self._desks[arrival.urgent].note(1)

    async def joined(self, number: int) -> None:
        """Hand out in this name from now on, and begin with what is left of earlier runs."""
        left = await insist(partial(self._inbox.begin, number))
        if left:
            log.info("%d updates and answers of earlier runs are gone on with", left)
        for desk in self._desks.values():
            desk.note(left)
        self._begun.set()

    def left(self) -> None:
        """Others handle what is in hand here."""
        self._begun.clear()
        for desk in self._desks.values():
            desk.drop()

    async def run(self) -> None:
        """Hand out until cancelled, whenever there is a name to do it in.

        What is in hand then has some seconds to finish; the rest stays in the inbox.
        """
        try:
            await asyncio.gather(*(desk.run(self._begun) for desk in self._desks.values()))
        finally:
            await asyncio.gather(*(desk.close(LAST_SECONDS) for desk in self._desks.values()))
            if self._begun.is_set():
                await self._end()
            self._finished.set()

    async def finished(self) -> None:
        """Returns when nothing is in hand after `run` was cancelled."""
        await self._finished.wait()

    async def _end(self) -> None:
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

    async def run(self, may: asyncio.Event) -> None:
        """Hand out until cancelled, as long as it may."""
        while True:
            await may.wait()
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
                    async with asyncio.timeout(SOON if self._waiting else LOOK_SECONDS):
                        await self._news.wait()

    def drop(self) -> None:
        """Leave what is in hand to others."""
        for task in self._working:
            task.cancel()

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
        if self._waiting and SLOTS - len(self._working) >= WORTH:
            self._news.set()
