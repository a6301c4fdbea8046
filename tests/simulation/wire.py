"""The bot's HTTP to the simulated Telegram, with everything that goes wrong on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from faults import Fault, Faults
from small_telegram import Params, Refusal, Telegram

from bot.chat.request import READ_SECONDS, AiohttpRequest, NeverSent, NoAnswer

MESSAGES = ("sendMessage", "sendContact", "sendDocument")


@dataclass(frozen=True)
class Departure:
    """A call about a chat, when it left."""

    run: int  # of the bot
    at: float
    chat: int
    method: str
    text: str


@dataclass(frozen=True)
class Pause:
    """A 429 that the bot has read."""

    run: int
    begins: float
    ends: float
    chat: int


class Network:
    """Everything between any run of the bot and Telegram."""

    def __init__(
        self, telegram: Telegram, faults: Faults, chance: Random, note: Callable[[str], None]
    ) -> None:
        self.telegram, self._faults, self._chance, self._note = telegram, faults, chance, note
        self.departures: list[Departure] = []
        self.pauses: list[Pause] = []
        self.doubts: list[tuple[int, str]] = []  # chat and text of what was done, and no answer was read
        self.flying: dict[int, tuple[int, str]] = {}  # the same while its answer is on its way
        self._count = 0

    async def call(
        self, run: int, method: str, given: Params, may_die: Callable[[str], None]
    ) -> tuple[int, bytes]:
        now = self.telegram.now()
        fault = self._faults.of_call(now)
        chat, text = int(given.get("chat_id", 0)), str(given.get("text", ""))
        poll = method == "getUpdates"
        self._note(f"{run}> {method} {chat or ''} {text[:40]!r} {fault or ''}")
        if chat:
            self.departures.append(Departure(run, now, chat, method, text))
        if fault == "unreachable":
            await asyncio.sleep(0.01)
            raise NeverSent("no connection (simulated)")
        await asyncio.sleep(self._chance.uniform(0.01, 0.1))
        match fault:
            case "silent":
                await asyncio.sleep(READ_SECONDS)
                raise NoAnswer("no answer (simulated)")
            case "failed":
                return 500, _no(Refusal(500, "Internal Server Error"))
            case "busy":
                return await self._busy(run, chat)
        self._count += 1
        flight = self._count
        try:
            done: Any = await self._updates(given) if poll else self.telegram.perform(method, given)
        except Refusal as refusal:
            await asyncio.sleep(0.02)
            return refusal.code, _no(refusal)
        if chat:
            self.flying[flight] = (chat, text)
        may_die(method)
        answer = 200, json.dumps({"ok": True, "result": done}).encode()
        return await self._back(fault, flight, answer)

    async def _back(self, fault: Fault | None, flight: int, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        """The answer's way."""
        slow = self._chance.choice((3.0, 12.0, 40.0)) if fault == "slow" else 0.0
        lost = fault == "lost" or slow > READ_SECONDS
        try:
            await asyncio.sleep(min(slow, READ_SECONDS) or self._chance.uniform(0.01, 0.1))
        finally:  # also where the bot was told to stop meanwhile
            what = self.flying.pop(flight, None)
        if what is not None and (lost or fault == "failed late"):
            self.doubts.append(what)
        if lost:
            raise NoAnswer("no answer (simulated)")
        return answer if fault != "failed late" else (502, _no(Refusal(502, "Bad Gateway")))

    async def _busy(self, run: int, chat: int) -> tuple[int, bytes]:
        wait = self._chance.choice((1, 3, 8))
        await asyncio.sleep(0.02)
        now = self.telegram.now()
        if chat:
            self.pauses.append(Pause(run, now, now + wait, chat))
        return 429, _no(Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait}))

    async def _updates(self, given: Params) -> list[Params]:
        before = self.telegram.confirmed
        found = await self.telegram.updates(given)
        now = self.telegram.now()
        if self._faults.happens(self._faults.repeat, now):
            found = [*before, *found][:100]
        if self._faults.happens(self._faults.shuffle, now):
            found = _shuffled(found, self._chance)
        for each in found:
            self._note(f"< update {each['update_id']} {' '.join(key for key in each if key != 'update_id')}")
        return found


class Wire(AiohttpRequest):
    """One run's HTTP client."""

    def __init__(
        self, call: Callable[[str, Params], Awaitable[tuple[int, bytes]]], connections: int = 64
    ) -> None:
        super().__init__(connections)
        self._call = call

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """Nor to close."""

    async def do_request(
        self, url: str, method: str, request_data: Any = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query)) | (request_data.json_parameters if request_data else {})
        return await self._call(parts.path.rpartition("/")[2], given)


def _no(refusal: Refusal) -> bytes:
    body: Params = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return json.dumps(body).encode()


def _shuffled(updates: list[Params], chance: Random) -> list[Params]:
    """Out of order, but not within a chat."""
    lanes: dict[int, list[Params]] = {}
    for each in updates:
        content = next(value for key, value in each.items() if key != "update_id")
        lanes.setdefault(content["from"]["id"], []).append(each)
    mixed = []
    while lanes:
        chat = chance.choice(sorted(lanes))
        mixed.append(lanes[chat].pop(0))
        if not lanes[chat]:
            del lanes[chat]
    return mixed
