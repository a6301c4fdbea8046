"""Units of work on updates: kept before Telegram is told, handed out in order, done with all they led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from sqlalchemy import Connection, Integer, bindparam, cast, delete, exists, func, select, update

from bot.delivery.arrival import Arrival, Claimed, Delivered, Done, Outgoing, Waiting
from bot.store.memory import remember_contexts, remember_languages, remember_replies
from bot.store.statements import insert_new
from bot.store.store import Store
from bot.store.tables import arrivals, inbox, meta, outgoing

KEEP_NUMBERS = timedelta(hours=48)  # Telegram repeats updates for 24


def begin(connection: Connection) -> tuple[int, int]:
    """Free what earlier holders left behind; the number of a new one, and how much there is to do."""
    count = select(cast(meta.c.value, Integer)).where(meta.c.name == "holder")
    holder = (connection.execute(count).scalar_one_or_none() or 0) + 1
    connection.execute(meta.delete().where(meta.c.name == "holder"))
    connection.execute(meta.insert().values(name="holder", value=str(holder)))
    for table in (inbox, outgoing):
        connection.execute(update(table).where(table.c.holder.is_not(None)).values(holder=None))
    left = sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (inbox, outgoing)
    )
    return holder, left


def keep(given: Sequence[Arrival], connection: Connection) -> list[bool]:
    """Put updates into the inbox; for each whether it is new."""
    by_number = {each.update: each for each in given}
    numbers = [{"update": each.update, "at": each.at} for each in by_number.values()]
    new = {row.update for row in insert_new(arrivals, numbers, connection)}
    rows = [asdict(each) | {"attempts": 0} for each in by_number.values() if each.update in new]
    if rows:
        connection.execute(inbox.insert(), rows)
    return [each.update in new and by_number[each.update] is each for each in given]


def claim(holder: int, urgent: bool, limit: int, connection: Connection) -> Claimed:
    """Up to `limit` pieces of work; what earlier holders left half done goes first."""
    owed = () if urgent else _claim_owed(holder, limit, connection)
    return Claimed(owed, _claim_updates(holder, urgent, limit - len(owed), connection))


def _claim_updates(holder: int, urgent: bool, limit: int, connection: Connection) -> tuple[Waiting, ...]:
    """The first updates of lanes that nobody handles and that are owed no answer."""
    earlier = inbox.alias("earlier")
    behind = exists().where(earlier.c.lane == inbox.c.lane, earlier.c.number < inbox.c.number)
    owed = exists().where(outgoing.c.lane == inbox.c.lane)
    free = (inbox.c.holder.is_(None)) & (inbox.c.urgent == urgent) & ~behind & ~owed
    first = select(inbox).where(free).order_by(inbox.c.number).limit(limit)
    rows = connection.execute(first.with_for_update(skip_locked=True)).all()
    if rows:
        mine = inbox.c.number.in_([row.number for row in rows])
        connection.execute(update(inbox).where(mine).values(holder=holder, attempts=inbox.c.attempts + 1))
    fields = [(row.number, row.update, row.lane, row.urgent, row.body, row.at, row.too_fast) for row in rows]
    return tuple(Waiting(*each, row.attempts + 1) for each, row in zip(fields, rows, strict=True))


def _claim_owed(holder: int, limit: int, connection: Connection) -> tuple[tuple[Outgoing, ...], ...]:
    """What an earlier holder left to be carried out, in order, by update."""
    left = select(outgoing).where(outgoing.c.holder.is_(None))
    in_order = left.order_by(outgoing.c.at, outgoing.c.update, outgoing.c.position).limit(limit)
    rows = connection.execute(in_order.with_for_update(skip_locked=True)).all()
    effects = [
        Outgoing(row.update, row.position, row.lane, row.effect, row.chat, row.question) for row in rows
    ]
    if effects:
        mine = update(outgoing).where(_THIS).values(holder=holder)
        connection.execute(mine, [_this(each) for each in effects])
    return tuple(tuple(group) for _, group in groupby(effects, lambda each: each.update))


def finish(given: Sequence[tuple[int, Done]], connection: Connection) -> list[None]:
    """Write what handling led to, each by its holder, and erase the updates, as one step."""
    numbers = [each.waiting.number for _, each in given]
    connection.execute(delete(inbox).where(inbox.c.number.in_(numbers)))
    owed = [
        asdict(effect) | {"at": each.at, "holder": holder}
        for holder, each in given
        for effect in each.outgoing
    ]
    if owed:
        connection.execute(outgoing.insert(), owed)
    memories = [(memory, each.at) for _, each in given for memory in each.remember]
    remember_languages(
        {
            (memory.chat, memory.person): memory.language
            for memory, _ in memories
            if memory.language is not None
        },
        connection,
    )
    remember_contexts(
        {
            (memory.chat, memory.person): (memory.entry, at)
            for memory, at in memories
            if memory.entry is not None
        },
        connection,
    )
    return [None] * len(given)


def delivered(given: Sequence[Delivered], connection: Connection) -> list[None]:
    """Nothing is owed for these any more; which messages answer which question is kept."""
    connection.execute(delete(outgoing).where(_THIS), [_this(each.outgoing) for each in given])
    answers = {
        (each.outgoing.chat, each.outgoing.question): (each.messages, each.at)
        for each in given
        if each.outgoing.question is not None and each.messages
    }
    remember_replies(answers, connection)
    return [None] * len(given)


def forget_numbers(now: datetime, connection: Connection) -> int:
    """Delete the numbers of updates that Telegram cannot repeat any more; how many went."""
    return connection.execute(delete(arrivals).where(arrivals.c.at < now - KEEP_NUMBERS)).rowcount


def release(holder: int, connection: Connection) -> None:
    """Free what `holder` did not finish, for others or for its next start."""
    for table in (inbox, outgoing):
        connection.execute(update(table).where(table.c.holder == holder).values(holder=None))


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """How many updates are not handled yet, and when the oldest of them came."""
    row = connection.execute(select(func.count(), func.min(inbox.c.at)).select_from(inbox)).one()
    return row[0], row[1]


class Inbox:
    """The units above for one holder, each awaited in the store's thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holder = 0

    async def begin(self) -> int:
        """Take part as a new holder; how much there is to do already."""
        self._holder, left = await self._store.run(begin)
        return left

    async def keep(self, arrival: Arrival) -> bool:
        """Commit an update to the inbox; whether it is new."""
        return await self._store.each(keep, arrival)

    async def claim(self, urgent: bool, limit: int) -> Claimed:
        """Up to `limit` pieces of work."""
        return await self._store.run(partial(claim, self._holder, urgent, limit))

    async def finish(self, done: Done) -> None:
        await self._store.each(finish, (self._holder, done))

    async def delivered(self, delivered_: Delivered) -> None:
        await self._store.each(delivered, delivered_)

    async def end(self) -> None:
        """What was not finished is handled at the next start."""
        await self._store.run(partial(release, self._holder))


_THIS = (outgoing.c.update == bindparam("of_update")) & (outgoing.c.position == bindparam("at_position"))


def _this(effect: Outgoing) -> dict[str, int]:
    return {"of_update": effect.update, "at_position": effect.position}
