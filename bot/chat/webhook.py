"""The door that Telegram calls, and the one that asks whether we live."""

from __future__ import annotations

import hmac
import json
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError
from telegram import Bot, Update

from bot.chat.polling import is_update, read_update

MAX_BODY = 2**20  # bytes
SEEN = 10_000  # update ids; Telegram repeats what it believes we missed
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105


def site(bot: Bot, accept: Callable[[Update], bool], webhook_url: str | None, secret: str) -> web.Application:
    """`/live`, and with `webhook_url` its path for updates; `accept` tells whether there is room for one."""
    application = web.Application(client_max_size=MAX_BODY)
    application.router.add_get("/live", _live)
    if webhook_url is not None:
        hook = _Hook(bot, accept, secret)
        application.router.add_post(urlsplit(webhook_url).path or "/", hook.on_update)
    return application


async def _live(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")


class _Hook:
    def __init__(self, bot: Bot, accept: Callable[[Update], bool], secret: str) -> None:
        self._bot, self._accept, self._secret = bot, accept, secret.encode()
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def on_update(self, request: web.Request) -> web.Response:
        """Take one update: 200 when it is ours to answer, 503 when it must come again."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not self._secret or not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError, web.RequestPayloadError, ContentEncodingError):
            return web.Response(status=400)
        if not is_update(raw):
            return web.Response(status=400)
        number = raw["update_id"]
        if number in self._seen:
            return web.Response()
        update = read_update(self._bot, raw)
        if update is not None and not self._accept(update):
            return web.Response(status=503, headers={"Retry-After": "5"})
        self._seen[number] = None
        if len(self._seen) > SEEN:
            self._seen.popitem(last=False)
        return web.Response()
