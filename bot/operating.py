"""What whoever runs the bot asks of it from the command line: how it stands, and copies of the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.store.backup import Copy, backup, restore
from bot.store.lock import sqlite_file
from bot.store.store import Store
from bot.store.vitality import standing
from bot.watch.standing import BANDS, Standing, size


async def stands(database: str) -> tuple[bool, list[str]]:
    """Whether the bot runs on this database, and lines to print. Raises StoreError."""
    file = sqlite_file(database)
    if file is not None and not file.is_file():
        return False, [f"not running: there is no database at {file}"]
    store = await asyncio.to_thread(Store.open, database, visiting=True)
    try:
        now = datetime.now(UTC)
        found = await store.run(partial(standing, now))
    finally:
        await store.close()
    return found.runs, list(_lines(found))


def _lines(found: Standing) -> Iterator[str]:
    now = found.now
    if found.runs and found.started and found.heartbeat:
        beat = max(0, round((now - found.heartbeat).total_seconds()))
        since = f"{found.started:%Y-%m-%d %H:%M} UTC"
        yield f"running     process {found.process}, since {since}, heartbeat {beat} s ago"
    else:
        last = f"last alive {found.heartbeat:%Y-%m-%d %H:%M:%S} UTC" if found.heartbeat else "it was stopped"
        yield f"not running ({last if found.started else 'it has never run on this database'})"
    counts = ", ".join(
        f"{count} {band}" for band, count in zip(BANDS, found.asked_on(now.date()), strict=True)
    )
    waits = found.backlog
    oldest = f" (the oldest {waits.oldest_seconds:.0f} s)" if waits.oldest_seconds is not None else ""
    yield f"questions   today {counts}"
    due = f"{waits.letters} messages due"
    yield f"waiting     {waits.waiting} updates{oldest}, {waits.answers} answers, {due}"
    states = ", ".join(
        f"{found.announcements.get(each, 0)} {each}" for each in ("running", "paused", "waiting")
    )
    yield f"announcing  {states}; {waits.subscribers} subscribers"
    backup = f"{found.backup:%Y-%m-%d %H:%M} UTC" if found.backup else "never"
    yield f"storage     {size(found.bytes)}, schema {found.schema}, last backup {backup}"


def backed_up(database: str, target: Path) -> Iterator[str]:
    """Copy the database to `target`; lines to print. Raises StoreError."""
    yield _holds(target, backup(database, target, datetime.now(UTC)))


def restored(database: str, source: Path) -> Iterator[str]:
    """Put a copy in the database's place; lines to print. Raises StoreError."""
    copy, aside = restore(database, source, datetime.now(UTC))
    yield _holds(source, copy)
    if aside is not None:
        yield f"the database that was there is kept as {aside}"
    yield "announcements that were on their way are paused: klyngebot announce status, then resume or cancel"


def _holds(path: Path, copy: Copy) -> str:
    return (
        f"{path}: {size(copy.bytes)}, schema {copy.schema}, {copy.subscribers} subscribers, "
        f"{copy.announcements} announcements, {copy.updates} updates waiting"
    )
