"""The door that Telegram calls, and those that tell how the bot fares."""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError

from bot.chat.arrivals import is_update
from bot.errors import StoreError
from bot.watch import metrics
from bot.watch.health import Checkup
from bot.watch.once import Once

MAX_BODY = 2**20  # bytes
RETRY_AFTER = "5"  # seconds; Telegram keeps to it
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105

Take = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]

log = logging.getLogger(__name__)


class Hook:
    """The path for updates; what comes before `take` is there must come again."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.path = url, urlsplit(url).path or "/"
        self.take: Take | None = None
        self.secret = secret
        self._once = Once(time.monotonic)

    async def on_update(self, request: web.Request) -> web.Response:
        """Take one update: 200 when it is in safe keeping, 503 when it must come again."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not self.secret or not hmac.compare_digest(given, self.secret.encode()):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError, web.RequestPayloadError, ContentEncodingError):
            return web.Response(status=400)
        if not is_update(raw):
            return web.Response(status=400)
        if self.take is None:
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        try:
            await self.take([raw])
        except StoreError as error:
            if self._once.may_say(str(error)):
                log.error("updates cannot be kept, so they wait at Telegram: %s", error)
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        return web.Response()


def site(checkup: Checkup, hook: Hook | None) -> web.Application:
    """`/live`, `/ready` and `/metrics`, and the hook where there is one."""

    async def live(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        health = await checkup.look()
        line = json.dumps(health.as_json(), ensure_ascii=False) + "\n"
        return web.Response(status=200 if health.ready else 503, text=line, content_type="application/json")

    async def figures(_: web.Request) -> web.Response:
        body = metrics.exposition(await checkup.look())
        return web.Response(body=body, headers={"Content-Type": metrics.CONTENT_TYPE})

    application = web.Application(client_max_size=MAX_BODY)
    application.router.add_get("/live", live)
    application.router.add_get("/ready", ready)
    application.router.add_get("/metrics", figures)
    if hook is not None:
        application.router.add_post(hook.path, hook.on_update)
    return application
