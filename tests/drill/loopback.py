"""A small Bot API on loopback that keeps Telegram's limits and remembers every message."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.preview.params import read_params

TOKEN = "123456:drill"


@dataclass
class Trouble:
    """Shares of calls that go wrong."""

    lost: float = 0.0  # carried out, and the connection breaks
    busy: float = 0.0  # 429
    failing: float = 0.0  # 500, not carried out


@dataclass
class Loopback:
    """`scale` multiplies the 30 a second that all chats may get together."""

    scale: float = 1.0
    trouble: Trouble = field(default_factory=Trouble)
    seed: int = 0

    def __post_init__(self) -> None:
        self.texts: dict[int, dict[int, str]] = defaultdict(dict)  # chat -> message -> text
        self.refused: list[float] = []  # when we said 429 because of the limits
        self.taken: list[float] = []  # when each message was sent
        self.troubled: set[int] = set()  # chats of calls that failed or whose answer was lost
        self.gone: set[int] = set()
        self.moved: dict[int, int] = {}
        self.sent = 0
        self.webhook = ""  # the address that is called, if any
        self.changed = asyncio.Event()
        self._chance = random.Random(self.seed)
        self._all: deque[float] = deque(maxlen=round(30 * self.scale))
        self._chats: dict[int, float] = {}
        self._number = 0
        self._server: TestServer | None = None

    async def __aenter__(self) -> Loopback:
        application = web.Application()
        application.router.add_post("/bot{token}/{method}", self._call)
        self._server = TestServer(application)
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        await self._server.close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return str(self._server.make_url("")).rstrip("/")

    async def until(self, count: int) -> None:
        """Wait until `count` messages have been sent."""
        while self.sent < count:
            self.changed.clear()
            await self.changed.wait()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        given = (await read_params(request)).values
        match request.match_info["method"].lower():
            case "getme":
                return _ok({"id": 123456, "is_bot": True, "first_name": "Drill", "username": "drill_bot"})
            case "getwebhookinfo":
                return _ok({"url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0})
            case "sendmessage":
                return self._send(request, int(str(given["chat_id"])), str(given["text"]))
            case "editmessagetext":
                return self._edit(
                    int(str(given["chat_id"])), int(str(given["message_id"])), str(given["text"])
                )
        return _ok(True)

    def _send(self, request: web.Request, chat: int, text: str) -> web.Response:
        if chat in self.gone:
            return _no(403, "Forbidden: bot was blocked by the user")
        if chat in self.moved:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            return _no(400, description, migrate_to_chat_id=self.moved[chat])
        now, chance = time.monotonic(), self._chance.random()
        wait = max(self._chats.get(chat, -math.inf) + 1 - now, self._all_again() - now)
        if wait > 0:
            self.refused.append(now)
            return _busy(math.ceil(wait))
        if chance < self.trouble.busy:
            return _busy(1)
        if chance < self.trouble.busy + self.trouble.failing:
            self.troubled.add(chat)
            return _no(500, "Internal Server Error")
        self._all.append(now)
        self.taken.append(now)
        self._chats[chat] = now
        self._number += 1
        self.sent += 1
        self.texts[chat][self._number] = text
        self.changed.set()
        if chance < self.trouble.busy + self.trouble.failing + self.trouble.lost:
            self.troubled.add(chat)
            assert request.transport is not None
            request.transport.abort()
        return _ok(self._message(chat, self._number, text))

    def _edit(self, chat: int, message: int, text: str) -> web.Response:
        if message not in self.texts[chat]:
            return _no(400, "Bad Request: message to edit not found")
        if self.texts[chat][message] == text:
            return _no(400, "Bad Request: message is not modified")
        self.texts[chat][message] = text
        return _ok(self._message(chat, message, text))

    def _all_again(self) -> float:
        """When the next message may come, as far as all of them together decide."""
        return self._all[0] + 1 if len(self._all) == self._all.maxlen else -math.inf

    def _message(self, chat: int, number: int, text: str) -> dict[str, Any]:
        kind = "private" if chat > 0 else "supergroup"
        return {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": kind},
            "text": text,
        }


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _busy(seconds: int) -> web.Response:
    return _no(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _no(code: int, description: str, **parameters: int) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)
