"""Announcements, subscriptions and letters, and the comparison of events with what was seen before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.announce.occasion import Occasion
from bot.announce.proposals import VANISHED, Proposal, proposals
from bot.store import campaigns, occasions, reminders
from bot.store.letterbox import Letterbox
from bot.store.subscriptions import Subscriptions
from bot.store.tellings import Tellings


class Announcements(Subscriptions, Tellings, Letterbox):
    """Everything about telling people that survives a restart; times are aware."""

    async def cancelled(self, rows: Collection[str]) -> Collection[str]:
        """Of these event rows those that staff have confirmed as cancelled."""

        def unit(connection: Connection) -> Collection[str]:
            told = {row: occasions.newest_told(f"event:{row}", connection) for row in rows}
            return [row for row, found in told.items() if found and found.status == "cancelled"]

        return await self._store.run(unit)

    async def look(
        self, current: Sequence[Occasion], now: datetime, *, auto: bool = False, known: Collection[str] = ()
    ) -> Sequence[Proposal]:
        """Compare the events that are served with those seen before; what is new waits for staff.

        With `auto` it is confirmed at once. Nothing comes of the first look at a database, nor of what is
        `known` (ids) to be no news.
        """

        def unit(connection: Connection) -> Sequence[Proposal]:
            first = occasions.first_look(now, connection)
            found = proposals(current, occasions.seen(connection), first, now, self._zone(), known)
            for each in found:
                waits = each.kind == "cancel" or occasions.told(each.occasion.id, connection) is not None
                if not waits:  # else its reminders wait for staff, too
                    reminders.retime(each.occasion, now, self._zone(), connection)
                if each.kind is None:
                    occasions.keep(each.occasion, now, connection)
                    campaigns.withdraw(each.occasion.id, now, connection)
                else:
                    number = campaigns.propose(each.occasion, each.kind, "events.yaml", now, connection)
                    if auto:
                        self._confirm(number, "auto_announce", now, connection)
            return found

        return await self._store.run(unit)

    async def missing(self, gone: Sequence[Occasion], now: datetime) -> None:
        """Ask staff, once, about events that their calendar does not hold any more.

        `gone` are they as they would be cancelled; unless staff confirm that, they stay as they were.
        """

        def unit(connection: Connection) -> None:
            seen = occasions.seen(connection)
            for each in proposals(gone, seen, False, now, self._zone(), gone=True):
                if each.kind is None:
                    occasions.keep(each.occasion, now, connection)
                else:
                    campaigns.propose(each.occasion, each.kind, VANISHED, now, connection)

        await self._store.run(unit)
