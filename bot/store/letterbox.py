"""The letters, for the sender: each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.delivery.letter import Letter, Verdict
from bot.store import campaigns, outbox, reminders
from bot.store.store import Store


class Letterbox:
    """What waits to be sent; times are aware."""

    def __init__(self, store: Store, zone: Callable[[], ZoneInfo]) -> None:
        self._store, self._zone = store, zone

    async def start(self, now: datetime, settle: timedelta) -> outbox.Start:
        """Begin a new epoch: what was being sent is in doubt."""
        return await self._store.run(lambda connection: outbox.start(now, settle, connection))

    async def plan_coming(self, now: datetime) -> None:
        """Make the reminders of what repeats that come due within a week."""
        await self._store.run(lambda connection: reminders.plan_coming(now, self._zone(), connection))

    async def claim(self, now: datetime, limit: int, epoch: int) -> Sequence[Letter]:
        """Letters that are due, committed as being sent."""
        return await self._store.run(
            lambda connection: outbox.claim(now, limit, epoch, self._zone(), connection)
        )

    async def judge(self, letter: Letter, verdict: Verdict, now: datetime) -> None:
        """What became of a letter."""
        await self._store.run(lambda connection: outbox.judge(letter, verdict, now, connection))

    async def rest(self, now: datetime) -> datetime | None:
        """Mark what is done as done; when the next letter is due."""

        def unit(connection: Connection) -> datetime | None:
            campaigns.finish(now, connection)
            return outbox.next_due(connection)

        return await self._store.run(unit)
