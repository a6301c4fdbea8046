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
from typing import Any

from aiohttp import web
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.chat.arrivals import arrival_of, cost_of, sender_of
from bot.chat.manners import Manners, Verdict
from bot.chat.polling import ALLOWED, Trouble, poll, rejected
from bot.chat.webhook import site
from bot.delivery.arrival import Arrival
from bot.errors import SettingsError

JUDGED = 10_000  # updates of which we remember whether they came too fast

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
            if verdict != "ignore":
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


async def receive(bot: Bot, polling: BaseRequest, intake: Intake, entrance: Entrance) -> None:
    """Take updates until cancelled.

    Raises SettingsError when Telegram rejects the token, or when a webhook cannot be listened for.
    """
    if entrance.webhook_url is not None:
        await _by_webhook(bot, intake, entrance)
    await persist(bot.delete_webhook)
    log.info("@%s is ready, by long polling", bot.username)
    async with AsyncExitStack() as meanwhile:
        await _alive(intake, entrance, meanwhile)
        await poll(bot, polling, intake.take)


async def persist(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call without which nothing goes on, however long that takes.

    Raises SettingsError when Telegram rejects the token.
    """
    trouble = Trouble()
    while True:
        try:
            await call()
        except InvalidToken:
            raise rejected() from None  # PTB's own text shows the token
        except TelegramError as error:
            await asyncio.sleep(trouble.met(error))
        else:
            trouble.over()
            return


async def _by_webhook(bot: Bot, intake: Intake, entrance: Entrance) -> None:
    assert entrance.listen is not None and entrance.webhook_url is not None
    application = site(intake.take, entrance.webhook_url, entrance.secret)
    async with _listening(application, *entrance.listen):
        setting = partial(
            bot.set_webhook, entrance.webhook_url, secret_token=entrance.secret, allowed_updates=ALLOWED
        )
        await persist(setting)
        log.info("@%s is ready, by webhook", bot.username)
        await asyncio.Event().wait()  # until cancelled


async def _alive(intake: Intake, entrance: Entrance, meanwhile: AsyncExitStack) -> None:
    """Answer `/live` where the port is free: polling itself needs none."""
    if entrance.listen is None:
        return
    application = site(intake.take, None, "")
    try:
        await meanwhile.enter_async_context(_listening(application, *entrance.listen))
    except SettingsError as error:
        log.warning("%s; /live is not answered", error)


@asynccontextmanager
async def _listening(application: web.Application, host: str, port: int) -> AsyncIterator[None]:
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
