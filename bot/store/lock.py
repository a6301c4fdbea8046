"""One running bot for each SQLite file: a lock that ends with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import StoreError
from bot.store.store import address_of, file_of


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for every other database.

    Raises StoreError when `url` is no address of one, or its folder cannot be made.
    """
    return file_of(address_of(url))


@contextmanager
def sole(url: str) -> Iterator[None]:
    """Be the only one who runs on this database meanwhile. Visitors take no lock.

    Raises StoreError naming the process that was first.
    """
    database = sqlite_file(url)
    if database is None:
        yield
        return
    path = lock_of(database)
    try:
        # Never deleted: who deletes it may delete another's.
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"the database cannot be used: {path} cannot be written: {error.strerror}"
        ) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                f"the bot is already running on {database} (process {holder(database)})"
            ) from error
        except OSError as error:
            raise StoreError(
                f"the database cannot be used: {path} cannot be locked: {error.strerror}"
            ) from error
        _write(file, str(os.getpid()))
        yield
    finally:
        os.close(file)


def holder(database: Path) -> str:
    """The number of the process that last had the lock, as it wrote it; "?" where it did not."""
    try:
        return lock_of(database).read_text("ascii").strip() or "?"
    except (OSError, UnicodeDecodeError):
        return "?"


def lock_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def _write(file: int, text: str) -> None:
    with suppress(OSError):  # a full disk: the number is only there to be read, the lock holds without it
        os.ftruncate(file, 0)
        os.pwrite(file, text.encode(), 0)
