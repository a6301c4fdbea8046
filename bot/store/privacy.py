"""All that is stored about one person: shown, and erased. docs/privacy.md lists the tables."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, select, update

from bot.announce.proposals import in_telegram
from bot.delivery.arrival import sender_of
from bot.delivery.letter import STOPPED
from bot.errors import StoreError
from bot.store.ending import expired
from bot.store.facts import facts, note
from bot.store.retention import FORGOTTEN, without_chat
from bot.store.store import Store
from bot.store.subscribers import WAITING
from bot.store.tables import (
    audit,
    campaigns,
    contexts,
    inbox,
    letters,
    outgoing,
    preferences,
    replies,
    reports,
    subscribers,
)

Stored = Mapping[str, list[dict[str, Any]]]  # rows by table, as plain JSON

LAST_FORGOTTEN, REWRITTEN = "last_forgotten", "rewritten"  # moments, in `meta`
REWRITE_SOON = timedelta(minutes=10)  # at least between two times, so that nobody can keep the bot at it
REWRITE_EVERY = timedelta(days=1)
AGAIN = timedelta(seconds=5)  # after somebody else was reading

log = logging.getLogger(__name__)


def stored(person: int, connection: Connection) -> Stored:
    """Every row about a person, and what they wrote that is not handled yet."""
    found = {
        table.name: [_plain(row) for row in connection.execute(select(table).where(where))]
        for table, where in {**_rows_of(person), **_names_of(person)}.items()
    }
    return found | {inbox.name: [_plain(row) for row in _written_by(person, connection)]}


def erase(person: int, now: datetime, connection: Connection) -> None:
    """Delete every row about a person; what counts for others stays without them.

    Letters keep what became of them, so that reports stay right; what staff did stays, by nobody. What
    the person wrote and is being handled now writes nothing any more (bot/store/inbox.py).
    """
    # First what others may be working on: they are waited for, and what they write is deleted after it.
    numbers = [row.number for row in _written_by(person, connection)]
    connection.execute(delete(inbox).where(inbox.c.number.in_(numbers)))
    mine = letters.c.chat == person
    waiting = update(letters).where(mine, letters.c.state.in_(WAITING))
    connection.execute(waiting.values(expired(STOPPED, now)))
    without_chat(mine, connection)
    for table, where in _rows_of(person).items():
        connection.execute(delete(table).where(where))
    connection.execute(update(audit).where(audit.c.who == in_telegram(person)).values(who=FORGOTTEN))
    made = update(campaigns).where(campaigns.c.created_by == in_telegram(person))
    connection.execute(made.values(created_by=FORGOTTEN))
    note({LAST_FORGOTTEN: now.isoformat()}, connection)


def _rows_of(person: int) -> dict[Table, ColumnElement[bool]]:
    """The rows that are about a person, or about their private chat, which has the same id."""
    rows = {outgoing: (outgoing.c.chat == person) | (outgoing.c.lane == f"chat:{person}")}
    rows |= {
        table: (table.c.chat == person) | (table.c.person == person) for table in (preferences, contexts)
    }
    return rows | {table: table.c.chat == person for table in (replies, subscribers, letters, reports)}


def _names_of(person: int) -> dict[Table, ColumnElement[bool]]:
    """The rows of others that name a person who is staff."""
    who = in_telegram(person)
    return {audit: audit.c.who == who, campaigns: campaigns.c.created_by == who}


def _written_by(person: int, connection: Connection) -> list[Row[Any]]:
    """Updates that wait or are handled now, in any chat; others may quote the person in theirs."""
    likely = select(inbox).where(inbox.c.body.contains(str(person)))
    return [row for row in connection.execute(likely).all() if person in sender_of(json.loads(row.body))]


def _plain(row: Row[Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row._mapping.items()}


def _value(name: str, value: Any) -> Any:
    if name in ("body", "effect"):
        return json.loads(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def rewrite_due(now: datetime, forgotten: datetime | None, rewritten: datetime | None) -> bool:
    """Whether the database file is written anew: each day, and soon after somebody was forgotten."""
    if rewritten is None:
        return True
    wait = REWRITE_SOON if forgotten is not None and forgotten >= rewritten else REWRITE_EVERY
    return now - rewritten >= wait


class Privacy:
    """The above for callers that await; what is deleted leaves the files as well."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._next = datetime.min.replace(tzinfo=UTC)  # when it is worth looking whether there is work

    async def stored(self, person: int) -> Stored:
        """All that is stored about a person."""
        return await self._store.run(partial(stored, person))

    async def forget(self, person: int, now: datetime) -> None:
        """Erase all that is stored about a person, at once."""
        await self._store.run(partial(erase, person, now))
        await self._clean(now)

    async def sweep(self, now: datetime) -> None:
        """Clean the files where that is due; what could not be done, or was done a moment ago, waits."""
        if now >= self._next:
            await self._clean(now)

    async def _clean(self, now: datetime) -> None:
        self._next = now + REWRITE_SOON
        try:
            forgotten, rewritten = await self._store.run(_cleaned)
            rewrite = rewrite_due(now, forgotten, rewritten)
            done = await self._store.scrub(rewrite=rewrite)
            if done and rewrite:
                await self._store.run(partial(note, {REWRITTEN: now.isoformat()}))
            if not done:
                self._next = now + AGAIN
        except StoreError as error:  # the rows are gone; this is tried again
            log.warning("the database file could not be cleaned yet: %s", error)


def _cleaned(connection: Connection) -> tuple[datetime | None, datetime | None]:
    """When somebody was forgotten last, and when the file was written anew."""
    known = facts(connection)
    forgotten, rewritten = known.get(LAST_FORGOTTEN), known.get(REWRITTEN)
    return (
        datetime.fromisoformat(forgotten) if forgotten else None,
        datetime.fromisoformat(rewritten) if rewritten else None,
    )
