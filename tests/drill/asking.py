"""The loopback Bot API with people who ask, by polling or by webhook, until it is confirmed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import Any

import aiohttp
from aiohttp import web
from loopback import Loopback

from bot.preview.params import read_params

CONNECTIONS = 40  # of a webhook, as Telegram has it
AGAIN_SECONDS = 0.2  # until what a webhook did not take comes again


class Asking(Loopback):
    """People who ask; updates are repeated as Telegram repeats them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.waiting: dict[int, dict[str, Any]] = {}  # by number, until the bot has confirmed them
        self._asked = 0
        self._comes = asyncio.Event()
        self._to_hook: asyncio.Queue[int] = asyncio.Queue()
        self._hooks: list[asyncio.Task[None]] = []

    def ask(self, chats: Iterable[int], question: str) -> None:
        """Everybody in `chats` asks one question, now."""
        for chat in chats:
            self._asked += 1
            self.waiting[self._asked] = _update(self._asked, chat, question)
            self._to_hook.put_nowait(self._asked)
        self._comes.set()

    async def __aexit__(self, *_: object) -> None:
        for each in self._hooks:
            each.cancel()
        await asyncio.gather(*self._hooks, return_exceptions=True)
        await super().__aexit__()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        if method == "getupdates":
            return await self._updates(request)
        if method == "getmycommands":
            return web.json_response({"ok": True, "result": []})
        if method == "setwebhook":
            given = (await read_params(request)).values
            self.webhook = str(given["url"])
            if not self._hooks:
                await self._hook(self.webhook, str(given["secret_token"]))
            return web.json_response({"ok": True, "result": True})
        return await super()._call(request)

    async def _updates(self, request: web.Request) -> web.Response:
        """Up to 100 that are not confirmed; asking for later ones confirms those before."""
        given = (await read_params(request)).values
        offset = int(str(given.get("offset") or 0))
        for number in [number for number in self.waiting if number < offset]:
            del self.waiting[number]
        if not self.waiting:
            self._comes.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._comes.wait(), float(str(given.get("timeout") or 0)))
        return web.json_response({"ok": True, "result": list(self.waiting.values())[:100]})

    async def _hook(self, url: str, secret: str) -> None:
        async def deliver(session: aiohttp.ClientSession) -> None:
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            while True:
                number = await self._to_hook.get()
                while number in self.waiting:
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.post(url, json=self.waiting[number], headers=headers) as answer:
                            if answer.status == 200:
                                del self.waiting[number]
                                continue
                    await asyncio.sleep(AGAIN_SECONDS)

        async def all_of_them() -> None:
            async with aiohttp.ClientSession() as session:
                await asyncio.gather(*(deliver(session) for _ in range(CONNECTIONS)))

        self._hooks.append(asyncio.create_task(all_of_them()))


def _update(number: int, chat: int, question: str) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "P", "language_code": "en"}
    where = {"id": chat, "type": "private", "first_name": "P"}
    message = {"message_id": 1, "date": int(time.time()), "chat": where, "from": person, "text": question}
    return {"update_id": number, "message": message}
