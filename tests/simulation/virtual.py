"""Time that passes only when nothing else is left to do, and a database without a thread."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

from bot.announce.audience import Subscription
from bot.errors import StoreError
from bot.store import subscribers
from bot.store.store import Store, connect

Result = TypeVar("Result")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Seconds of `time()` pass at once when every task sleeps; from `now` on, and `told` hears of it."""

    def __init__(self, now: float, told: Callable[[float], None]) -> None:
        self._now, self._told = now, told
        super().__init__(_NeverWaits(self._pass))

    def time(self) -> float:
        return self._now

    def _pass(self, seconds: float) -> None:
        if seconds:
            self._now += seconds
            self._told(self._now)

    def abandon(self) -> None:
        """End every task, whatever it holds on to; nobody hears of it."""
        self.set_exception_handler(lambda *_: None)
        for _ in range(10):
            if not (left := asyncio.all_tasks(self)):
                break
            for task in left:
                task.cancel()
            self.run_until_complete(asyncio.wait(left, timeout=60))
        self.close()


class _NeverWaits(selectors.SelectSelector):
    def __init__(self, wait: Callable[[float], None]) -> None:
        super().__init__()
        self._wait = wait

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("nothing would ever happen again")
        self._wait(max(0.0, timeout))
        return []


async def at_once(work: Callable[..., Result], *given: Any, **named: Any) -> Result:
    """Stands in for asyncio.to_thread."""
    return work(*given, **named)


class InlineStore(Store):
    """The store with its real units of work and transactions, in the loop's own thread.

    `write` makes a transaction: it calls what it is given, or raises instead of it, or after it.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.write: Callable[[Callable[[], Any]], Any] = lambda commit: commit()
        self.delay: Callable[[], float] = lambda: 0.0

    def _begin(self) -> None:
        """There is no thread."""

    async def close(self) -> None:
        self._closed = True

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        batch = [self._asked.popleft() for _ in range(min(64, len(self._asked)))]
        self._busy = bool(batch)
        if batch:
            loop.call_later(self.delay(), self._write, loop, batch)

    def _write(self, loop: asyncio.AbstractEventLoop, batch: list[Any]) -> None:
        try:
            outcomes = self.write(lambda: self._do(batch))
        except Killed:
            return
        except StoreError as error:
            outcomes = [(job, None, error) for job in batch]
        self._tell(loop, outcomes)

    @property
    def idle(self) -> bool:
        return not self._asked and not self._busy


class Database:
    """A migrated database in a file, made anew for each life; the engine stays, with what it compiled."""

    def __init__(self, path: Path, subscribed: Sequence[int]) -> None:
        self._path = path
        self.engine = connect(f"sqlite:///{path}")
        event.listen(self.engine, "connect", _hurried)
        for chat in subscribed:
            self.look(partial(subscribers.save, Subscription(chat, everything=True, quiet=None)))
        self.engine.dispose()
        self._new = path.read_bytes()

    def renew(self) -> None:
        """Nobody has written anything yet."""
        self.engine.dispose()
        for each in self._path.parent.glob(f"{self._path.name}*"):
            each.unlink()
        self._path.write_bytes(self._new)

    def look(self, unit: Callable[[Connection], Result]) -> Result:
        """A unit of work of another process, at once."""
        with self.engine.begin() as connection:
            return unit(connection)


class Killed(BaseException):
    """The process is gone; what it was doing stops here."""


def _hurried(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # processes are killed here, the machine is not
