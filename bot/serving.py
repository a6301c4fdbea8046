"""A running bot: its parts put together, and what it does beside answering."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.answer.privacy import Policy
from bot.answer.wording import Wording
from bot.chat import profile
from bot.chat.answering import Answering
from bot.chat.calls import Calls
from bot.chat.carrying import Carrier
from bot.chat.editors import Editors
from bot.chat.failures import Door
from bot.chat.following import Following
from bot.chat.lately import Lately
from bot.chat.link import Link
from bot.chat.newsroom import Newsroom
from bot.chat.overview import Overview
from bot.chat.pace import Pace
from bot.chat.postman import Postman
from bot.chat.privacy import Privacy
from bot.chat.receiving import Entrance, Intake, listening, persist, receive
from bot.chat.request import AiohttpRequest
from bot.chat.rights import Rights
from bot.chat.routes import add_handlers, build
from bot.chat.services import Me, Services
from bot.chat.subscribing import Subscribing
from bot.chat.transport import Transport
from bot.chat.webhook import Hook
from bot.delivery.inbox import Reception
from bot.delivery.insist import insist
from bot.delivery.sender import Sender
from bot.errors import StoreError
from bot.feeds.importing import Feeds
from bot.feeds.noticing import Events
from bot.knowledge.shelf import Shelf
from bot.store.announcements import Announcements
from bot.store.feeds import FeedBook
from bot.store.inbox import Inbox
from bot.store.membership import take_part
from bot.store.memory import Memory
from bot.store.privacy import Privacy as Records
from bot.store.reports import Reports
from bot.store.restored import after_restore
from bot.store.retention import Retention
from bot.store.store import Store
from bot.store.vitality import Vitality
from bot.tasks import attempt, every, together
from bot.understand.version import Version
from bot.watch import metrics
from bot.watch.health import Checkup
from bot.watch.heartbeat import heartbeat
from bot.watch.timekeeper import Timekeeper

LOOK_SECONDS = 1.0  # between looks at the knowledge folder
MINUTE = 60.0  # seconds
FORGET_SECONDS = 3600.0
PROFILE_SECONDS = 3600.0  # between attempts to set the bot's profile: few changes a day are allowed
COMING_SECONDS = 3600.0  # between looks at what repeats; its reminders are made days before
NO_ENTRANCE = Entrance(None)  # polling only

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """Which bot we are, at which Bot API server, and who is told about the knowledge base."""

    token: str = field(repr=False)
    api_url: str
    entrance: Entrance = NO_ENTRANCE
    admins: frozenset[int] = frozenset()
    settle: timedelta = timedelta(seconds=60)  # until a letter whose answer was lost is sent again
    policy: Policy = field(default_factory=Policy)


async def serve(
    access: Access,
    shelf: Shelf[Version],
    store: Store,
    pace: Pace,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    lately: Lately | None = None,
) -> None:
    """Answer Telegram's updates until cancelled; `lately` keeps what was said.

    Raises SettingsError when Telegram rejects the token or LISTEN cannot be listened on.
    """
    paused = await insist(partial(store.run, partial(after_restore, clock())))
    if paused is not None:
        log.warning("the database was restored from a copy: %d announcements are paused", paused)
    inbox, link, keeper = Inbox(store), Link(), Timekeeper(clock)
    vitality = Vitality(store, clock, metrics.asked)
    checkup = Checkup(
        store.pulse,
        link,
        lambda: (shelf.current.knowledge.digest, shelf.broken),
        vitality.backlog,
        keeper,
    )
    overview = Overview(checkup.look, vitality.standing, lambda: shelf.saved, access.admins)
    beating = asyncio.create_task(heartbeat(vitality.beat, store.pulse))
    try:
        async with listening(access.entrance, checkup) as hook:
            said = lately or Lately()
            await _serve(access, shelf, store, pace, clock, inbox, link, keeper, hook, overview, said)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        with suppress(StoreError):
            await vitality.beat()  # for what was asked since the last
            await vitality.end()


async def _serve(
    access: Access,
    shelf: Shelf[Version],
    store: Store,
    pace: Pace,
    clock: Callable[[], datetime],
    inbox: Inbox,
    link: Link,
    keeper: Timekeeper,
    hook: Hook | None,
    overview: Overview,
    lately: Lately,
) -> None:
    polling = AiohttpRequest(connections=1, heard=keeper.heard)
    application = build(access.token, access.api_url, polling, keeper.heard)
    try:
        await persist(application.initialize, link)  # asks Telegram who we are
        bot = application.bot
        calls = Calls(pace)
        memory, transport = Memory(store), Transport(bot, calls)
        announcements = Announcements(store, lambda: shelf.current.knowledge.zone)
        services = Services(shelf, Me(bot.id, bot.username), access.policy, lately)
        records, retention = Records(store), Retention(store, access.policy.asked)
        following = Following(announcements, Reports(store), shelf, transport, memory, access.admins, clock)
        door = Door(services, memory, clock)
        add_handlers(
            application,
            door,
            Subscribing(announcements, Rights(bot, calls)),
            Newsroom(announcements, following, access.admins),
            overview,
            Privacy(records),
        )
        feeds = Feeds(shelf, clock, FeedBook(store), announcements.cancelled)
        events = Events(shelf, announcements, clock, feeds)
        sender = Sender(
            announcements,
            Postman(bot, pace),
            Wording(shelf),
            pace,
            clock,
            access.settle,
            believed=keeper.believed,
        )
        carrier = Carrier(services, transport, door)
        reception = Reception(inbox, Answering(bot, door, application.process_update, inbox, carrier, clock))
        intake = Intake(reception.keep, clock, pace.now)
        coming = partial(receive, bot, polling, intake, hook, link)

        async def registered() -> None:
            while not await profile.register(bot, shelf.current, access.admins):  # noqa: ASYNC110
                await asyncio.sleep(PROFILE_SECONDS)

        right = partial(_by_the_clock, keeper)
        purge = partial(right, lambda: retention.purge(clock(), shelf.current.knowledge.zone))
        chief = partial(
            together,
            partial(attempt, registered),
            partial(every, LOOK_SECONDS, following.look),
            partial(every, LOOK_SECONDS, events.look),
            sender.run,
            partial(every, LOOK_SECONDS, lambda: records.sweep(clock())),
            partial(every, FORGET_SECONDS, purge, at_once=True),
            partial(every, COMING_SECONDS, partial(right, lambda: announcements.plan_coming(clock()))),
            *([] if access.entrance.webhook_url else [coming]),  # Telegram gives updates to one alone
        )
        place = Place(reception, chief)
        editors = Editors(shelf, transport, memory, access.admins, lambda: place.leads)
        await together(
            partial(every, LOOK_SECONDS, editors.look),
            partial(every, LOOK_SECONDS, feeds.look),
            partial(every, MINUTE, services.lately.forget),
            reception.run,
            partial(take_part, store, place),
            *([coming] if access.entrance.webhook_url else []),
        )
    finally:
        await application.shutdown()
        await application.bot.shutdown()  # does something only where the application never came up


class Place:
    """Our place among the processes of a database: all handle updates, `chief` is for the one that leads."""

    def __init__(self, reception: Reception, chief: Callable[[], Awaitable[None]]) -> None:
        self.joined, self.left, self.finished = reception.joined, reception.left, reception.finished
        self._chief = chief
        self.leads = False

    async def lead(self) -> None:
        self.leads = True
        try:
            await self._chief()
        finally:
            self.leads = False


async def _by_the_clock(keeper: Timekeeper, step: Callable[[], Awaitable[object]]) -> None:
    """Take a step that deletes what is old, but only by a clock that is right."""
    if keeper.believed():
        await step()
