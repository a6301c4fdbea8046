"""How updates come in: by webhook where there is one, else by long polling."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from aiohttp import web
from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.chat.arrivals import arrival_of, cost_of
from bot.chat.link import Link, rejected
from bot.chat.manners import Manners, Verdict
from bot.chat.polling import ALLOWED, poll
from bot.chat.webhook import Hook, site
from bot.delivery.arrival import Arrival, sender_of
from bot.errors import SettingsError
from bot.watch import metrics
from bot.watch.health import Checkup

LOOK_SECONDS = 60.0  # between looks at whether Telegram still calls us

Result = TypeVar("Result")

JUDGED = 10_000  # updates of which we remember whether they came too fast

# what PTB, which takes the form of an answer for granted, raises at another one
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where we listen (host, port), and the address Telegram calls; None for what there is not."""

    listen: tuple[str, int] | None
    webhook_url: str | None = None
    secret: str = field(default="", repr=False)


class Intake:
    """Takes updates from Telegram into the inbox, but not a flood of them from one sender."""

    def __init__(
        self,
        keep: Callable[[Sequence[Arrival]], Awaitable[None]],
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
    ) -> None:
        self._keep, self._clock, self._seconds = keep, clock, seconds
        self._manners = Manners()
        self._judged: OrderedDict[int, Verdict] = OrderedDict()  # what comes again costs nothing

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Commit updates to the inbox. Raises StoreError when they cannot be: they must come again."""
        arrivals = []
        for raw in updates:
            verdict = self._judge(raw)
            if verdict == "ignore":
                metrics.IGNORED.inc()
            else:
                arrivals.append(arrival_of(raw, self._clock(), too_fast=verdict == "warn"))
        if arrivals:
            await self._keep(arrivals)

    def _judge(self, raw: dict[str, Any]) -> Verdict:
        number = raw["update_id"]
        known = self._judged.get(number)
        if known is None:
            known = self._judged[number] = self._manners.judge(sender_of(raw), cost_of(raw), self._seconds())
            if len(self._judged) > JUDGED:
                self._judged.popitem(last=False)
        return known


@asynccontextmanager
async def listening(entrance: Entrance, checkup: Checkup) -> AsyncIterator[Hook | None]:
    """Answer on LISTEN meanwhile; the hook, where updates come by one.

    Raises SettingsError when a webhook cannot be listened for. Polling itself needs no port.
    """
    if entrance.listen is None:
        yield None
        return
    hook = Hook(entrance.webhook_url, entrance.secret) if entrance.webhook_url is not None else None
    async with AsyncExitStack() as meanwhile:
        try:
            await meanwhile.enter_async_context(_serving(site(checkup, hook), *entrance.listen))
        except SettingsError as error:
            if hook is not None:
                raise
            log.warning("%s; /live and /ready are not answered", error)
        yield hook


async def receive(bot: Bot, polling: BaseRequest, intake: Intake, hook: Hook | None, link: Link) -> None:
    """Take updates until cancelled.

    Raises SettingsError when Telegram rejects the token, or another bot was there first.
    """
    link.by = "polling" if hook is None else "webhook"
    try:
        if hook is None:
            await persist(bot.delete_webhook, link)
            log.info("@%s is ready, by long polling", bot.username)
            await poll(bot, polling, intake.take, link)
        else:
            await _by_webhook(bot, intake, hook, link)
    finally:
        link.by = None


async def _by_webhook(bot: Bot, intake: Intake, hook: Hook, link: Link) -> None:
    hook.take = intake.take
    setting = partial(bot.set_webhook, hook.url, secret_token=hook.secret, allowed_updates=ALLOWED)
    await persist(setting, link)
    log.info("@%s is ready, by webhook", bot.username)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await _look_at_webhook(bot, hook, link)


async def persist(
    call: Callable[[], Awaitable[Result]],
    link: Link,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    well: Callable[[Result], bool] = lambda _: True,
) -> Result:
    """Make a call without which nothing goes on, however long that takes; what it gives.

    All is well again only where `well` says so of that. Raises SettingsError when Telegram rejects the token.
    """
    while True:
        try:
            result = await call()
        except InvalidToken:
            raise rejected() from None  # PTB's own text shows the token
        except TelegramError as error:
            await sleep(link.met(error))
        except UNREADABLE:
            await sleep(link.met(TelegramError("its answer cannot be read")))
        else:
            if well(result):
                link.over()
            return result


async def _look_at_webhook(bot: Bot, hook: Hook, link: Link) -> None:
    """Ask Telegram whether it still calls us; only so is a revoked token noticed while nobody writes."""

    def ours(info: WebhookInfo) -> bool:
        return info.url.rstrip("/") == hook.url

    if not ours(await persist(bot.get_webhook_info, link, well=ours)):
        link.wrong("Telegram calls another address than WEBHOOK_URL; another bot may have this token")


@asynccontextmanager
async def _serving(application: web.Application, host: str, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            problem = os.strerror(error.errno) if error.errno else str(error)
            raise SettingsError("LISTEN", f"cannot listen on {host}:{port}: {problem}") from error
        yield
    finally:
        await runner.cleanup()
