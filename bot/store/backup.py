"""Copies of a SQLite database: taken while the bot runs, and put back while it does not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from urllib.parse import quote

from bot.errors import StoreError
from bot.store.lock import sole, sqlite_file
from bot.store.schema import newer, revisions
from bot.store.store import ASIDE, BUSY_MILLISECONDS

BESIDE = ("", "-wal", "-shm")  # what SQLite adds to the name of a database for what belongs to it
NOTE = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds."""

    bytes: int
    schema: str
    subscribers: int
    announcements: int
    updates: int  # not handled yet


def backup(url: str, target: Path, now: datetime) -> Copy:
    """Copy the database as it is at one moment to `target`, also while the bot writes; what it holds.

    What was deleted is not in the copy. Raises StoreError, and then there is no `target`.
    """
    database = _database(url)
    if not database.is_file():
        raise StoreError(f"there is no database at {database}")
    if target.exists():
        raise StoreError(f"{target} is there already, and no backup is overwritten")
    with _beside(target) as part:
        with _opened(database) as source:
            source.execute("PRAGMA wal_autocheckpoint=0")  # the running bot looks after its log
            source.execute("VACUUM INTO ?", (str(part),))
        copy = _inspected(part)
        _settle(part, target)
    with suppress(StoreError), _opened(database) as source:  # the copy is good, noted or not
        source.execute("PRAGMA wal_autocheckpoint=0")
        source.execute(NOTE, ("backup", now.astimezone(UTC).isoformat(timespec="seconds")))
    return copy


def restore(url: str, source: Path, now: datetime) -> tuple[Copy, Path | None]:
    """Put a copy in the database's place; what it holds, and where the one before it is kept.

    The next start pauses what it would announce. Raises StoreError when the copy is damaged, of a newer
    version or none at all, where the disk takes no copy, and while the bot runs: then nothing is changed.
    A power cut in the middle may leave only the one before, by its other name; no start makes a new one then.
    """
    database = _database(url)
    if not source.is_file():
        raise StoreError(f"{source} is no file")
    with sole(url), _beside(database) as part:
        try:
            _copy_out(source, part)
            copy = _inspected(part)
        except StoreError as error:
            raise StoreError(f"{source} cannot be restored: {error}") from error
        with _opened(part) as marked:
            marked.execute(NOTE, ("restored", now.astimezone(UTC).isoformat(timespec="seconds")))
            marked.execute(NOTE, ("heartbeat", ""))  # of the bot that was copied
        aside = _free(database.with_name(f"{database.name}{ASIDE}{now.astimezone(UTC):%Y%m%d-%H%M%S}"))
        there = _put_in_place(part, database, aside)
    return copy, aside if there else None


def _database(url: str) -> Path:
    database = sqlite_file(url)
    if database is None:
        raise StoreError(
            "only a SQLite file is copied by this command; PostgreSQL has pg_dump and pg_restore"
        )
    return database


def _inspected(path: Path) -> Copy:
    """What a file holds. Raises StoreError when it is not a sound database of this bot."""
    with _opened(path) as database:
        found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(f"it is damaged ({str(found).splitlines()[-1]})")
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"alembic_version", "meta"} <= tables:
            raise StoreError("it is no database of this bot")
        (schema,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        if schema not in revisions():
            raise newer(schema)
        counts = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] if table in tables else 0  # noqa: S608
            for table in ("subscribers", "campaigns", "inbox")
        ]
    return Copy(path.stat().st_size, schema, *counts)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as it is, each statement committed by itself. Raises StoreError for SQLite's errors."""
    address = f"file:{quote(str(path))}?mode=rw"
    try:
        with closing(
            sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)
        ) as connection:
            yield connection
    except sqlite3.Error as error:
        raise StoreError(str(error)) from error


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new file in the folder of `target`, for nobody else to read; gone afterwards if it is still there."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise StoreError(f"{target.parent} cannot be written: {error.strerror}") from error
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _settle(part: Path, target: Path) -> None:
    """Give `part` its name once it is safe on the disk. Raises StoreError, and then there is no `target`."""
    try:
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error


def _copy_out(source: Path, part: Path) -> None:
    try:
        shutil.copyfile(source, part)
    except OSError as error:
        raise StoreError(str(error.strerror)) from error


def _put_in_place(part: Path, database: Path, aside: Path) -> bool:
    """Rename the database, with the log that belongs to it, and `part` to its name; whether there was one.

    Raises StoreError, and then everything is called as before.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        _sync(part)
        for suffix in BESIDE:  # the database first: without its log it must never stand there
            path = database.with_name(database.name + suffix)
            if path.exists():
                moved.append((path, path.rename(aside.with_name(aside.name + suffix))))
        moved.append((part, part.rename(database)))
        _sync(database.parent)
    except OSError as error:
        for before, after in reversed(moved):
            after.rename(before)
        raise StoreError(f"the copy cannot be put in its place: {error.strerror}") from error
    return len(moved) > 1


def _free(wanted: Path) -> Path:
    """`wanted`, else `wanted-2`, `wanted-3` ...: a name that nothing has, since a rename overwrites."""
    numbered = (wanted.with_name(f"{wanted.name}-{number}") for number in count(2))
    return next(
        path
        for path in chain([wanted], numbered)
        if not any(os.path.lexists(f"{path}{suffix}") for suffix in BESIDE)
    )


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
