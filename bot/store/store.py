"""The database behind one thread: units of work go in, waiting ones share a transaction."""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeGuard, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.pool import StaticPool

from bot.errors import NotStorable, StoreError
from bot.store.schema import accept, examine, upgrade
from bot.watch import metrics
from bot.watch.pulse import Pulse

Item = TypeVar("Item")
Result = TypeVar("Result")
UnitOfWork = Callable[[Connection], Result]
SharedUnit = Callable[[Sequence[Item], Connection], Sequence[Result]]

ASIDE = ".before-"  # in the name of a database that a restored copy replaced
BATCH = 64  # units in one transaction
ALONE = 0x6B6C796E  # of PostgreSQL's advisory locks, the one of units that bear no company
BUSY_MILLISECONDS = 5000  # how long we wait for another process that writes
SCRUB_MILLISECONDS = 200  # how long everybody waits for another process that reads, before the log is emptied

# What SQLite says -> what that means for who runs the bot.
ADVICE = {
    "readonly database": "its file or folder cannot be written",
    "unable to open": "its file or folder cannot be opened",
    "is locked": "another process holds on to it",
    "not a database": "klyngebot restore FILE puts a backup in its place",
    "malformed": "klyngebot restore FILE puts a backup in its place",
}


# A server, a network or one of us that stopped in the middle holds nobody up for longer than this.
POSTGRESQL = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
    "application_name": f"klyngebot {os.getpid()}",
    "options": "-c idle_in_transaction_session_timeout=5000 -c lock_timeout=20000",
}


@dataclass(frozen=True, slots=True)
class _Job:
    unit: Any  # a UnitOfWork, or with `item` a SharedUnit
    done: asyncio.Future[Any]
    item: Any = None
    shared: bool = False
    alone: bool = False
    outside: bool = False  # `unit` takes the engine, after the transaction of the others


_Outcome = tuple[_Job, Any, BaseException | None]


