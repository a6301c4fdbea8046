"""Answers a second of the whole bot by webhook: one process on SQLite, one and two on PostgreSQL.

    python tests/bench/replicas.py [--questions 3000]

Telegram's pace does not hold anybody up here; what is compared is what machine and database can do.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from aiohttp.test_utils import unused_port

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "drill")]

from asking import Asking  # noqa: E402
from balancer import Balancer  # noqa: E402
from postgresql import PostgreSQL, binaries  # noqa: E402

KNOWLEDGE = HERE.parents[1] / "knowledge"
QUESTION = "What is the difference between Arena and NCE?"
FASTER = 1000.0  # than Telegram allows
WARM = 100  # questions before the clock starts


async def measure(database: str, processes: int, questions: int) -> float:
    """Answers a second."""
    ports = [unused_port() for _ in range(processes)]
    async with Asking(scale=FASTER) as api, Balancer(ports) as balancer:
        api.ask(range(1, questions + WARM + 1), QUESTION)
        running = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, HERE.parent / "drill" / "answering.py", KNOWLEDGE, database, api.url),
                *(str(FASTER), str(port), balancer.url),
            )
            for port in ports
        ]
        await api.until(WARM)
        loop = asyncio.get_running_loop()
        start, before = loop.time(), api.sent
        await api.until(questions + WARM)
        seconds, answered = loop.time() - start, api.sent - before
        for process in running:
            process.terminate()
            await process.wait()
    return answered / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=3000)
    questions = parser.parse_args().questions
    with tempfile.TemporaryDirectory() as folder:
        rate = asyncio.run(measure(f"sqlite:///{folder}/bench.sqlite3", 1, questions))
        print(f"SQLite, one process:      {rate:6.0f} answers/s")
    found = binaries()
    if found is None:
        print("PostgreSQL is not installed here")
        return
    server = PostgreSQL.start(found)
    try:
        for processes, name in ((1, "one process:  "), (2, "two processes:")):
            rate = asyncio.run(measure(server.database(), processes, questions))
            print(f"PostgreSQL, {name} {rate:6.0f} answers/s")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
