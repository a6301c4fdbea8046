"""The composition root: settings -> parts -> a running bot."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.answer.explain import why
from bot.answer.privacy import Policy
from bot.answer.texts import LANGUAGES, say
from bot.chat import logs
from bot.chat.lately import Lately
from bot.chat.pace import Pace
from bot.chat.receiving import Entrance
from bot.errors import SettingsError
from bot.knowledge.shelf import Shelf
from bot.learning.cache import default_folder
from bot.learning.learner import Learner
from bot.preview import PreviewServer
from bot.serving import Access, serve
from bot.settings import Settings
from bot.store.lock import sole
from bot.store.store import Store
from bot.tasks import stoppable, until_stopped
from bot.understand.interpret import interpret
from bot.understand.version import Learn, Version, prepare

EXAMPLES = "examples"  # beside the knowledge folder; only the preview shows them
PORTS = 50  # tried for the preview, from the one of LISTEN

log = logging.getLogger(__name__)


def run(settings: Settings, folder: Path) -> int:
    """Serve Telegram until SIGTERM or SIGINT; the exit status. Raises KlyngebotError when that cannot be.

    `folder` is the knowledge folder.
    """
    token = settings.token()
    logs.configure(settings.log_level, settings.log_format, [token, _secret(settings)])
    learner = Learner(default_folder())
    with stoppable():
        shelf = open_shelf(folder, learner)
    with sole(settings.database_url):
        asyncio.run(until_stopped(_run(settings, token, shelf), learner.stop))
    return 0


def preview(settings: Settings, folder: Path) -> int:
    """Serve the bot in the browser, with a Telegram and a database of its own; the exit status."""
    logs.configure(settings.log_level, settings.log_format, [])
    learner = Learner(default_folder())
    with stoppable():
        shelf = open_shelf(folder, learner, folder.resolve().parent / EXAMPLES)
    asyncio.run(until_stopped(_preview(settings, shelf), learner.stop))
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
        lately = Lately()
        explain = partial(_explain, shelf, lately)
        server = PreviewServer(host=host, port=port, explain=explain, examples=examples)
        try:
            async with server:
                taken = f" (port {wanted} is taken)" if port != wanted else ""
                print(f"Klyngebot preview: {server.base_url}{taken}", flush=True)
                staff = frozenset({server.world.kari.id})  # so that /announce can be tried as well
                access = Access(server.token, server.base_url, admins=staff, policy=_policy(settings))
                await serve(access, shelf, store, Pace(), lately=lately)
        finally:
            await store.close()


def open_shelf(folder: Path, learn: Learn, examples: Path | None = None) -> Shelf[Version]:
    """The knowledge folder, ready to be asked, and invented events beside it.

    Raises KnowledgeError and LearningError.
    """
    shelf = Shelf(folder, partial(prepare, learn=learn), examples)
    gc.collect()
    # What is there stays: looking through it for garbage takes a tenth of a second each time. A version is a
    # tenth of it and in no cycle, so the old one goes after an edit, and the new one need not be frozen.
    gc.freeze()
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


def _explain(shelf: Shelf[Version], lately: Lately, text: str, _: str) -> Mapping[str, Any]:
    said = lately.latest(text)
    outcome = said.outcome if said else interpret(shelf.current, text, datetime.now(UTC))
    return why(shelf.current, outcome)


def _policy(settings: Settings) -> Policy:
    return Policy(timedelta(days=settings.retention_days), settings.privacy_contact)


def _secret(settings: Settings) -> str:
    return settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
