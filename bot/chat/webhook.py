"""The door that Telegram calls, and the one that asks whether we live."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError

from bot.chat.arrivals import is_update
from bot.errors import StoreError

MAX_BODY = 2**20  # bytes
RETRY_AFTER = "5"  # seconds; Telegram keeps to it
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105

Take = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]

log = logging.getLogger(__name__)


def site(take: Take, webhook_url: str | None, secret: str) -> web.Application:
    """`/live`, and with `webhook_url` its path for updates, each of which `take` keeps."""
    application = web.Application(client_max_size=MAX_BODY)
    application.router.add_get("/live", _live)
    if webhook_url is not None:
        hook = _Hook(take, secret)
        application.router.add_post(urlsplit(webhook_url).path or "/", hook.on_update)
    return application


async def _live(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")


class _Hook:
    def __init__(self, take: Take, secret: str) -> None:
        self._take, self._secret = take, secret.encode()

    async def on_update(self, request: web.Request) -> web.Response:
        """Take one update: 200 when it is in safe keeping, 503 when it must come again."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not self._secret or not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError, web.RequestPayloadError, ContentEncodingError):
            return web.Response(status=400)
        if not is_update(raw):
            return web.Response(status=400)
        try:
            await self._take([raw])
        except StoreError as error:
            log.error("an update cannot be kept, so it waits at Telegram: %s", error)
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        return web.Response()
