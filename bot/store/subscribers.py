"""Units of work on subscriptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, select, update

from bot.announce.audience import Subscription
from bot.delivery.letter import STOPPED
from bot.store.ending import expired
from bot.store.tables import letters, preferences, subscribers

WAITING = ("pending", "held", "doubt")


def find(chat: int, thread: int | None, connection: Connection) -> Subscription | None:
    """The subscription of a chat or of one of its topics, also a paused one."""
    row = connection.execute(select(subscribers).where(_at(chat, thread))).one_or_none()
    return read(row) if row else None


def save(subscription: Subscription, connection: Connection) -> None:
    """Keep a subscription instead of the one before."""
    connection.execute(delete(subscribers).where(_at(subscription.chat, subscription.thread)))
    connection.execute(subscribers.insert().values(**_written(subscription)))


def pause(chat: int, thread: int, why: str, now: datetime, connection: Connection) -> None:
    """Send nothing more there; what waits is expired."""
    connection.execute(update(subscribers).where(_at(chat, thread)).values(paused=why))
    _expire((letters.c.chat == chat) & (letters.c.thread == thread), now, connection)


def block(chat: int, now: datetime, connection: Connection) -> None:
    """The whole chat takes nothing any more; who stopped announcements themselves stays stopped."""
    going = (subscribers.c.chat == chat) & (subscribers.c.paused == "")
    connection.execute(update(subscribers).where(going).values(paused="blocked"))
    _expire(letters.c.chat == chat, now, connection)


def come_back(chat: int, connection: Connection) -> list[Subscription]:
    """Resume what was paused because the chat had blocked us; those subscriptions."""
    blocked = (subscribers.c.chat == chat) & (subscribers.c.paused == "blocked")
    rows = connection.execute(select(subscribers).where(blocked)).all()
    connection.execute(update(subscribers).where(blocked).values(paused=""))
    return [replace(read(row), paused="") for row in rows]


def migrate(old: int, new: int, connection: Connection) -> None:
    """Give everything of the chat `old` to `new`; what `new` has itself stays."""
    for table, key in (
        (subscribers, ("thread",)),
        (letters, ("occasion", "revision", "kind", "thread")),
        (preferences, ("person",)),
    ):
        other = table.alias()
        same = [other.c[name] == table.c[name] for name in key]
        twice = exists().where(other.c.chat == new, *same)
        connection.execute(delete(table).where(table.c.chat == old, twice))
        connection.execute(update(table).where(table.c.chat == old).values(chat=new))


def leave_topic(chat: int, thread: int, connection: Connection) -> None:
    """Give everything of a forum's topic to the group itself; what the group has itself stays."""
    for table, key in ((subscribers, ()), (letters, ("occasion", "revision", "kind"))):
        other = table.alias()
        same = [other.c[name] == table.c[name] for name in key]
        twice = exists().where(other.c.chat == chat, other.c.thread == 0, *same)
        here = (table.c.chat == chat) & (table.c.thread == thread)
        connection.execute(delete(table).where(here, twice))
        connection.execute(update(table).where(here).values(thread=0))


def read(row: Row[Any]) -> Subscription:
    """The subscription in a row of the table."""
    quiet = None
    if row.quiet_from is not None and row.quiet_until is not None:
        quiet = (row.quiet_from, row.quiet_until)
    return Subscription(
        chat=row.chat,
        thread=row.thread or None,
        kind=row.kind,
        language=row.language,
        everything=row.everything,
        topics=row.topics,
        regions=row.regions,
        levels=row.levels,
        clusters=row.clusters,
        leads=tuple(sorted(map(int, row.leads), reverse=True)),
        digest=row.digest,
        quiet=quiet,
        paused=row.paused,
    )


def _written(subscription: Subscription) -> dict[str, Any]:
    quiet = subscription.quiet or (None, None)
    return {
        "chat": subscription.chat,
        "thread": subscription.thread or 0,
        "kind": subscription.kind,
        "language": subscription.language,
        "everything": subscription.everything,
        "topics": subscription.topics,
        "regions": subscription.regions,
        "levels": subscription.levels,
        "clusters": subscription.clusters,
        "leads": frozenset(map(str, subscription.leads)),
        "digest": subscription.digest,
        "quiet_from": quiet[0],
        "quiet_until": quiet[1],
        "paused": subscription.paused,
    }


def _expire(where: ColumnElement[bool], now: datetime, connection: Connection) -> None:
    waiting = letters.c.state.in_(WAITING)
    connection.execute(update(letters).where(where, waiting).values(expired(STOPPED, now)))


def _at(chat: int, thread: int | None) -> Any:
    return (subscribers.c.chat == chat) & (subscribers.c.thread == (thread or 0))
