"""What others feel of one person's flood: their p99 with and without 1,000 messages a second from one sender.

    python tests/bench/flood.py [--rate 1000] [--rounds 4] [--seconds 6]

The bot (shipped base, durable, by webhook) and the flooder are processes of their own; calm and flooded
rounds take turns, so that both meet the same machine. An answer's time is from the POST of the question to
sendMessage at the Bot API.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from throughput import KNOWLEDGE, SCALE, TOKEN, _cpu, _memory, _ok, _questions, _update

from bot.preview.params import read_params

SECRET = "flood"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
OTHERS = 30  # questions a second, each by somebody else
CONNECTIONS = 8  # of the flooder
FLOODER = 77  # its id; the others' begin at 10,001
TICK = 0.01  # seconds


@dataclass
class Round:
    """What the others met; milliseconds."""

    waited: list[float] = field(default_factory=list)
    missing: int = 0
    flood: int = 0  # messages of the flooder that were taken
    seconds: float = 0.0
    cpu: float = 0.0  # seconds, of the bot
    memory: float = 0.0  # MB, of the bot, at its end

    def add(self, other: Round) -> None:
        self.waited += other.waited
        self.missing += other.missing
        self.flood += other.flood
        self.seconds += other.seconds
        self.cpu += other.cpu
        self.memory = max(self.memory, other.memory)

    def at(self, share: float) -> float:
        return sorted(self.waited)[min(len(self.waited) - 1, int(share * len(self.waited)))]

    def __str__(self) -> str:
        answers = f"p50 {self.at(0.5):6.1f}  p99 {self.at(0.99):6.1f} ms of {len(self.waited)} answers"
        bot = f"bot: {100 * self.cpu / self.seconds:3.0f} % CPU, {self.memory:.0f} MB"
        return f"{answers}, {self.missing} missing; {self.flood / self.seconds:5.0f} a second from one; {bot}"


class Api:
    """The Bot API; notes when answers come."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.answered: dict[int, float] = {}
        self.news = asyncio.Event()
        self.to_flooder = 0

    async def call(self, request: web.Request) -> web.Response:
        match request.match_info["method"].lower():
            case "getme":
                return _ok({"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"})
            case "setwebhook":
                self.ready.set()
            case "sendmessage":
                chat = int(str((await read_params(request)).values["chat_id"]))
                self.answered.setdefault(chat, time.perf_counter())
                self.news.set()
                self.to_flooder += chat == FLOODER
                where = {"id": chat, "type": "private"}
                return _ok({"message_id": 1, "date": 1700000000, "chat": where, "text": "."})
        return _ok(True)

    async def all_of(self, asked: Collection[int]) -> None:
        """Wait until all of these chats have an answer."""
        while not self.answered.keys() >= set(asked):
            self.news.clear()
            await self.news.wait()


