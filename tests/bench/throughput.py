"""Updates a CPU second: our durable bot with the shipped base, beside a bare echo bot of python-telegram-bot.

    python tests/bench/throughput.py [--updates 2000]

Both poll the same Bot API on loopback, which counts nothing against them; what is compared is the CPU time
of each bot's process between the first update it gets and the last answer it gives.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.knowledge.load import read_questions
from bot.preview.params import read_params

HERE = Path(__file__).parent
KNOWLEDGE = HERE.parents[1] / "knowledge"
TOKEN = "123456:bench"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """What a bot needed for so many updates."""

    updates: int
    seconds: float
    cpu: float  # seconds
    memory: float  # MB, after the last answer

    @property
    def a_cpu_second(self) -> float:
        return self.updates / self.cpu

    def __str__(self) -> str:
        each = 1000 * self.cpu / self.updates
        more = f"{each:.2f} ms each, {self.updates / self.seconds:.0f}/s, {self.memory:.0f} MB"
        return f"{self.a_cpu_second:6.0f} updates/CPU s  ({more})"


class Api:
    """The Bot API as far as both bots call it: gives the questions, takes the answers."""

    def __init__(self, questions: list[str]) -> None:
        self._updates = [_update(number, text) for number, text in enumerate(questions, 1)]
        self._given = self._answered = 0
        self.first, self.last = asyncio.Event(), asyncio.Event()

    async def call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        if method == "getme":
            return _ok({"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"})
        if method == "getupdates":
            return await self._next(request)
        if method == "sendmessage":
            self._answered += 1
            if self._answered == len(self._updates):
                self.last.set()
            chat = {"id": int((await read_params(request)).values["chat_id"]), "type": "private"}
            return _ok({"message_id": self._answered, "date": 1700000000, "chat": chat, "text": "."})
        return _ok(True)

    async def _next(self, request: web.Request) -> web.Response:
        given = (await read_params(request)).values
        offset = int(str(given.get("offset") or 0))
        rest = list(self._updates[max(0, offset - 1) :][:100])
        if not self.first.is_set() and int(str(given.get("timeout") or 0)):
            self.first.set()
        if not rest:
            await asyncio.sleep(0.5)
        return _ok(rest)


async def measure(role: str, questions: list[str]) -> Figures:
    """Run one bot until everything is answered."""
    api = Api(questions)
    application = web.Application(client_max_size=2**24)
    application.router.add_route("*", "/bot{token}/{method}", api.call)
    server = TestServer(application)
    await server.start_server()
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            HERE / "throughput.py",
            "--role",
            role,
            "--url",
            str(server.make_url("")).rstrip("/"),
            "--folder",
            folder,
        )
        try:
            await asyncio.wait_for(api.first.wait(), 60)
            loop = asyncio.get_running_loop()
            cpu, start = _cpu(process.pid), loop.time()
            await asyncio.wait_for(api.last.wait(), 600)
            figures = Figures(
                len(questions), loop.time() - start, _cpu(process.pid) - cpu, _memory(process.pid)
            )
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
    await server.close()
    return figures


def echo(url: str) -> None:
    """The bare bot, with default settings."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    application = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()


def ours(url: str, folder: str) -> None:
    """The whole bot, at a pace that does not hold it up."""
    from bot.app import Access, open_shelf, serve
    from bot.chat.pace import Pace
    from bot.store.store import Store

    async def run() -> None:
        store = Store.open(f"sqlite:///{folder}/bench.sqlite3")
        await serve(Access(TOKEN, url), open_shelf(KNOWLEDGE), store, Pace(scale=10_000))

    asyncio.run(run())


def _update(number: int, text: str) -> dict[str, Any]:
    sender = {"id": 10_000 + number, "is_bot": False, "first_name": "P", "language_code": "nb"}
    chat = {"id": 10_000 + number, "type": "private", "first_name": "P"}
    message = {"message_id": 1, "date": 4_000_000_000, "chat": chat, "from": sender, "text": text}
    return {"update_id": number, "message": message}


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _questions(count: int) -> Iterator[str]:
    """What people ask, as the regression set has it, over and over."""
    return islice(cycle(each.ask for each in read_questions(KNOWLEDGE / "questions.yaml")), count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=2000)
    parser.add_argument("--role", choices=["echo", "ours"], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role == "echo":
        echo(options.url)
    elif options.role == "ours":
        ours(options.url, options.folder)
    else:
        questions = list(_questions(options.updates))
        figures = {role: asyncio.run(measure(role, questions)) for role in ("echo", "ours")}
        for role, each in figures.items():
            print(f"{role:5} {each}")
        print(f"ours / echo: {figures['ours'].a_cpu_second / figures['echo'].a_cpu_second:.2f}")


if __name__ == "__main__":
    main()
