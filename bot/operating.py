"""What whoever runs the bot asks of it from the command line: copies of the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.store.backup import Copy, backup, restore


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


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"
