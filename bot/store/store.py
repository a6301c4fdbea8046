"""The database behind one thread: units of work go in, waiting ones share a transaction."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from bot.errors import StoreError
from bot.store.schema import upgrade

Item = TypeVar("Item")
Result = TypeVar("Result")
UnitOfWork = Callable[[Connection], Result]
SharedUnit = Callable[[Sequence[Item], Connection], Sequence[Result]]

BATCH = 64  # units in one transaction
BUSY_MILLISECONDS = 5000  # how long we wait for another process that writes


@dataclass(frozen=True, slots=True)
class _Job:
    unit: Any  # a UnitOfWork, or with `item` a SharedUnit
    done: asyncio.Future[Any]
    item: Any = None
    shared: bool = False


_Outcome = tuple[_Job, Any, BaseException | None]


class Store:
    """One connection in one thread; `run` a unit of work (a plain function on a Connection) on it.

    What is asked for while a transaction is under way shares the next one: one write to the disk, and one
    wake-up of the event loop, for all of them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked: deque[_Job] = deque()
        self._busy = self._closed = False
        self._batches: queue.SimpleQueue[tuple[asyncio.AbstractEventLoop, list[_Job]] | None]
        self._batches = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, url: str, *, visiting: bool = False) -> Store:
        """Open the database, made and migrated where needed (blocks).

        `visiting`: another process may have it open and look after it; of two that move the write-ahead
        log into the database at once, old versions of SQLite make a broken one.
        Raises StoreError in plain words when it cannot be used.
        """
        address = _address(url)
        try:
            engine = create_engine(address, **_sqlite_options(address))
        except ModuleNotFoundError as error:
            raise StoreError(f"DATABASE_URL: the driver {error.name} is not installed") from error
        if address.get_backend_name() == "sqlite":
            event.listen(engine, "connect", partial(_prepare_sqlite, visiting))
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        try:
            with engine.begin() as connection:
                upgrade(connection)
        except SQLAlchemyError as error:
            engine.dispose()
            raise StoreError(f"the database cannot be used: {_cause(error)}") from error
        except StoreError:
            engine.dispose()
            raise
        return cls(engine)

    async def run(self, unit: UnitOfWork[Result]) -> Result:
        """The unit's result, after it is committed; its exception when it raises, and nothing of it stays."""
        return cast("Result", await self._awaited(unit))

    async def each(self, unit: SharedUnit[Item, Result], item: Item) -> Result:
        """What the unit makes of the item; items that wait at the same time share one call where that works.

        A statement for many rows costs little more than one for one row.
        """
        return cast("Result", await self._awaited(unit, item, shared=True))

    async def close(self) -> None:
        """Finish what waits, then close; a second call does nothing."""
        if not self._closed:
            last = asyncio.ensure_future(self.run(lambda _: None))
            await asyncio.sleep(0)
            self._closed = True
            await asyncio.wait([last])
            self._batches.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _awaited(self, unit: Any, item: Any = None, *, shared: bool = False) -> Any:
        if self._closed:
            raise StoreError("the database is closed")
        loop = asyncio.get_running_loop()
        job = _Job(unit, loop.create_future(), item, shared)
        self._asked.append(job)
        if not self._busy:
            self._busy = True
            loop.call_soon(self._hand_over, loop)  # with what else is asked for in this turn of the loop
        return await job.done

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        batch = [self._asked.popleft() for _ in range(min(BATCH, len(self._asked)))]
        self._busy = bool(batch)
        if batch:
            self._batches.put((loop, batch))

    def _work(self) -> None:
        try:
            while given := self._batches.get():
                loop, batch = given
                outcomes = self._commit(batch)
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(self._tell, loop, outcomes)
        finally:
            self._engine.dispose()

    def _commit(self, batch: list[_Job]) -> list[_Outcome]:
        outcomes: list[_Outcome] = []
        try:
            with self._engine.begin() as connection:
                for jobs in _sharing(batch):
                    outcomes += _attempt(jobs, connection)
        except Exception as error:
            return [(job, None, error) for job in batch]
        return outcomes

    def _tell(self, loop: asyncio.AbstractEventLoop, outcomes: list[_Outcome]) -> None:
        for job, result, failure in outcomes:
            if job.done.done():  # whoever asked was cancelled
                continue
            if failure is None:
                job.done.set_result(result)
            else:
                job.done.set_exception(_in_our_words(failure))
        loop.call_soon(self._hand_over, loop)  # after those who were told have asked for more


def _sharing(batch: list[_Job]) -> list[list[_Job]]:
    """The jobs by call: each alone, those of one shared unit together."""
    calls: dict[object, list[_Job]] = {}
    for job in batch:
        calls.setdefault(job.unit if job.shared else id(job), []).append(job)
    return list(calls.values())


def _attempt(jobs: list[_Job], connection: Connection) -> list[_Outcome]:
    unit = jobs[0].unit
    try:
        with connection.begin_nested():
            results = unit([job.item for job in jobs], connection) if jobs[0].shared else [unit(connection)]
    except Exception as error:
        if len(jobs) > 1:  # one of them may be what no database takes; that is not the others' fault
            return [outcome for job in jobs for outcome in _attempt([job], connection)]
        return [(jobs[0], None, error)]
    return [(job, result, None) for job, result in zip(jobs, results, strict=True)]


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(
            "DATABASE_URL is not the address of a database, such as sqlite:///data/bot.sqlite3"
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError(f"DATABASE_URL: the driver {error.name} is not installed") from error
    if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
        folder = Path(str(address.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"DATABASE_URL: {folder} cannot be made: {error.strerror}") from error
    return address


def _sqlite_options(address: URL) -> dict[str, Any]:
    if address.get_backend_name() != "sqlite":
        return {"pool_size": 1, "max_overflow": 0}
    from sqlalchemy.pool import StaticPool

    return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}


def _prepare_sqlite(visiting: bool, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own would break savepoints
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        *(("wal_autocheckpoint=0",) if visiting else ()),
    ):
        connection.execute(f"PRAGMA {pragma}")


def _in_our_words(failure: BaseException) -> BaseException:
    """A database's own error as a StoreError; its text holds no statement and no values."""
    return StoreError(_cause(failure)) if isinstance(failure, SQLAlchemyError) else failure


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or type(error).__name__)
