"""How updates reach the bot: long polling, or a webhook on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.preview.events import Event
from bot.preview.params import Params
from bot.preview.records import Json
from bot.preview.refusals import bad_request, conflict
from bot.preview.world import World

log = logging.getLogger(__name__)

LONGEST_POLL = 50  # seconds, as Telegram's
WEBHOOK_TIMEOUT = 20  # seconds

_TWO_POLLERS = "terminated by other getUpdates request; make sure that only one bot instance is running"

_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass
class Webhook:
    url: str
    secret: str
    max_connections: int
    last_error: str = ""
    last_error_at: int = 0  # Unix time


class Delivery:
    """Hands `world.updates` to whoever fetches them, or posts them to the webhook.

    `retry` is how many seconds pass before a webhook that failed is tried again; it doubles up to a minute.
    """

    def __init__(self, world: World, retry: float) -> None:
        self.world = world
        self.webhook: Webhook | None = None
        self.present = False  # a bot has fetched updates or set a webhook
        self._retry = retry
        self._poll: asyncio.Future[None] | None = None
        self._posting: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._stop_listening = world.events.listen(self._on_event)

    async def close(self) -> None:
        self._stop_listening()
        self._end_poll()
        await self._stop_posting()

    async def get_updates(self, params: Params) -> list[Json]:
        """The oldest waiting updates, or [] after `timeout` seconds; `offset` confirms those before it.

        Raises Refusal 409 when another call takes over or a webhook is set.
        """
        if self.webhook is not None:
            raise conflict(_WEBHOOK_ACTIVE)
        self._end_poll()
        self._allow(params)
        if offset := params.integer("offset"):
            self._confirm(offset)
        self._set_present(True)
        limit = params.integer("limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        wait = min(max(params.integer("timeout"), 0), LONGEST_POLL)
        if not len(self.world.updates) and wait:
            await self._wait_for_update(wait)
        return self.world.updates.waiting(limit)

    async def _wait_for_update(self, seconds: int) -> None:
        poll: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = poll
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await poll
        if self._poll is poll:
            self._poll = None

    def _end_poll(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(_TWO_POLLERS))
        self._poll = None

    async def set_webhook(self, params: Params) -> bool:
        """Post updates to `url` from now on; only addresses on this machine."""
        url, secret = params.text("url"), params.text("secret_token")
        if not url:
            return await self.delete_webhook(params)
        if not _is_loopback(url):
            raise bad_request("bad webhook: IP address is reserved")
        if not re.fullmatch(r"[\w-]{0,256}", secret, re.ASCII):
            raise bad_request("secret token contains unallowed characters")
        await self._stop_posting()
        self._end_poll()
        self._allow(params)
        if params.flag("drop_pending_updates"):
            self.world.updates.drop()
        self.webhook = Webhook(url, secret, params.integer("max_connections", 40))
        self._set_present(True)
        self._wake.set()
        self._posting = asyncio.create_task(self._post_all(self.webhook))
        return True

    async def delete_webhook(self, params: Params) -> bool:
        await self._stop_posting()
        self.webhook = None
        if params.flag("drop_pending_updates"):
            self.world.updates.drop()
        return True

    def webhook_info(self) -> Json:
        hook = self.webhook
        pending = len(self.world.updates)
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": pending,
        }
        if self.world.updates.allowed:
            info["allowed_updates"] = self.world.updates.allowed
        if hook is None:
            return info
        info["max_connections"] = hook.max_connections
        if hook.last_error:
            info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
        return info

    def _allow(self, params: Params) -> None:
        allowed = params.parsed("allowed_updates")
        if isinstance(allowed, list):
            self.world.updates.allowed = [str(kind) for kind in allowed]

    def _confirm(self, offset: int) -> None:
        gone = self.world.updates.confirm(offset)
        if gone is not None:
            self.world.events.emit("confirmed", None, gone)

    def _set_present(self, present: bool) -> None:
        if self.present != present:
            self.present = present
            self.world.events.emit("presence", None, present)

    def _on_event(self, event: Event) -> None:
        if event.kind == "update":
            self._wake.set()
            if self._poll is not None and not self._poll.done():
                self._poll.set_result(None)

    async def _post_all(self, hook: Webhook) -> None:
        """Post one update after another, each again until the bot answers 2xx."""
        wait = self._retry
        timeout = aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                waiting = self.world.updates.waiting(1)
                if not waiting:
                    self._wake.clear()
                    await self._wake.wait()
                elif await self._post(session, hook, waiting[0]):
                    self._confirm(waiting[0]["update_id"] + 1)
                    wait = self._retry
                else:
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, 60)

    async def _post(self, session: aiohttp.ClientSession, hook: Webhook, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            # Telegram checks certificates; on this machine they are self-signed.
            async with session.post(hook.url, json=update, headers=headers, ssl=False) as answer:
                if 200 <= answer.status < 300:
                    return True
                error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = f"Connection failed: {type(failure).__name__}"
        hook.last_error, hook.last_error_at = error, self.world.now()
        self.world.events.emit("webhook_failed", None, error)
        return False

    async def _stop_posting(self) -> None:
        if self._posting is not None:
            self._posting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._posting
        self._posting = None


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False
