"""Announcements from the proposal to the report, for callers that await: each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.announce.occasion import Occasion, revision
from bot.announce.plan import Plan
from bot.errors import AnnounceError
from bot.store import audit, campaigns, expansion, occasions, progress, reminders
from bot.store.audit import AuditLine
from bot.store.campaigns import Campaign, Kind
from bot.store.expansion import Estimate
from bot.store.progress import Progress
from bot.store.store import Store

RATE = 28.0  # messages a second, for estimates


@dataclass(frozen=True, slots=True)
class Standing:
    """What telling an occasion would be at one moment, and which revision people knew then."""

    kind: Kind | None
    told: str | None


class Tellings:
    """What staff tell, and what became of it; times are aware."""

    def __init__(self, store: Store, zone: Callable[[], ZoneInfo]) -> None:
        self._store, self._zone = store, zone

    async def kind_for(self, occasion: Occasion) -> Kind | None:
        """What telling this occasion now would be; None when people know just this version of it, or when
        it is cancelled and nobody ever heard of it.

        What was stopped on its way may go on to those who did not get it.
        """
        return (await self.standing(occasion)).kind

    async def standing(self, occasion: Occasion) -> Standing:
        """What telling this occasion now would be, and what people know of it; for `tell`."""
        return await self._store.run(lambda connection: _standing(occasion, connection))

    async def told(self, occasion: str) -> Occasion | None:
        """The version that people know; None where they were told none."""

        return await self._store.run(lambda connection: occasions.newest_told(occasion, connection))

    async def told_before(self, occasion: Occasion) -> Occasion | None:
        """The version that people knew before this one; None where they knew none."""
        return await self._store.run(lambda connection: occasions.told_before(occasion, connection))

    async def propose(self, occasion: Occasion, kind: str, who: str, now: datetime) -> int:
        """A telling that waits for staff; its id. Others of the same occasion do not wait any longer."""
        return await self._store.run(
            lambda connection: campaigns.propose(occasion, kind, who, now, connection)
        )

    async def revise(self, campaign: int, occasion: Occasion, now: datetime) -> None:
        """Let a telling that waits be about another version; one that does not wait stays as it is."""
        await self._store.run(lambda connection: campaigns.revise(campaign, occasion, now, connection))

    async def audience_size(self, occasion: Occasion, kind: str, now: datetime) -> Estimate:
        """How many it would reach, and when the last of them has it."""

        def unit(connection: Connection) -> Estimate:
            plan = Plan(occasion, occasions.named(occasion, connection)[0], kind, now)
            return expansion.estimate(plan, RATE, self._zone(), connection)

        return await self._store.run(unit)

    async def confirm(self, campaign: int, who: str, now: datetime) -> int:
        """Staff agree: its letters are made; how many chats are told. 0 when it does not wait any more."""
        return await self._store.run(lambda connection: self._confirm(campaign, who, now, connection))

    async def tell(
        self, occasion: Occasion, kind: str, who: str, now: datetime, *, seen: Standing | None = None
    ) -> int:
        """Propose and confirm at once, for who has agreed already; the telling's id.

        `seen` is how it stood when they agreed. Raises AnnounceError where it was told otherwise since.
        """

        def unit(connection: Connection) -> int:
            if seen is not None and seen != _standing(occasion, connection):
                raise AnnounceError("nothing was sent: it has been announced by others meanwhile")
            number = campaigns.propose(occasion, kind, who, now, connection)
            campaigns.asked(number, connection)
            self._confirm(number, who, now, connection)
            return number

        return await self._store.run(unit)

    def _confirm(self, campaign: int, who: str, now: datetime, connection: Connection) -> int:
        count = campaigns.confirm(campaign, who, now, self._zone(), connection)
        found = campaigns.get(campaign, connection)
        if found is not None and found.kind == "change":
            reminders.retime(found.content, now, self._zone(), connection)
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
        return await self._store.run(lambda connection: progress.progress(campaign, connection))

    async def doubtful(self, campaign: int) -> list[tuple[int, int | None, str]]:
        """Chat, thread and state of each letter whose answer was lost at least once."""
        return await self._store.run(lambda connection: progress.doubtful(campaign, connection))

    async def audit(self, most: int = 50) -> list[AuditLine]:
        """Who did what, the newest first."""
        return await self._store.run(lambda connection: audit.audit_lines(most, connection))

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
            lambda connection: audit.note(who, what, campaign, about, count, now, connection)
        )

    async def unasked(self) -> list[Campaign]:
        """Tellings that wait and that staff have not been asked about."""
        return await self._store.run(campaigns.unasked)

    async def asked(self, campaign: int) -> None:
        """Staff have been asked about it."""
        await self._store.run(lambda connection: campaigns.asked(campaign, connection))


def _standing(occasion: Occasion, connection: Connection) -> Standing:
    told = occasions.told(occasion.id, connection)
    return Standing(_kind(occasion, told, connection), told)


def _kind(occasion: Occasion, told: str | None, connection: Connection) -> Kind | None:
    if told is None and occasion.status == "cancelled":
        return "cancel" if occasions.awaited(occasion.id, connection) else None
    if told is None:
        return "text" if occasion.kind == "text" else "new"
    if told.partition("~")[0] == revision(occasion):
        return campaigns.stopped(occasion, told, connection)
    return "cancel" if occasion.status == "cancelled" else "change"