class Store:
    """One connection in one thread; `run` a unit of work (a plain function on a Connection) on it.

    What is asked for while a transaction is under way shares the next one: one write to the disk, and one
    wake-up of the event loop, for all of them. A unit never meets one of another process: on SQLite a
    transaction is alone anyway, on PostgreSQL it holds a lock that all of them take.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.address = engine.url
        self.replicated = engine.dialect.name == "postgresql"  # other processes may serve the same database
        self._asked: deque[_Job] = deque()
        self._busy = self._closed = False
        self._batches: queue.SimpleQueue[tuple[asyncio.AbstractEventLoop, list[_Job]] | None]
        self._batches = queue.SimpleQueue()
        self.pulse = Pulse()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._begin()

    @classmethod
    def open(cls, url: str, *, visiting: bool = False) -> Store:
        """Open the database, made and migrated where needed (blocks).

        `visiting`: another process may have it open and look after it, so its schema stays as it is; and of
        two that move the write-ahead log into the database at once, old versions of SQLite make a broken one.
        Raises StoreError in plain words when it cannot be used.
        """
        engine = connect(url, visiting=visiting)
        return cls(engine)

    def _begin(self) -> None:
        self._thread.start()

    async def run(self, unit: UnitOfWork[Result], *, alone: bool = True) -> Result:
        """The unit's result, after it is committed; its exception when it raises, and nothing of it stays.

        `alone` is False for a unit that locks the rows it reads, and so bears those of other processes.
        """
        return cast("Result", await self._awaited(unit, alone=alone))

    async def each(self, unit: SharedUnit[Item, Result], item: Item) -> Result:
        """What the unit makes of the item; items that wait at the same time share one call where that works.

        A statement for many rows costs little more than one for one row. Such a unit is not alone.
        """
        return cast("Result", await self._awaited(unit, item, shared=True))

    async def scrub(self, *, rewrite: bool = False) -> bool:
        """Leave nothing of what was deleted in SQLite's write-ahead log; False while others read it.

        With `rewrite` in the database file as well: secure_delete overwrites what is deleted, but not what
        SQLite leaves behind when it moves rows from page to page. It takes about a second for 100 MB, in
        which nothing else is written. On PostgreSQL this does nothing: what becomes of deleted rows there
        is up to its own VACUUM and to the archive of its log.
        """
        return cast("bool", await self._awaited(partial(_scrub, rewrite), outside=True))

    async def close(self) -> None:
        """Finish what waits, then close; a second call does nothing."""
        if not self._closed:
            last = asyncio.ensure_future(self.run(lambda _: None))
            await asyncio.sleep(0)
            self._closed = True
            await asyncio.wait([last])
            self._batches.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _awaited(
        self,
        unit: Any,
        item: Any = None,
        *,
        shared: bool = False,
        alone: bool = False,
        outside: bool = False,
    ) -> Any:
        if self._closed:
            raise StoreError("the database is closed")
        loop = asyncio.get_running_loop()
        job = _Job(unit, loop.create_future(), item, shared, alone, outside)
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
                outcomes = self._do(batch)
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(self._tell, loop, outcomes)
        finally:
            self._engine.dispose()

    def _do(self, batch: list[_Job]) -> list[_Outcome]:
        inside = [job for job in batch if not job.outside]
        outcomes = self._commit(inside) if inside else []
        return outcomes + [self._apart(job) for job in batch if job.outside]

    def _commit(self, batch: list[_Job]) -> list[_Outcome]:
        outcomes: list[_Outcome] = []
        start = perf_counter()
        try:
            with self._engine.begin() as connection:
                if self.replicated and any(job.alone for job in batch):
                    connection.execute(select(func.pg_advisory_xact_lock(ALONE)))
                for jobs in _sharing(batch):
                    outcomes += _attempt(jobs, connection)
            metrics.COMMIT_SECONDS.observe(perf_counter() - start)
        except Exception as error:
            metrics.FAILED_COMMITS.inc()
            outcomes = [(job, None, error) for job in batch]
        for trouble in {_cause(failure) for _, _, failure in outcomes if _is_trouble(failure)}:
            self.pulse.failed(trouble)
        return outcomes

    def _apart(self, job: _Job) -> _Outcome:
        try:
            return job, job.unit(self._engine), None
        except Exception as error:
            return job, None, error

    def _tell(self, loop: asyncio.AbstractEventLoop, outcomes: list[_Outcome]) -> None:
        for job, result, failure in outcomes:
            if job.done.done():  # whoever asked was cancelled
                continue
            if failure is None:
                job.done.set_result(result)
            else:
                job.done.set_exception(_in_our_words(failure))
        loop.call_soon(self._hand_over, loop)  # after those who were told have asked for more


def connect(url: str, *, visiting: bool = False) -> Engine:
    """The database, made and migrated where needed, as `Store.open` has it. Raises StoreError."""
    address = address_of(url)
    file = file_of(address)
    if file is not None and not file.exists():
        if visiting:
            raise StoreError(f"there is no database at {file}; the bot makes it when it first runs")
        if aside := _set_aside(file):
            raise StoreError(
                f"there is no database at {file}, but {aside} beside it was one; klyngebot restore FILE puts "
                f"a backup in its place, and to begin with an empty one move {aside} elsewhere"
            )
        _make_private(file)
    try:
        engine = create_engine(address, **_options(address))
    except ModuleNotFoundError as error:
        raise StoreError(f"DATABASE_URL: the driver {error.name} is not installed") from error
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite:
        event.listen(engine, "connect", partial(_prepare_sqlite, visiting))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            if not sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(ALONE)))
            if visiting:
                accept(connection)
            else:
                upgrade(connection)
                examine(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"the database cannot be used: {_cause(error)}") from error
    except StoreError:
        engine.dispose()
        raise
    return engine


def _sharing(batch: list[_Job]) -> list[list[_Job]]:
    """The jobs by call: each alone, those of one shared unit together."""
    calls: dict[object, list[_Job]] = {}
    for job in batch:
        calls.setdefault(job.unit if job.shared else id(job), []).append(job)
    return list(calls.values())


def _attempt(jobs: list[_Job], connection: Connection) -> list[_Outcome]:
    unit = jobs[0].unit
    savepoint = connection.begin_nested()
    try:
        results = unit([job.item for job in jobs], connection) if jobs[0].shared else [unit(connection)]
        savepoint.commit()
    except Exception as error:
        if _undone(connection):
            raise
        savepoint.rollback()
        if len(jobs) > 1:  # one of them may be what no database takes; that is not the others' fault
            return [outcome for job in jobs for outcome in _attempt([job], connection)]
        return [(jobs[0], None, error)]
    return [(job, result, None) for job, result in zip(jobs, results, strict=True)]


def address_of(url: str) -> URL:
    """The address as SQLAlchemy knows it, with its folder there. Raises StoreError in plain words."""
    try:
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(
            "DATABASE_URL is not the address of a database, such as sqlite:///data/bot.sqlite3"
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError(f"DATABASE_URL: the driver {error.name} is not installed") from error
    if (file := file_of(address)) is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"DATABASE_URL: {file.parent} cannot be made: {error.strerror}") from error
    return address


def file_of(address: URL) -> Path | None:
    """The file of a SQLite database; None for every other database."""
    path = str(address.database or ":memory:")
    sqlite = address.get_backend_name() == "sqlite"
    return Path(path) if sqlite and path != ":memory:" and not path.startswith("file:") else None


def _set_aside(file: Path) -> str | None:
    """What a database was renamed to when a copy should have taken its place; the newest of several."""
    found = []
    with suppress(OSError):  # SQLite will say why it cannot be made
        found = [each.name for each in file.parent.iterdir() if each.name.startswith(file.name + ASIDE)]
    return max((name for name in found if not name.endswith(("-wal", "-shm"))), default=None)


def _make_private(file: Path) -> None:
    """A new database is for its owner's eyes; SQLite gives its -wal and -shm the same rights."""
    with suppress(OSError):  # SQLite will say why it cannot be made
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _options(address: URL) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    return {"pool_size": 1, "max_overflow": 0, "connect_args": POSTGRESQL}


