"""Signs of life in the database, which tell other processes whether the bot runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, Table, func, select

from bot.store.statements import upsert
from bot.store.store import Store
from bot.store.tables import inbox, letters, meta, outgoing, subscribers
from bot.watch.health import Backlog


def note(facts: Mapping[str, str], connection: Connection) -> None:
    """Write facts about this database, each in place of what was written under its name before."""
    upsert(meta, [{"name": name, "value": value} for name, value in facts.items()], connection)


def facts(connection: Connection) -> dict[str, str]:
    """All facts about this database."""
    return {row.name: row.value for row in connection.execute(select(meta))}


def backlog(now: datetime, connection: Connection) -> Backlog:
    """What waits."""

    def count(table: Table, *where: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()

    oldest = connection.execute(select(func.min(inbox.c.at))).scalar_one()
    due = letters.c.state.in_(("pending", "doubt")) & (letters.c.due <= now)
    return Backlog(
        waiting=count(inbox),
        oldest_seconds=round(max(0.0, (now - oldest).total_seconds()), 1) if oldest else None,
        answers=count(outgoing),
        letters=count(letters, due),
        subscribers=count(subscribers, subscribers.c.paused == ""),
    )


class Vitality:
    """The heartbeat of one process, since it was made."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._started = clock()

    async def backlog(self) -> Backlog:
        """What waits now. Raises StoreError."""
        return await self._store.run(partial(backlog, self._clock()), alone=False)

    async def beat(self) -> None:
        """Write that this process lives. Raises StoreError."""
        signs = {
            "process": str(os.getpid()),
            "started": self._started.isoformat(timespec="seconds"),
            "heartbeat": self._clock().isoformat(timespec="seconds"),
        }
        await self._store.run(partial(note, signs), alone=False)
