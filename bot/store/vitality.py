"""Signs of life in the database, which tell other processes whether the bot runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from alembic.migration import MigrationContext
from sqlalchemy import ColumnElement, Connection, Table, func, select

from bot.store.facts import facts, note
from bot.store.membership import others_serve
from bot.store.store import Store
from bot.store.tables import campaigns, inbox, letters, outgoing, subscribers
from bot.watch.health import Backlog
from bot.watch.standing import Asked, Standing


def backlog(now: datetime, connection: Connection) -> Backlog:
    """What waits."""

    def count(table: Table, *where: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()

    free = inbox.c.holder.is_(None)  # the others are in hand
    oldest = connection.execute(select(func.min(inbox.c.at)).where(free)).scalar_one()
    due = letters.c.state.in_(("pending", "doubt")) & (letters.c.due <= now)
    return Backlog(
        waiting=count(inbox, free),
        oldest_seconds=round(max(0.0, (now - oldest).total_seconds()), 1) if oldest else None,
        answers=count(outgoing),
        letters=count(letters, due),
        subscribers=count(subscribers, subscribers.c.paused == ""),
    )


def standing(now: datetime, connection: Connection) -> Standing:
    """How the bot stands."""
    known = facts(connection)
    counted = select(campaigns.c.state, func.count()).group_by(campaigns.c.state)
    if connection.dialect.name == "sqlite":
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        size = "SELECT pg_database_size(current_database())"
    return Standing(
        now=now,
        backlog=backlog(now, connection),
        process=known.get("process"),
        started=_moment(known.get("started")),
        heartbeat=_moment(known.get("heartbeat")),
        asked=Asked.read(known["asked"]) if "asked" in known else None,
        announcements={row[0]: row[1] for row in connection.execute(counted)},
        backup=_moment(known.get("backup")),
        bytes=connection.exec_driver_sql(size).scalar_one(),
        schema=MigrationContext.configure(connection).get_current_revision() or "",
    )


def count_asked(day: date, more: Sequence[int], connection: Connection) -> None:
    """Add questions to those of this day; of other days nothing is kept here."""
    known = facts(connection).get("asked")
    before = Asked.read(known) if known else Asked(day)
    counts = before.counts if before.day == day else (0, 0, 0)
    sure, unsure, unknown = (one + other for one, other in zip(counts, more, strict=True))
    note({"asked": str(Asked(day, (sure, unsure, unknown)))}, connection)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Vitality:
    """The heartbeat of one process, since it was made; `asked` are its questions by band."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], asked: Callable[[], tuple[int, int, int]]
    ) -> None:
        self._store, self._clock, self._asked = store, clock, asked
        self._started = clock()
        self._counted = asked()

    async def backlog(self) -> Backlog:
        """What waits now. Raises StoreError."""
        return await self._store.run(partial(backlog, self._clock()), alone=False)

    async def standing(self) -> Standing:
        """How the bot stands. Raises StoreError."""
        return await self._store.run(partial(standing, self._clock()), alone=False)

    async def beat(self) -> None:
        """Write that this process lives, and what it was asked since. Raises StoreError."""
        now, asked = self._clock(), self._asked()
        signs = {
            "process": str(os.getpid()),
            "started": self._started.isoformat(timespec="seconds"),
            "heartbeat": now.isoformat(timespec="seconds"),
        }
        more = [one - other for one, other in zip(asked, self._counted, strict=True)]

        def unit(connection: Connection) -> None:
            note(signs, connection)
            if any(more):
                count_asked(now.date(), more, connection)

        await self._store.run(unit)
        self._counted = asked

    async def end(self) -> None:
        """Write that nobody serves the database any more, unless others do. Raises StoreError."""

        def unit(connection: Connection) -> None:
            if not others_serve(connection):
                note({"heartbeat": ""}, connection)

        await self._store.run(unit)
