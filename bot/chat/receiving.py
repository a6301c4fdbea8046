"""How updates come in: by webhook where there is one, else by long polling."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web
from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.chat.lanes import Lanes
from bot.chat.polling import ALLOWED, Trouble, poll, rejected
from bot.chat.routes import lane_of
from bot.chat.webhook import site
from bot.errors import SettingsError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where we listen (host, port), and the address Telegram calls; None for what there is not."""

    listen: tuple[str, int] | None
    webhook_url: str | None = None
    secret: str = field(default="", repr=False)


async def receive(bot: Bot, polling: BaseRequest, waiting: Lanes[Update], entrance: Entrance) -> None:
    """Put updates into their lanes until cancelled.

    Raises SettingsError when Telegram rejects the token, or when a webhook cannot be listened for.
    """

    def accept(update: Update) -> bool:
        return waiting.accept(lane_of(update), update)

    if entrance.webhook_url is not None:
        await _by_webhook(bot, lambda update: not waiting.full and accept(update), entrance)
    await persist(bot.delete_webhook)
    log.info("@%s is ready, by long polling", bot.username)
    async with AsyncExitStack() as meanwhile:
        await _alive(bot, entrance, meanwhile)
        await poll(bot, polling, accept, waiting.room)


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


async def _by_webhook(bot: Bot, accept: Callable[[Update], bool], entrance: Entrance) -> None:
    assert entrance.listen is not None and entrance.webhook_url is not None
    application = site(bot, accept, entrance.webhook_url, entrance.secret)
    async with _listening(application, *entrance.listen):
        setting = partial(
            bot.set_webhook, entrance.webhook_url, secret_token=entrance.secret, allowed_updates=ALLOWED
        )
        await persist(setting)
        log.info("@%s is ready, by webhook", bot.username)
        await asyncio.Event().wait()  # until cancelled


async def _alive(bot: Bot, entrance: Entrance, meanwhile: AsyncExitStack) -> None:
    """Answer `/live` where the port is free: polling itself needs none."""
    if entrance.listen is None:
        return
    application = site(bot, lambda _: False, None, "")
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
