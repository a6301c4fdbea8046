"""The processes that serve one database: each has a number, and exactly one of them leads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from sqlalchemy import URL, Connection, create_engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.delivery.insist import insist
from bot.errors import StoreError
from bot.store import inbox
from bot.store.facts import count_up
from bot.store.store import POSTGRESQL, Store

PING_SECONDS = 1.0  # between looks at our seat
PATIENCE = 3.0  # seconds that a look may take
# PostgreSQL takes the seat of a process that has not been heard of for this long, though its machine
# still answers: it is frozen, swapped out, or stopped in a debugger.
SILENCE = 5000  # milliseconds
MEMBER, LEADER = 0x6B6C0001, 0x6B6C0002  # of PostgreSQL's advisory locks
SEATS = text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = :member AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"
)


class Member(Protocol):
    """What a process does in its place."""

    async def joined(self, number: int) -> None:
        """It has a number now; another than before where it had to join anew."""

    def left(self) -> None:
        """Others do what it had in hand."""

    async def finished(self) -> None:
        """Returns when it has nothing in hand any more; asked once it was cancelled."""

    async def lead(self) -> None:
        """What only one of them does; cancelled when another may lead."""


log = logging.getLogger(__name__)


async def take_part(store: Store, member: Member) -> None:
    """Join, and lead when it is our turn, until leading ends by itself or we are cancelled."""
    if store.replicated:
        await _Replica(store, member).run()
        return
    number = await insist(partial(store.run, partial(count_up, "holder")))
    await insist(partial(store.run, _free_all))
    await member.joined(number)
    await member.lead()


def others_serve(connection: Connection) -> bool:
    """Whether any process has a seat at this database; for one that has left its own."""
    if connection.dialect.name != "postgresql":
        return False
    return connection.execute(SEATS, {"member": MEMBER}).first() is not None


class _Replica:
    """Holds two locks of one session: that of its number, and the leader's when that is free."""

    def __init__(self, store: Store, member: Member) -> None:
        self._store, self._member = store, member
        self._leading: asyncio.Task[None] | None = None

    async def run(self) -> None:
        try:
            while True:
                try:
                    await self._sit()
                except (SQLAlchemyError, StoreError, TimeoutError) as error:
                    log.warning("the database does not know this process any more: %s", type(error).__name__)
                    self._member.left()
                if self._leading is not None and self._leading.done():
                    await self._leading
                    return
                await self._step_down()
                await asyncio.sleep(PING_SECONDS)
        finally:
            await self._step_down()

    async def _sit(self) -> None:
        """Join and keep the seat; returns when leading ended, raises when the seat is lost."""
        number = await self._store.run(partial(count_up, "holder"))
        seat = await self._within(partial(_Seat, self._store.address))
        try:
            await self._within(partial(seat.take, number))
            await self._member.joined(number)
            while self._leading is None or not self._leading.done():
                if self._leading is None and await self._within(seat.try_to_lead):
                    log.info("this process leads now: it sends announcements and does what is due")
                    self._leading = asyncio.create_task(self._member.lead())
                elif self._leading is not None:
                    await self._within(seat.ping)
                    await self._store.run(partial(_free_dead, number))
                await asyncio.sleep(PING_SECONDS)
        except asyncio.CancelledError:  # whoever leaves its seat loses to others what it has in hand
            await self._step_down()
            await self._member.finished()
            with suppress(SQLAlchemyError, TimeoutError):
                await self._within(seat.free)
            raise
        finally:
            await asyncio.shield(asyncio.to_thread(seat.leave))

    async def _step_down(self) -> None:
        """Lead no more; cancelled meanwhile, it is to be called again, and goes on waiting."""
        if self._leading is None:
            return
        if not self._leading.cancelling():
            self._leading.cancel()
        # Awaiting it itself would raise its cancellation, which cannot be told from our own.
        await asyncio.wait([self._leading])
        leading, self._leading = self._leading, None
        if not leading.cancelled():
            leading.result()  # raises what ended it

    async def _within(self, step: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(step)


class _Seat:
    """The session; all of it blocks."""

    def __init__(self, address: URL) -> None:
        options = f"{POSTGRESQL['options']} -c idle_session_timeout={SILENCE}"
        quick = POSTGRESQL | {"options": options, "tcp_user_timeout": SILENCE}
        self._engine = create_engine(
            address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=quick
        )
        self._connection = self._engine.connect()

    def take(self, number: int) -> None:
        self._connection.execute(select(func.pg_advisory_lock(MEMBER, number)))

    def try_to_lead(self) -> bool:
        return bool(self._connection.execute(select(func.pg_try_advisory_lock(LEADER))).scalar_one())

    def ping(self) -> None:
        self._connection.execute(select(1))

    def free(self) -> None:
        """Give the locks back at once; that a session is gone, the server notices some time later."""
        self._connection.execute(select(func.pg_advisory_unlock_all()))

    def leave(self) -> None:
        with suppress(SQLAlchemyError):
            self._connection.close()
        self._engine.dispose()


def _free_all(connection: Connection) -> None:
    """Nobody else serves this database: whoever holds something is gone."""
    inbox.free(sorted(inbox.holders(connection)), connection)


def _free_dead(number: int, connection: Connection) -> None:
    """Whoever does not hold the lock of its number any more is gone, or has to join anew."""
    others = sorted(inbox.holders(connection) - {number})
    dead = [
        each
        for each in others
        if connection.execute(select(func.pg_try_advisory_xact_lock(MEMBER, each))).scalar_one()
    ]
    if dead:
        log.warning("%d processes are gone; what they had in hand is done by others", len(dead))
        inbox.free(dead, connection)