async def flood(port: int, rate: int, first: int) -> None:
    """Post until killed, `rate` a second whatever the bot does; print how many were taken every second."""
    body = _update(0, "What is a cluster?")
    for each in ("from", "chat"):
        body["message"][each]["id"] = FLOODER
    numbers, taken, due = count(first), 0, asyncio.Queue[int](maxsize=4 * rate)

    async def connection() -> None:
        nonlocal taken
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            content = json.dumps(body | {"update_id": await due.get()}).encode()
            length = f"{HEADER}: {SECRET}\r\nContent-Length: {len(content)}"
            writer.write(f"POST /hook HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode() + content)
            answer = await reader.readuntil(b"\r\n\r\n")
            taken += answer.startswith(b"HTTP/1.1 200")

    tasks = [asyncio.create_task(connection()) for _ in range(CONNECTIONS)]
    start, sent = time.perf_counter(), 0
    while True:
        await asyncio.sleep(TICK)
        wanted = int((time.perf_counter() - start) * rate)
        for _ in range(wanted - sent):
            with contextlib.suppress(asyncio.QueueFull):
                due.put_nowait(next(numbers))
        sent = wanted
        print(taken, flush=True)
        if any(task.done() for task in tasks):
            raise SystemExit("a connection of the flooder broke")


async def others(api: Api, port: int, seconds: float, people: count[int]) -> Round:
    """Questions at an even pace, each by somebody new."""
    asked: dict[int, float] = {}
    questions = list(_questions(int(seconds * OTHERS)))
    address, headers = f"http://127.0.0.1:{port}/hook", {HEADER: SECRET}
    async with aiohttp.ClientSession(headers=headers) as session, asyncio.TaskGroup() as group:

        async def ask(number: int, text: str) -> None:
            update = _update(number, text)
            asked[update["message"]["chat"]["id"]] = time.perf_counter()
            async with session.post(address, json=update) as answer:
                answer.raise_for_status()

        for text in questions:
            group.create_task(ask(next(people), text))
            await asyncio.sleep(1 / OTHERS)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(api.all_of(asked), 10)
    came = {chat: api.answered[chat] for chat in asked if chat in api.answered}
    return Round([1000 * (came[chat] - asked[chat]) for chat in came], len(asked) - len(came))


async def bench(rate: int, rounds: int, seconds: float) -> None:
    api, port = Api(), unused_port()
    application = web.Application()
    application.router.add_route("*", "/bot{token}/{method}", api.call)
    server = TestServer(application)
    await server.start_server()
    with tempfile.TemporaryDirectory() as folder:
        url = str(server.make_url("")).rstrip("/")
        bot = await _process("bot", "--url", url, "--folder", folder, "--port", str(port))
        try:
            await asyncio.wait_for(api.ready.wait(), 60)
            people = count(1)
            await others(api, port, 3, people)  # everything is loaded and compiled once
            calm, flooded = Round(), Round()
            for number in range(rounds):
                first = 10**9 + number * 10**7
                calm.add(await _round(api, port, bot.pid, 0, seconds, people, first))
                flooded.add(await _round(api, port, bot.pid, rate, seconds, people, first))
        finally:
            bot.terminate()
            await bot.wait()
    await server.close()
    each = 1000 * (flooded.cpu - calm.cpu * flooded.seconds / calm.seconds) / flooded.flood
    print(f"calm    {calm}")
    print(f"flooded {flooded}")
    p50, p99 = (flooded.at(share) - calm.at(share) for share in (0.5, 0.99))
    print(f"p50 moves by {p50:+.1f} ms, p99 by {p99:+.1f} ms")
    print(
        f"a message of the flood costs the bot {each:.2f} ms of CPU; {api.to_flooder} of them were answered"
    )


async def _round(
    api: Api, port: int, pid: int, rate: int, seconds: float, people: count[int], first: int
) -> Round:
    flooder = None
    if rate:
        flooder = await _process("flooder", "--port", str(port), "--rate", str(rate), "--first", str(first))
        assert flooder.stdout is not None
        await flooder.stdout.readline()
    cpu, start = _cpu(pid), time.perf_counter()
    met = await others(api, port, seconds, people)
    met.seconds, met.cpu, met.memory = time.perf_counter() - start, _cpu(pid) - cpu, _memory(pid)
    if flooder is not None:
        flooder.kill()
        printed, _ = await flooder.communicate()
        met.flood = int(printed.decode().split("\n")[-2])
    return met


async def _process(role: str, *more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, Path(__file__), "--role", role, *more, stdout=asyncio.subprocess.PIPE
    )


def serve(url: str, folder: str, port: int) -> None:
    """The whole bot, at a pace that does not hold it up."""
    from bot import app, serving
    from bot.chat.pace import Pace
    from bot.chat.receiving import Entrance
    from bot.learning.cache import default_folder
    from bot.learning.learner import Learner
    from bot.store.store import Store

    async def run() -> None:
        entrance = Entrance(("127.0.0.1", port), f"http://127.0.0.1:{port}/hook", SECRET)
        store = Store.open(f"sqlite:///{folder}/bench.sqlite3")
        access = serving.Access(TOKEN, url, entrance)
        shelf = app.open_shelf(KNOWLEDGE, Learner(default_folder()))
        await serving.serve(access, shelf, store, Pace(scale=SCALE))

    asyncio.run(run())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--role", choices=["bot", "flooder"], help=argparse.SUPPRESS)
    for each in ("--url", "--folder"):
        parser.add_argument(each, help=argparse.SUPPRESS)
    for each in ("--port", "--first"):
        parser.add_argument(each, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role == "bot":
        serve(options.url, options.folder, options.port)
    elif options.role == "flooder":
        asyncio.run(flood(options.port, options.rate, options.first))
    else:
        asyncio.run(bench(options.rate, options.rounds, options.seconds))


if __name__ == "__main__":
    main()