def _prepare_sqlite(visiting: bool, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own would break savepoints
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        *(("wal_autocheckpoint=0",) if visiting else ()),
    ):
        connection.execute(f"PRAGMA {pragma}")


def _undone(connection: Connection) -> bool:
    """Whether SQLite has undone the whole transaction by itself, as it may when the disk is full."""
    driver = connection.connection.driver_connection
    return isinstance(driver, sqlite3.Connection) and not driver.in_transaction


def _is_trouble(failure: BaseException | None) -> TypeGuard[DatabaseError]:
    """Whether the database itself failed, and not what it was asked for."""
    asked = (IntegrityError, DataError, ProgrammingError)
    return isinstance(failure, DatabaseError) and not isinstance(failure, asked)


def _scrub(rewrite: bool, engine: Engine) -> bool:
    if engine.dialect.name != "sqlite":
        return True
    pooled = engine.raw_connection()
    try:
        connection = cast("sqlite3.Connection", pooled.driver_connection)
        connection.execute(f"PRAGMA busy_timeout={SCRUB_MILLISECONDS}")
        try:
            if rewrite:
                connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        return not busy
    finally:
        pooled.close()


def _in_our_words(failure: BaseException) -> BaseException:
    """A database's own error as a StoreError; its text holds no statement and no values."""
    if isinstance(failure, DataError):
        return NotStorable(_cause(failure))
    if isinstance(failure, sqlite3.Error):
        return StoreError(str(failure))
    return StoreError(_cause(failure)) if isinstance(failure, SQLAlchemyError) else failure


def _cause(error: SQLAlchemyError) -> str:
    text = str(getattr(error, "orig", None) or type(error).__name__)
    said = text.partition("\n")[0]  # PostgreSQL's second line, DETAIL, quotes the row
    advice = next((advice for words, advice in ADVICE.items() if words in said), "")
    return f"{said} ({advice})" if advice else said
