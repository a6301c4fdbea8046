"""The loopback Bot API with people who ask, by polling or by webhook, until it is confirmed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import aiohttp
from aiohttp import web
from loopback import Loopback

from bot.preview.params import read_params

CONNECTIONS = 40  # of a webhook, as Telegram has it
AGAIN_SECONDS = 0.2  # until what a webhook did not take comes again


class Asking(Loopback):
    """Everybody in `chats` asks one question; updates are repeated as Telegram repeats them."""

    def ask(self, chats: range, question: str) -> None:
        self.waiting = {number: _update(number, chat, question) for number, chat in enumerate(chats, 1)}
        self._comes = asyncio.Event()
        self._hooks: list[asyncio.Task[None]] = []

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
        if method == "setwebhook" and not self._hooks:
            given = (await read_params(request)).values
            await self._hook(str(given["url"]), str(given["secret_token"]))
        return await super()._call(request)

    async def _updates(self, request: web.Request) -> web.Response:
        """Up to 100 that are not confirmed; asking for later ones confirms those before."""
        given = (await read_params(request)).values
        offset = int(str(given.get("offset") or 0))
        for number in [number for number in self.waiting if number < offset]:
            del self.waiting[number]
        if not self.waiting:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._comes.wait(), float(str(given.get("timeout") or 0)))
        return web.json_response({"ok": True, "result": list(self.waiting.values())[:100]})

    async def _hook(self, url: str, secret: str) -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        for number in self.waiting:
            queue.put_nowait(number)

        async def deliver(session: aiohttp.ClientSession) -> None:
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            while True:
                number = await queue.get()
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
