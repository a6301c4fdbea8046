"""The composition root: settings -> parts -> a running bot."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.answer.explain import why
from bot.answer.privacy import Policy
from bot.answer.texts import LANGUAGES, say
from bot.answer.wording import Wording
from bot.chat import logs, profile
from bot.chat.answering import Answering
from bot.chat.calls import Calls
from bot.chat.carrying import Carrier
from bot.chat.editors import Editors
from bot.chat.failures import Door
from bot.chat.following import Following
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
from bot.errors import SettingsError, StoreError
from bot.feeds.importing import Feeds
from bot.feeds.noticing import Events
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.settings import Settings
from bot.store.announcements import Announcements
from bot.store.feeds import FeedBook
from bot.store.inbox import Inbox
from bot.store.lock import sole
from bot.store.membership import take_part
from bot.store.memory import Memory
from bot.store.privacy import Privacy as Records
from bot.store.reports import Reports
from bot.store.restored import after_restore
from bot.store.retention import Retention
from bot.store.store import Store
from bot.store.vitality import Vitality
from bot.understand.cache import default_folder
from bot.understand.interpret import interpret
from bot.understand.version import Version, prepare
from bot.watch import metrics
from bot.watch.health import Checkup
from bot.watch.heartbeat import heartbeat
from bot.watch.timekeeper import Timekeeper

EXAMPLES = "examples"  # beside the knowledge folder; only the preview shows them
LOOK_SECONDS = 1.0  # between looks at the knowledge folder
MINUTE = 60.0  # seconds
FORGET_SECONDS = 3600.0
PROFILE_SECONDS = 3600.0  # between attempts to set the bot's profile: few changes a day are allowed
COMING_SECONDS = 3600.0  # between looks at what repeats; its reminders are made days before
NO_ENTRANCE = Entrance(None)  # polling only
PORTS = 50  # tried for the preview, from the one of LISTEN

log = logging.getLogger(__name__)


def run(settings: Settings, folder: Path) -> int:
    """Serve Telegram until SIGTERM or SIGINT; the exit status. Raises KlyngebotError when that cannot be.

    `folder` is the knowledge folder.
    """
    token = settings.token()
    logs.configure(settings.log_level, settings.log_format, [token, _secret(settings)])
    shelf = open_shelf(folder)  # before the loop, so that Ctrl-C ends it at once
    with sole(settings.database_url):
        asyncio.run(_until_stopped(_run(settings, token, shelf)))
    return 0


def preview(settings: Settings, folder: Path) -> int:
    """Serve the bot in the browser, with a Telegram and a database of its own; the exit status."""
    logs.configure(settings.log_level, settings.log_format, [])
    shelf = open_shelf(folder, folder.resolve().parent / EXAMPLES)
    asyncio.run(_until_stopped(_preview(settings, shelf)))
    return 0


async def _run(settings: Settings, token: str, shelf: Shelf[Version]) -> None:
    store = await asyncio.to_thread(Store.open, settings.database_url)
    try:
        entrance = Entrance(settings.listen, settings.webhook_url, _secret(settings))
        settle = timedelta(seconds=settings.settle_seconds)
        policy = _policy(settings)
        access = Access(token, settings.telegram_api_url, entrance, settings.admin_ids, settle, policy)
        await serve(access, shelf, store, Pace())
    finally:
        await store.close()


async def _preview(settings: Settings, shelf: Shelf[Version]) -> None:
    host, wanted = settings.listen
    port = free_port(host, wanted)
    examples = [say(f"example_{number}", language) for number, language in enumerate(LANGUAGES, 1)]
    with tempfile.TemporaryDirectory(prefix="klyngebot-") as data:
        store = await asyncio.to_thread(Store.open, f"sqlite:///{data}/preview.sqlite3")
        server = PreviewServer(host=host, port=port, explain=partial(_explain, shelf), examples=examples)
        try:
            async with server:
                taken = f" (port {wanted} is taken)" if port != wanted else ""
                print(f"Klyngebot preview: {server.base_url}{taken}", flush=True)
                staff = frozenset({server.world.kari.id})  # so that /announce can be tried as well
                access = Access(server.token, server.base_url, admins=staff, policy=_policy(settings))
                await serve(access, shelf, store, Pace())
        finally:
            await store.close()


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
) -> None:
    """Answer Telegram's updates until cancelled.

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
            await _serve(access, shelf, store, pace, clock, inbox, link, keeper, hook, overview)
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
) -> None:
    polling = AiohttpRequest(connections=1, heard=keeper.heard)
    application = build(access.token, access.api_url, polling, keeper.heard)
    try:
        await persist(application.initialize, link)  # asks Telegram who we are
        bot = application.bot
        calls = Calls(pace)
        memory, transport = Memory(store), Transport(bot, calls)
        announcements = Announcements(store, lambda: shelf.current.knowledge.zone)
        services = Services(shelf, Me(bot.id, bot.username), access.policy)
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
            _together,
            partial(_attempt, registered),
            partial(_every, LOOK_SECONDS, following.look),
            partial(_every, LOOK_SECONDS, events.look),
            sender.run,
            partial(_every, LOOK_SECONDS, lambda: records.sweep(clock())),
            partial(_every, FORGET_SECONDS, purge, at_once=True),
            partial(_every, COMING_SECONDS, partial(right, lambda: announcements.plan_coming(clock()))),
            *([] if access.entrance.webhook_url else [coming]),  # Telegram gives updates to one alone
        )
        place = Place(reception, chief)
        editors = Editors(shelf, transport, memory, access.admins, lambda: place.leads)
        await _together(
            partial(_every, LOOK_SECONDS, editors.look),
            partial(_every, LOOK_SECONDS, feeds.look),
            partial(_every, MINUTE, services.lately.forget),
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


async def _every(seconds: float, step: Callable[[], Awaitable[object]], *, at_once: bool = False) -> None:
    while True:
        await asyncio.sleep(0 if at_once else seconds)
        at_once = False
        await _attempt(step)


async def _attempt(step: Callable[[], Awaitable[object]]) -> None:
    """Do what the bot also runs without."""
    try:
        await step()
    except Exception as error:
        log.error("a task failed: %s", type(error).__name__)


async def _together(*steps: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Run all of them until all have ended, or one fails; then the others are cancelled and waited for."""
    tasks = [asyncio.create_task(step()) for step in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _by_the_clock(keeper: Timekeeper, step: Callable[[], Awaitable[object]]) -> None:
    """Take a step that deletes what is old, but only by a clock that is right."""
    if keeper.believed():
        await step()


async def _until_stopped(main: Coroutine[Any, Any, None]) -> None:
    """Run `main` until it ends or a signal asks to stop."""
    task = asyncio.ensure_future(main)
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        task.cancel()

    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped:
            raise


def open_shelf(folder: Path, examples: Path | None = None) -> Shelf[Version]:
    """The knowledge folder, ready to be asked, and invented events beside it. Raises KnowledgeError."""
    shelf = Shelf(folder, partial(prepare, cache=default_folder()), examples)
    gc.collect()
    gc.freeze()  # what is known stays; looking through it for garbage takes a tenth of a second each time
    return shelf


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or the next port that is free. Raises SettingsError when there is none near."""
    for port in range(wanted, min(wanted + PORTS, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SettingsError("LISTEN", f"no port from {wanted} on can be listened on at {host}")


def _explain(shelf: Shelf[Version], text: str, _: str) -> Mapping[str, Any]:
    return why(shelf.current, interpret(shelf.current, text, datetime.now(UTC)))


def _policy(settings: Settings) -> Policy:
    return Policy(timedelta(days=settings.retention_days), settings.privacy_contact)


def _secret(settings: Settings) -> str:
    return settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
