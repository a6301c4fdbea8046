"""Units of work on updates: kept before Telegram is told, handed out in order, done with all they led to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    bindparam,
    delete,
    exists,
    func,
    select,
    tuple_,
    union,
    update,
)

from bot.delivery.arrival import Arrival, Claimed, Delivered, Done, Outgoing, Waiting
from bot.store.memory import remember_contexts, remember_languages, remember_replies
from bot.store.questions import keep_questions
from bot.store.statements import fields_of, insert_new
from bot.store.store import Store
from bot.store.tables import arrivals, inbox, outgoing

KEY = tuple_(outgoing.c.update, outgoing.c.position)
THESE = KEY.in_(bindparam("keys", expanding=True))
GONE = delete(outgoing).where(THESE).returning(outgoing.c.update, outgoing.c.position)
KEEP_NUMBERS = timedelta(hours=48)  # Telegram repeats updates for 24


def free(dead: Sequence[int], connection: Connection) -> None:
    """Hand out again what these holders left behind."""
    for table in (inbox, outgoing):
        connection.execute(update(table).where(table.c.holder.in_(dead)).values(holder=None))


def holders(connection: Connection) -> frozenset[int]:
    """Who holds something now."""
    held = (select(table.c.holder).where(table.c.holder.is_not(None)) for table in (inbox, outgoing))
    return frozenset(connection.execute(union(*held)).scalars())


def left(connection: Connection) -> int:
    """How many updates and answers there are to go on with."""
    tables = (inbox, outgoing)
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def keep(given: Sequence[Arrival], connection: Connection) -> list[bool]:
    """Put updates into the inbox; for each whether it is new."""
    by_number = {each.update: each for each in given}
    numbers = [{"update": each.update, "at": each.at} for each in by_number.values()]
    new = {row.update for row in insert_new(arrivals, numbers, connection)}
    rows = [fields_of(each) | {"attempts": 0} for each in by_number.values() if each.update in new]
    if rows:
        connection.execute(inbox.insert(), rows)
    return [each.update in new and by_number[each.update] is each for each in given]


def claim(holder: int, urgent: bool, limit: int, connection: Connection) -> Claimed:
    """Up to `limit` pieces of work; what earlier holders left half done goes first."""
    owed = () if urgent else _claim_owed(holder, limit, connection)
    return Claimed(owed, _claim_updates(holder, urgent, limit - len(owed), connection))


def _claim_updates(holder: int, urgent: bool, limit: int, connection: Connection) -> tuple[Waiting, ...]:
    rows = connection.execute(_first(urgent), {"most": limit}).all()
    if rows:
        mine = inbox.c.number.in_([row.number for row in rows])
        connection.execute(update(inbox).where(mine).values(holder=holder, attempts=inbox.c.attempts + 1))
    fields = [(row.number, row.update, row.lane, row.urgent, row.body, row.at, row.too_fast) for row in rows]
    return tuple(Waiting(*each, row.attempts + 1) for each, row in zip(fields, rows, strict=True))


@cache
def _first(urgent: bool) -> Select[Any]:
    """The first updates of lanes that nobody handles and that are owed no answer, at `most` so many."""
    earlier = inbox.alias("earlier")
    behind = exists().where(earlier.c.lane == inbox.c.lane, earlier.c.number < inbox.c.number)
    owed = exists().where(outgoing.c.lane == inbox.c.lane)
    free = (inbox.c.holder.is_(None)) & (inbox.c.urgent == urgent) & ~behind & ~owed
    first = select(inbox).where(free).order_by(inbox.c.number).limit(bindparam("most", type_=Integer))
    return first.with_for_update(skip_locked=True)


@cache
def _left() -> Select[Any]:
    """What an earlier holder left to be carried out, in order, at `most` so much."""
    left = select(outgoing).where(outgoing.c.holder.is_(None))
    in_order = left.order_by(outgoing.c.at, outgoing.c.update, outgoing.c.position)
    return in_order.limit(bindparam("most", type_=Integer)).with_for_update(skip_locked=True)


def _claim_owed(holder: int, limit: int, connection: Connection) -> tuple[tuple[Outgoing, ...], ...]:
    """What an earlier holder left to be carried out, in order, by update."""
    rows = connection.execute(_left(), {"most": limit}).all()
    effects = [
        Outgoing(row.update, row.position, row.lane, row.effect, row.chat, row.question) for row in rows
    ]
    if effects:
        mine = KEY.in_([_key(each) for each in effects])
        connection.execute(update(outgoing).where(mine).values(holder=holder))
    return tuple(tuple(group) for _, group in groupby(effects, lambda each: each.update))


def finish(given: Sequence[tuple[int, Done]], connection: Connection) -> list[bool]:
    """Write what handling led to, each by its holder, and erase the updates, as one step.

    Nothing is written for an update that its holder lost meanwhile: somebody else handles it, or whoever
    sent it was forgotten.
    """
    ours: set[tuple[int, int]] = set()
    for holder in {holder for holder, _ in given}:
        numbers = [each.waiting.number for by, each in given if by == holder]
        erased = delete(inbox).where(inbox.c.number.in_(numbers), inbox.c.holder == holder)
        found = connection.execute(erased.returning(inbox.c.number)).scalars()
        ours |= {(holder, number) for number in found}
    kept = [(holder, each) for holder, each in given if (holder, each.waiting.number) in ours]
    owed = [
        fields_of(effect) | {"at": each.at, "holder": holder}
        for holder, each in kept
        for effect in each.outgoing
    ]
    if owed:
        connection.execute(outgoing.insert(), owed)
    memories = [(memory, each.at) for _, each in kept for memory in each.remember]
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
    keep_questions([(each.at.date(), asked) for _, each in kept for asked in each.asked], connection)
    lost = [(holder, each) for holder, each in given if (holder, each.waiting.number) not in ours]
    ours |= _written_before(lost, connection)
    return [(holder, each.waiting.number) in ours for holder, each in given]


def _written_before(given: Sequence[tuple[int, Done]], connection: Connection) -> set[tuple[int, int]]:
    """Of these, what its holder owes already: the answer to an earlier commit was lost on the way."""
    if not given:
        return set()
    here = outgoing.c.update.in_([each.waiting.update for _, each in given])
    rows = connection.execute(select(outgoing.c.update, outgoing.c.holder).where(here))
    owed = {(row.holder, row.update) for row in rows}
    return {(holder, each.waiting.number) for holder, each in given if (holder, each.waiting.update) in owed}


def delivered(given: Sequence[Delivered], connection: Connection) -> list[None]:
    """Nothing is owed for these any more; which messages answer which question is kept.

    Not of what was not owed any more: its reader was forgotten meanwhile.
    """
    keys = [_key(each.outgoing) for each in given]
    there = {(row.update, row.position) for row in connection.execute(GONE, {"keys": keys})}
    answers = {
        (each.outgoing.chat, each.outgoing.question): (each.messages, each.at)
        for each, its_key in zip(given, keys, strict=True)
        if its_key in there and each.outgoing.question is not None and each.messages
    }
    remember_replies(answers, connection)
    return [None] * len(given)


def forget_numbers(now: datetime, connection: Connection) -> int:
    """Delete the numbers of updates that Telegram cannot repeat any more; how many went."""
    return connection.execute(delete(arrivals).where(arrivals.c.at < now - KEEP_NUMBERS)).rowcount


class Inbox:
    """The units above for one holder, each awaited in the store's thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holder = 0

    async def begin(self, holder: int) -> int:
        """Claim as `holder` from now on; how much there is to do already."""
        self._holder = holder
        return await self._store.run(left)

    async def keep(self, arrival: Arrival) -> bool:
        """Commit an update to the inbox; whether it is new."""
        return await self._store.each(keep, arrival)

    async def claim(self, urgent: bool, limit: int) -> Claimed:
        """Up to `limit` pieces of work."""
        return await self._store.run(partial(claim, self._holder, urgent, limit), alone=False)

    async def finish(self, done: Done) -> bool:
        """False where the update is not ours any more."""
        return await self._store.each(finish, (self._holder, done))

    async def delivered(self, delivered_: Delivered) -> None:
        """Nothing is owed for it any more."""
        await self._store.each(delivered, delivered_)

    async def end(self) -> None:
        """What was not finished is handled at the next start, or by somebody else."""
        await self._store.run(partial(free, [self._holder]))


def _key(effect: Outgoing) -> tuple[int, int]:
    return effect.update, effect.position
