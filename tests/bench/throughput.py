"""Updates a CPU second: our durable bot with the shipped base, beside a bare echo bot of python-telegram-bot.

    python tests/bench/throughput.py [--updates 2000]

All poll the same Bot API on loopback, which counts nothing against them; what is compared is the CPU time
of each bot's process between the first update it gets and the last answer it gives. Ours is asked twice:
each question of the regression set once, and as people ask, a few questions often and many seldom (the
second half as often as the first). Of our time it is told how much went into understanding.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
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
NOTE = "understanding"  # file in which our process leaves how long it took
SCALE = 100  # of Telegram's limits, so that none of them is met
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """What a bot needed for so many updates."""

    updates: int
    seconds: float
    cpu: float  # seconds
    memory: float  # MB, after the last answer
    understanding: float = 0.0  # seconds of the CPU's, of ours

    @property
    def a_cpu_second(self) -> float:
        return self.updates / self.cpu

    def __str__(self) -> str:
        each = 1000 * self.cpu / self.updates
        more = f"{each:.2f} ms each, {self.updates / self.seconds:.0f}/s, {self.memory:.0f} MB"
        if self.understanding:
            more += f"; {1000 * self.understanding / self.updates:.2f} ms of them understanding"
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
        understanding = _noted(Path(folder, NOTE))
    await server.close()
    return replace(figures, understanding=understanding)


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
    from bot.app import open_shelf
    from bot.chat import lately
    from bot.chat.pace import Pace
    from bot.learning.cache import default_folder
    from bot.learning.learner import Learner
    from bot.serving import Access, serve
    from bot.store.store import Store

    understand, took = lately.understand, 0.0

    def timed(*given: Any) -> Any:
        nonlocal took
        begun = time.thread_time()
        outcome = understand(*given)
        took += time.thread_time() - begun
        return outcome

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        store = Store.open(f"sqlite:///{folder}/bench.sqlite3")
        shelf = open_shelf(KNOWLEDGE, Learner(default_folder()))
        await serve(Access(TOKEN, url), shelf, store, Pace(scale=SCALE))

    lately.understand = timed
    with suppress(asyncio.CancelledError):
        asyncio.run(run())
    Path(folder, NOTE).write_text(str(took))


def _update(number: int, text: str) -> dict[str, Any]:
    sender = {"id": 10_000 + number, "is_bot": False, "first_name": "P", "language_code": "nb"}
    chat = {"id": 10_000 + number, "type": "private", "first_name": "P"}
    message = {"message_id": 1, "date": 4_000_000_000, "chat": chat, "from": sender, "text": text}
    return {"update_id": number, "message": message}


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _noted(file: Path) -> float:
    return float(file.read_text()) if file.exists() else 0.0


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _questions(count: int) -> Iterator[str]:
    """What people ask, as the regression set has it, over and over."""
    return islice(cycle(each.ask for each in read_questions(KNOWLEDGE / "questions.yaml")), count)


def _as_people_ask(count: int) -> list[str]:
    """The same in another order: of `n` questions the `i`th is asked in proportion to 1 / i (Zipf's law)."""
    chance = random.Random(5)
    asked = [each.ask for each in read_questions(KNOWLEDGE / "questions.yaml")]
    chance.shuffle(asked)
    return chance.choices(asked, [1 / rank for rank in range(1, len(asked) + 1)], k=count)


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
        repeated = _as_people_ask(options.updates)
        different = list(dict.fromkeys(_questions(options.updates)))
        echo_ = asyncio.run(measure("echo", repeated))
        print(f"echo                {echo_}")
        for name, questions in (("all different", different), ("as people ask", repeated)):
            figures = asyncio.run(measure("ours", questions))
            print(
                f"ours, {name} {figures}: {figures.a_cpu_second / echo_.a_cpu_second:.2f} of the echo bot's"
            )


if __name__ == "__main__":
    main()
