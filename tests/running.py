"""The whole bot inside a test, on a clock of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from bot.answer.privacy import Policy
from bot.chat.pace import Pace
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.serving import Access, serve
from bot.store.announcements import Announcements
from bot.store.questions import Questions
from bot.store.store import Store
from bot.understand.version import Version


class VirtualTime:
    """Seconds that pass at once when somebody sleeps; `naps` are what they asked for."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def pace(self) -> Pace:
        return Pace(clock=lambda: self.now, sleep=self.sleep)


class RunningBot:
    """The bot as a task; `stop` and `start` are a restart on the same database."""

    def __init__(
        self, server: PreviewServer, shelf: Shelf[Version], database: Path, time: VirtualTime
    ) -> None:
        self.server, self.shelf, self.time = server, shelf, time
        self.admins: frozenset[int] = frozenset()
        self.policy = Policy()
        self._url = f"sqlite:///{database}"
        self._task: asyncio.Task[None] | None = None
        self._store: Store | None = None

    @property
    def announcements(self) -> Announcements:
        """What the running bot keeps of subscriptions and tellings."""
        assert self._store is not None
        return Announcements(self._store, lambda: self.shelf.current.knowledge.zone)

    @property
    def questions(self) -> Questions:
        """What the running bot keeps of questions."""
        assert self._store is not None
        return Questions(self._store)

    async def start(self) -> None:
        self._store = Store.open(self._url)
        access = Access(self.server.token, self.server.base_url, admins=self.admins, policy=self.policy)
        self._task = asyncio.create_task(serve(access, self.shelf, self._store, self.time.pace()))

    async def stop(self) -> None:
        if self._task is None or self._store is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._store.close()
        self._task = self._store = None
