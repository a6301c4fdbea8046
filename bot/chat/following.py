"""Messages that follow a telling by themselves, and staff who are told what waits for them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from functools import partial

from bot.announce.changes import changes
from bot.answer.texts import say
from bot.chat import newsroom_screens as screens
from bot.chat.campaigns import Campaign, Campaigns, Report, Reports
from bot.chat.newsroom_words import kept
from bot.chat.services import Memory
from bot.chat.transport import Transport
from bot.errors import KlyngebotError
from bot.knowledge.model import Knowledge
from bot.knowledge.shelf import Shelf
from bot.reply import Edit, Reply, Say, paragraph
from bot.understand.version import Version

OPEN = ("running", "paused")
SINGLY = 3  # announcements that wait; more at once are one message

log = logging.getLogger(__name__)


async def board(
    campaigns: Campaigns, knowledge: Knowledge, number: int, now: datetime, language: str
) -> Reply:
    """An announcement as it stands: to confirm, on its way, or done."""
    campaign = await campaigns.campaign(number)
    if campaign is not None and campaign.state == "waiting":
        estimate = await campaigns.audience_size(campaign.content, campaign.kind, now)
        before = await campaigns.told_before(campaign.content) if campaign.kind == "change" else None
        found = changes(before, campaign.content) if before else ()
        told = await campaigns.told(campaign.occasion) if campaign.kind == "change" else None
        same = kept(told, campaign.content) if told else ()
        return screens.desk(knowledge, campaign, estimate, now, language, found, same)
    far = await campaigns.progress(number)
    if campaign is None or far is None or campaign.confirmed is None:  # replaced by a newer one, or discarded
        return Reply((paragraph(say("ann_outdated", language)),), language=language)
    return screens.progress(campaign, far, now, knowledge.zone, language)


class Following:
    """Looks at the store as often as it is asked to."""

    def __init__(
        self,
        campaigns: Campaigns,
        reports: Reports,
        shelf: Shelf[Version],
        transport: Transport,
        memory: Memory,
        admins: Collection[int],
        clock: Callable[[], datetime],
    ) -> None:
        self._campaigns, self._reports = campaigns, reports
        self._shelf, self._transport = shelf, transport
        self._memory, self._admins, self._clock = memory, admins, clock
        self._shown: dict[tuple[int, int], Reply] = {}
        self._tried: set[int] = set()  # whom nobody could be told of waits for the next start

    async def follow(self, campaign: int, chat: int, message: int, language: str) -> None:
        """Keep this message up to date from now on."""
        await self._reports.follow(chat, message, campaign, language)

    async def leave(self, chat: int, message: int) -> None:
        """Let this message be, since it asks something now."""
        await self._reports.leave(chat, message)
        self._shown.pop((chat, message), None)

    async def look(self) -> None:
        """Bring the messages up to date, then tell staff what waits to be confirmed."""
        for report in await self._reports.followed():
            await self._update(report)
        waiting = [each for each in await self._campaigns.unasked() if each.id not in self._tried]
        if len(waiting) > SINGLY:
            await self._tell(waiting, partial(_bundled, waiting))
            return
        for campaign in waiting:
            await self._tell([campaign], partial(self._shown_to_staff, campaign))

    async def _update(self, report: Report) -> None:
        where = (report.chat, report.message)
        found = await self._campaigns.campaign(report.campaign)
        if found is not None and found.state == "waiting":
            return  # it is being looked over
        reply = (
            screens.withdrawn(found, report.language)
            if found is not None and found.confirmed is None
            else await self._board(report.campaign, report.language)
        )
        if reply != self._shown.get(where):
            try:
                await self._transport.perform(Edit(*where, reply))
            except KlyngebotError as error:
                log.warning("a report could not be brought up to date: %s", error)
            self._shown[where] = reply
        if found is None or found.state not in OPEN:
            await self.leave(*where)

    async def _tell(self, campaigns: Sequence[Campaign], shown: Callable[[str], Awaitable[Reply]]) -> None:
        """Show what waits, with its buttons, to each of staff in their language, once."""
        self._tried.update(each.id for each in campaigns)
        for admin in self._admins:
            try:
                known = await self._memory.known(admin, admin)
                language = known.language or self._shelf.current.knowledge.languages[0]
                messages = await self._transport.perform(Say(admin, await shown(language)))
            except KlyngebotError as error:
                log.warning("staff could not be told of a waiting announcement: %s", error)
            else:
                for each in campaigns:
                    await self._campaigns.asked(each.id)
                if len(campaigns) == 1 and messages:  # what was asked must not stay when it is outdated
                    await self.follow(campaigns[0].id, admin, messages[-1], language)

    async def _shown_to_staff(self, campaign: Campaign, language: str) -> Reply:
        return screens.unasked(await self._board(campaign.id, language), campaign.created_by)

    async def _board(self, number: int, language: str) -> Reply:
        return await board(self._campaigns, self._shelf.current.knowledge, number, self._clock(), language)


async def _bundled(campaigns: Sequence[Campaign], language: str) -> Reply:
    return screens.bundle(campaigns, language)
