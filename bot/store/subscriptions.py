"""What chats want to hear, for callers that await: each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.store import reminders, subscribers
from bot.store.store import Store


class Subscriptions:
    """Every chat's choice, and the reminders that follow from it; times are aware."""

    def __init__(self, store: Store, zone: Callable[[], ZoneInfo]) -> None:
        self._store, self._zone = store, zone

    async def subscribe(self, subscription: Subscription, now: datetime) -> None:
        """Keep a subscription; reminders of what was told before are planned for it.

        What waits for quiet hours or a digest that were given up leaves.
        """

        def unit(connection: Connection) -> None:
            before = subscribers.find(subscription.chat, subscription.thread, connection)
            self._keep(before, subscription, now, connection)

        await self._store.run(unit)

    async def change(
        self, first: Subscription, make: Callable[[Subscription], Subscription], now: datetime
    ) -> Subscription:
        """Keep what `make` makes of what the chat chose (of `first` where it chose nothing yet); it.

        It is read and written in one transaction, so that of two who choose at once neither undoes the other.
        """

        def unit(connection: Connection) -> Subscription:
            before = subscribers.find(first.chat, first.thread, connection)
            wanted = make(before or first)
            if wanted != (before or first):
                self._keep(before, wanted, now, connection)
            return wanted

        return await self._store.run(unit)

    def _keep(
        self, before: Subscription | None, wanted: Subscription, now: datetime, connection: Connection
    ) -> None:
        subscribers.save(wanted, connection)
        if wanted.paused == "":
            reminders.plan_reminders(wanted, now, self._zone(), connection)
            if before is not None and (before.quiet, before.digest) != (wanted.quiet, wanted.digest):
                reminders.release(wanted, now, self._zone(), connection)
        elif before is None or before.paused == "":  # else what they asked for since stays
            subscribers.pause(wanted.chat, wanted.thread or 0, wanted.paused, now, connection)

    async def subscription_of(self, chat: int, thread: int | None = None) -> Subscription | None:
        """Also one that is paused."""
        return await self._store.run(lambda connection: subscribers.find(chat, thread, connection))

    async def stop(self, chat: int, thread: int | None, now: datetime) -> None:
        """Send nothing more there, also of what waits already."""
        await self._store.run(
            lambda connection: subscribers.pause(chat, thread or 0, "stopped", now, connection)
        )

    async def pause_blocked(self, chat: int, now: datetime) -> None:
        """The bot was blocked or thrown out."""
        await self._store.run(lambda connection: subscribers.block(chat, now, connection))

    async def resume_blocked(self, chat: int, now: datetime) -> None:
        """They let the bot in again; who stopped announcements themselves stays stopped."""

        await self._store.run(lambda connection: self._resume(chat, now, connection))

    def _resume(self, chat: int, now: datetime, connection: Connection) -> None:
        for each in subscribers.come_back(chat, connection):
            reminders.plan_reminders(each, now, self._zone(), connection)

    async def migrate(self, old: int, new: int) -> None:
        """A group became a supergroup: its subscriptions and letters get the new id."""
        await self._store.run(lambda connection: subscribers.migrate(old, new, connection))

    async def remind(
        self, chat: int, thread: int | None, language: str, occasion: Occasion, now: datetime
    ) -> list[datetime]:
        """Remind this chat of one occasion; when, in order. Empty when it is too late for that.

        Where everything else is stopped, it stays so.
        """

        def unit(connection: Connection) -> list[datetime]:
            self._resume(chat, now, connection)  # whoever asks has let us in
            known = subscribers.find(chat, thread, connection)
            if known is None:
                kind: Literal["private", "group"] = "private" if chat > 0 else "group"
                known = Subscription(chat, thread, kind, language)  # asks for nothing else
                subscribers.save(known, connection)
            return reminders.remind(known, occasion, now, self._zone(), connection)

        return await self._store.run(unit)
