"""The composition root: settings -> parts -> a running bot."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.announce.changes import Change
from bot.announce.occasion import Occasion, occasion_of
from bot.answer.explain import why
from bot.answer.letters import compose_letter
from bot.answer.texts import LANGUAGES, say
from bot.chat import logs, profile
from bot.chat.answering import Answering
from bot.chat.calls import Calls
from bot.chat.carrying import Carrier
from bot.chat.editors import Editors
from bot.chat.failures import Door
from bot.chat.following import Following
from bot.chat.newsroom import Newsroom
from bot.chat.pace import Pace
from bot.chat.postman import Postman
from bot.chat.receiving import Entrance, Intake, persist, receive
from bot.chat.request import AiohttpRequest
from bot.chat.rights import Rights
from bot.chat.routes import add_handlers, build
from bot.chat.services import Me, Services
from bot.chat.subscribing import Subscribing
from bot.chat.transport import Transport
from bot.delivery.inbox import Reception
from bot.delivery.sender import Compose, Sender
from bot.errors import SettingsError
from bot.feeds.importing import Feeds
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.reply import Reply
from bot.settings import Settings
from bot.store.announcements import Announcements
from bot.store.inbox import Inbox
from bot.store.memory import Memory
from bot.store.reports import Reports
from bot.store.store import Store
from bot.understand.cache import default_folder
from bot.understand.interpret import interpret
from bot.understand.version import Version, prepare

EXAMPLES = "examples"  # beside the knowledge folder; only the preview shows them
LOOK_SECONDS = 1.0  # between looks at the knowledge folder
FORGET_SECONDS = 3600.0
LAST_SECONDS = 4.0  # that updates in hand have after a stop; Docker kills after 10
NO_ENTRANCE = Entrance(None)  # polling only
PORTS = 50  # tried for the preview, from the one of LISTEN

log = logging.getLogger(__name__)


def run(settings: Settings) -> int:
    """Serve Telegram until SIGTERM or SIGINT; the exit status. Raises KlyngebotError when that cannot be."""
    token = settings.token()
    logs.configure(settings.log_level, settings.log_format, [token, _secret(settings)])
    shelf = open_shelf(settings.knowledge_dir)  # before the loop, so that Ctrl-C ends it at once
    asyncio.run(_until_stopped(_run(settings, token, shelf)))
    return 0


def preview(settings: Settings) -> int:
    """Serve the bot in the browser, with a Telegram and a database of its own; the exit status."""
    logs.configure(settings.log_level, settings.log_format, [])
    folder = settings.knowledge_dir
    shelf = open_shelf(folder, folder.resolve().parent / EXAMPLES)
    asyncio.run(_until_stopped(_preview(settings, shelf)))
    return 0


async def _run(settings: Settings, token: str, shelf: Shelf[Version]) -> None:
    store = await asyncio.to_thread(Store.open, settings.database_url)
    try:
        entrance = Entrance(settings.listen, settings.webhook_url, _secret(settings))
        settle = timedelta(seconds=settings.settle_seconds)
        access = Access(token, settings.telegram_api_url, entrance, settings.admin_ids, settle)
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
                access = Access(server.token, server.base_url, admins=staff)
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
    polling = AiohttpRequest(connections=1)
    application = build(access.token, access.api_url, polling)
    try:
        await persist(application.initialize)  # asks Telegram who we are
        bot = application.bot
        calls = Calls(pace)
        memory, transport = Memory(store), Transport(bot, calls)
        announcements = Announcements(store, lambda: shelf.current.knowledge.zone)
        services = Services(shelf, Me(bot.id, bot.username))
        following = Following(announcements, Reports(store), shelf, transport, memory, access.admins, clock)
        door = Door(services, memory, clock)
        add_handlers(
            application,
            door,
            Subscribing(announcements, Rights(bot, calls)),
            Newsroom(announcements, following, access.admins),
        )
        editors = Editors(shelf, transport, memory, access.admins)
        feeds = Feeds(shelf, clock)
        events = Events(shelf, announcements, clock, feeds)
        sender = Sender(announcements, Postman(bot, pace), _compose(shelf), pace, clock, access.settle)
        inbox, carrier = Inbox(store), Carrier(services, transport, door)
        reception = Reception(inbox, Answering(bot, door, application.process_update, inbox, carrier, clock))
        background = [
            asyncio.create_task(each)
            for each in (
                profile.register(bot, shelf.current),
                _every(LOOK_SECONDS, editors.look),
                _every(LOOK_SECONDS, following.look),
                _every(LOOK_SECONDS, feeds.look),
                _every(LOOK_SECONDS, events.look),
                sender.run(),
                reception.run(),
                _every(FORGET_SECONDS, lambda: memory.forget_old(clock())),
            )
        ]
        try:
            await receive(bot, polling, Intake(reception.keep, clock, pace.now), access.entrance)
        finally:
            for task in background:
                task.cancel()
            await reception.close(LAST_SECONDS)
            await asyncio.gather(*background, return_exceptions=True)
    finally:
        await application.shutdown()
        await application.bot.shutdown()  # does something only where the application never came up


class Events:
    """Notices what is saved in events.yaml; staff are asked before anybody is told."""

    def __init__(
        self,
        shelf: Shelf[Version],
        announcements: Announcements,
        clock: Callable[[], datetime],
        feeds: Feeds,
    ) -> None:
        self._shelf, self._announcements, self._clock, self._feeds = shelf, announcements, clock, feeds
        self._looked_at = ""

    async def look(self) -> None:
        """Compare the files with what was seen before, when they have changed."""
        knowledge = self._shelf.current.knowledge
        if knowledge.digest == self._looked_at or not self._feeds.looked:
            return  # what calendars held when the bot first began is no news either
        current = [occasion_of(knowledge, event) for event in knowledge.events.values()]
        # What changed while the bot was not running may be an old copy of the files or of the database.
        auto = bool(self._looked_at) and knowledge.programme.auto_announce
        if vanished := [occasion for occasion in current if occasion.row in self._feeds.vanished]:
            await self._announcements.look(vanished, self._clock(), auto=False)
        await self._announcements.look(current, self._clock(), auto=auto)
        self._looked_at = knowledge.digest


def _compose(shelf: Shelf[Version]) -> Compose:
    def compose(
        occasion: Occasion, kind: str, language: str, now: datetime, changed: tuple[Change, ...]
    ) -> Reply:
        return compose_letter(shelf.current, occasion, kind, language, now, changed)

    return compose


async def _every(seconds: float, step: Callable[[], Awaitable[object]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await step()
        except Exception as error:
            log.error("a regular task failed: %s", type(error).__name__)


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
    return Shelf(folder, partial(prepare, cache=default_folder()), examples)


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


def _secret(settings: Settings) -> str:
    return settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
