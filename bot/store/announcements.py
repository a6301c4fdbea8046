"""Announcements, subscriptions and letters for callers that await: each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion, revision
from bot.announce.plan import Plan
from bot.announce.proposals import VANISHED, Proposal, proposals
from bot.delivery.letter import Letter, Verdict
from bot.store import campaigns, occasions, outbox, subscribers
from bot.store.campaigns import AuditLine, Campaign, Estimate, Progress
from bot.store.store import Store
from bot.store.tables import campaigns as campaigns_table

RATE = 28.0  # messages a second, for estimates


class Announcements:
    """Everything about telling people that survives a restart; times are aware."""

    def __init__(self, store: Store, zone: Callable[[], ZoneInfo]) -> None:
        self._store, self._zone = store, zone

    # Subscriptions

    async def subscribe(self, subscription: Subscription, now: datetime) -> None:
        """Keep a subscription; reminders of what was told before are planned for it."""

        def unit(connection: Connection) -> None:
            subscribers.save(subscription, connection)
            if subscription.paused:
                subscribers.pause(
                    subscription.chat, subscription.thread or 0, subscription.paused, connection
                )
            else:
                outbox.plan_reminders(subscription, now, self._zone(), connection)

        await self._store.run(unit)

    async def subscription_of(self, chat: int, thread: int | None = None) -> Subscription | None:
        """Also one that is paused."""
        return await self._store.run(lambda connection: subscribers.find(chat, thread, connection))

    async def stop(self, chat: int, thread: int | None = None) -> None:
        """Send nothing more there, also of what waits already."""
        await self._store.run(lambda connection: subscribers.pause(chat, thread or 0, "stopped", connection))

    async def pause_blocked(self, chat: int) -> None:
        """The bot was blocked or thrown out."""
        await self._store.run(lambda connection: subscribers.block(chat, connection))

    async def resume_blocked(self, chat: int, now: datetime) -> None:
        """They let the bot in again; who stopped announcements themselves stays stopped."""

        def unit(connection: Connection) -> None:
            for each in subscribers.come_back(chat, connection):
                outbox.plan_reminders(each, now, self._zone(), connection)

        await self._store.run(unit)

    async def migrate(self, old: int, new: int) -> None:
        """A group became a supergroup: its subscriptions and letters get the new id."""
        await self._store.run(lambda connection: subscribers.migrate(old, new, connection))

    async def remind(
        self, chat: int, thread: int | None, language: str, occasion: Occasion, now: datetime
    ) -> list[datetime]:
        """Remind this chat of one occasion; when, in order. Empty when it is too late for that."""

        def unit(connection: Connection) -> list[datetime]:
            known = subscribers.find(chat, thread, connection)
            if known is None or known.paused:
                kind: Literal["private", "group"] = "private" if chat > 0 else "group"
                known = Subscription(chat, thread, kind, language)  # asks for nothing else
                subscribers.save(known, connection)
            return outbox.remind(known, occasion, now, self._zone(), connection)

        return await self._store.run(unit)

    # Tellings

    async def next_text(self) -> str:
        """An id for a text that staff write: `text:17`."""

        def unit(connection: Connection) -> str:
            count = select(func.coalesce(func.max(campaigns_table.c.id), 0))
            return f"text:{connection.execute(count).scalar_one() + 1}"

        return await self._store.run(unit)

    async def kind_for(self, occasion: Occasion) -> Literal["new", "text", "change", "cancel"] | None:
        """What telling this occasion now would be; None when people know just this version of it."""

        def unit(connection: Connection) -> Literal["new", "text", "change", "cancel"] | None:
            told = occasions.told(occasion.id, connection)
            if told is None:
                return "text" if occasion.kind == "text" else "new"
            if told.partition("~")[0] == revision(occasion):
                return None
            return "cancel" if occasion.status == "cancelled" else "change"

        return await self._store.run(unit)

    async def told(self, occasion: str) -> Occasion | None:
        """The version that people know; None where they were told none."""

        return await self._store.run(lambda connection: occasions.newest_told(occasion, connection))

    async def propose(self, occasion: Occasion, kind: str, who: str, now: datetime) -> int:
        """A telling that waits for staff; its id. Others of the same occasion do not wait any longer."""
        return await self._store.run(
            lambda connection: campaigns.propose(occasion, kind, who, now, connection)
        )

    async def audience_size(self, occasion: Occasion, kind: str, now: datetime) -> Estimate:
        """How many it would reach, and when the last of them has it."""
        plan = Plan(occasion, revision(occasion), kind, now)
        return await self._store.run(
            lambda connection: campaigns.estimate(plan, RATE, self._zone(), connection)
        )

    async def confirm(self, campaign: int, who: str, now: datetime) -> int:
        """Staff agree: its letters are made; how many chats are told. 0 when it does not wait any more."""
        return await self._store.run(lambda connection: self._confirm(campaign, who, now, connection))

    async def tell(self, occasion: Occasion, kind: str, who: str, now: datetime) -> int:
        """Propose and confirm at once, for who has agreed already; the telling's id."""

        def unit(connection: Connection) -> int:
            number = campaigns.propose(occasion, kind, who, now, connection)
            campaigns.asked(number, connection)
            self._confirm(number, who, now, connection)
            return number

        return await self._store.run(unit)

    def _confirm(self, campaign: int, who: str, now: datetime, connection: Connection) -> int:
        count = campaigns.confirm(campaign, who, now, self._zone(), connection)
        found = campaigns.get(campaign, connection)
        if found is not None and found.kind == "change":
            outbox.retime(found.content, now, self._zone(), connection)
        return count

    async def pause(self, campaign: int, who: str, now: datetime) -> bool:
        """Hold what has not gone; False when it is not running."""
        return await self._store.run(lambda connection: campaigns.pause(campaign, who, now, connection))

    async def resume(self, campaign: int, who: str, now: datetime) -> bool:
        """Go on with what is held; False when it is not paused."""
        return await self._store.run(lambda connection: campaigns.resume(campaign, who, now, connection))

    async def cancel(self, campaign: int, who: str, now: datetime) -> bool:
        """Send no more of it; False when it is over already. (To tell people: propose kind `cancel`.)"""
        return await self._store.run(lambda connection: campaigns.cancel(campaign, who, now, connection))

    async def campaign(self, campaign: int) -> Campaign | None:
        """One telling and what it tells."""
        return await self._store.run(lambda connection: campaigns.get(campaign, connection))

    async def running(self) -> list[Campaign]:
        """Tellings that run, are paused or wait, the newest first."""
        states = ("running", "paused", "waiting")
        return await self._store.run(lambda connection: campaigns.in_states(states, connection))

    async def latest(self) -> list[Campaign]:
        """All tellings, the newest first."""
        states = ("running", "paused", "waiting", "done", "cancelled")
        return await self._store.run(lambda connection: campaigns.in_states(states, connection))

    async def progress(self, campaign: int) -> Progress | None:
        """How far it is; None when there is none of this id."""
        return await self._store.run(lambda connection: campaigns.progress(campaign, connection))

    async def doubtful(self, campaign: int) -> list[tuple[int, int | None, str]]:
        """Chat, thread and state of each letter whose answer was lost at least once."""
        return await self._store.run(lambda connection: campaigns.doubtful(campaign, connection))

    async def audit(self, most: int = 50) -> list[AuditLine]:
        """Who did what, the newest first."""
        return await self._store.run(lambda connection: campaigns.audit_lines(most, connection))

    async def note(
        self,
        who: str,
        what: str,
        about: str,
        now: datetime,
        campaign: int | None = None,
        count: int | None = None,
    ) -> None:
        """A line of audit for a step that changes nothing else, such as a test to oneself."""
        await self._store.run(
            lambda connection: campaigns.note(who, what, campaign, about, count, now, connection)
        )

    async def unasked(self) -> list[Campaign]:
        """Tellings that wait and that staff have not been asked about."""
        return await self._store.run(campaigns.unasked)

    async def asked(self, campaign: int) -> None:
        """Staff have been asked about it."""
        await self._store.run(lambda connection: campaigns.asked(campaign, connection))

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
                if occasions.told(each.occasion.id, connection) is None:  # else reminders wait for staff, too
                    outbox.retime(each.occasion, now, self._zone(), connection)
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

    # The sender's

    async def start(self, now: datetime, settle: timedelta) -> outbox.Start:
        """Begin a new epoch: what was being sent is in doubt."""
        return await self._store.run(lambda connection: outbox.start(now, settle, connection))

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
