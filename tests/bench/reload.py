"""What those who ask feel while a changed knowledge folder is taken into use.

    python tests/bench/reload.py [--edits 3]

Every 20 ms a question of the regression set goes to the bot's own understanding, on an event loop, and the
folder (a copy of the shipped one) is looked at in a thread, as the bot does, first as it is, then with a
phrasing added. A delay is from when a question was due until it was answered.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from bot.answer.dialogue import Asker, respond
from bot.app import open_shelf
from bot.knowledge.load import read_questions
from bot.knowledge.shelf import Reloaded, Shelf
from bot.learning.learner import Learner
from bot.understand.version import Version

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
EACH = 0.02  # seconds
QUIET = 10.0  # seconds
LATE = 50.0  # milliseconds
PHRASING = re.compile(r"^( +)- \w.*\?$", re.MULTILINE)


async def asked(shelf: Shelf[Version], during: Awaitable[object]) -> list[float]:
    """The delays of the questions that come until `during` has ended, in milliseconds."""
    loop, delays = asyncio.get_running_loop(), []
    until = asyncio.ensure_future(during)
    due = loop.time()
    for question in cycle(each.ask for each in read_questions(KNOWLEDGE / "questions.yaml")):
        if until.done():
            break
        due += EACH
        await asyncio.sleep(due - loop.time())  # what is late already waits for nothing
        respond(shelf.current, question, Asker(), datetime.now(UTC))
        delays.append(1000 * (loop.time() - due))
    return delays


def reload(shelf: Shelf[Version], folder: Path) -> float:
    """Add a phrasing and take the folder into use; how many seconds that took."""
    path = min(folder.glob("answers/*.yaml"))
    text = path.read_text("utf-8")
    first = PHRASING.search(text)
    assert first is not None
    line = f"\n{first[1]}- what came to somebody's mind at {time.time():.0f}?"
    path.write_text(text[: first.end()] + line + text[first.end() :], "utf-8")
    begun = time.perf_counter()
    assert shelf.refresh() == Reloaded()
    return time.perf_counter() - begun


def figures(delays: list[float]) -> str:
    ordered = sorted(delays)
    p50, p99 = (ordered[int(share * len(ordered))] for share in (0.5, 0.99))
    late = sum(delay > LATE for delay in delays)
    counted = f"{late} of {len(delays)} over {LATE:.0f}"
    return f"p50 {p50:5.1f}  p99 {p99:5.1f}  worst {ordered[-1]:6.1f} ms, {counted}"


def memory() -> float:
    """MB of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def bench(edits: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(shutil.copytree(KNOWLEDGE, Path(home) / "knowledge"))
        begun = time.perf_counter()
        shelf = open_shelf(folder, Learner(Path(home)))
        print(f"start   {time.perf_counter() - begun:.1f} s, {memory():.0f} MB")
        print(f"quiet   {figures(await asked(shelf, asyncio.sleep(QUIET)))}")
        for _ in range(edits):
            reloading = asyncio.ensure_future(asyncio.to_thread(reload, shelf, folder))
            delays = await asked(shelf, reloading)
            print(f"reload  {figures(delays)}; in use after {reloading.result():.1f} s, {memory():.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--edits", type=int, default=3)
    asyncio.run(bench(parser.parse_args().edits))


if __name__ == "__main__":
    main()
