"""CPU milliseconds that single hostile inputs cost, worst first; what needs more than 50 is marked.

    python tests/bench/hostile.py

Calendars and files are half a megabyte and more, and are read in a thread and one at a time; nobody waits
for them. What people send is at most 4,096 characters.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.announce.feeds import read_feed
from bot.answer.dialogue import Asker, respond, show, suggest
from bot.app import open_shelf
from bot.chat.arrivals import arrival_of
from bot.errors import KlyngebotError
from bot.knowledge.load import load
from bot.knowledge.model import Feed
from bot.learning.cache import default_folder
from bot.learning.learner import Learner

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
LIMIT = 50.0  # milliseconds
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MESSAGE, INLINE, DATA = 4096, 256, 64  # characters, and bytes: Telegram's limits

TEXTS = {
    "one letter": "a",
    "words of the base": "cluster klynge innovation Norway Bergen health leder ",
    "almost words": "clustre klynga inovation Norwey Bregen helth ledr ",
    "questions": "What is a cluster? Hvem leder NCE? ",
    "dates": "12.3. 31 april next week 9999 ",
    "combining marks": "a\u0301\u0323",
    "markup": '</a><a href="x">&lt;',
    "surrogate": "\ud83d",
    "commas": ", . ? ! ",
}
CALENDARS = {
    "every second": "RRULE:FREQ=SECONDLY\n",
    "many exceptions": "".join(
        f"EXDATE:2027{month:02}{day:02}T100000Z\n" for month in range(1, 13) for day in range(1, 29)
    ),
    "a long text": "DESCRIPTION:" + "x" * 500_000 + "\n",
    "many fields": "X-A:1\n" * 20_000,
}
FILES = {
    "nested": "[" * 100_000,
    "many values": "- a\n" * 100_000,
    "a long name": "b" * 4_000_000,
}


def inputs(folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every input by what it is."""
    version = open_shelf(KNOWLEDGE, Learner(default_folder())).current
    asker, zone = Asker(), version.knowledge.zone
    for ordinary in ("What is a cluster?", "Whta is a clustre?", "xyzzy", "events in 3 weeks"):
        respond(version, ordinary, asker, NOW)  # whatever is made once
    for name, piece in TEXTS.items():
        text = (piece * MESSAGE)[:MESSAGE]
        for length in (100, 250, 1000, MESSAGE):
            yield f"question: {name}, {length}", partial(respond, version, text[:length], asker, NOW)
        yield f"inline: {name}", partial(suggest, version, text[:INLINE], asker, NOW)
        yield f"tap: {name}", partial(show, version, text[:DATA], asker, NOW)
        update = {"update_id": 1, "message": {"chat": {"id": 1}, "from": {"id": 1}, "text": text}}
        yield f"update: {name}", partial(arrival_of, update, NOW)
    feed = Feed(url="https://example.org/c.ics")
    for name, lines in CALENDARS.items():
        event = f"BEGIN:VEVENT\nUID:1\nSUMMARY:s\nDTSTART:20270101T100000Z\n{lines}END:VEVENT\n"
        content = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{event}END:VCALENDAR\n".encode()
        yield f"calendar: {name}", partial(read_feed, content, feed, NOW, zone, "en")
    for name, text in FILES.items():
        base = folder / name.replace(" ", "-")
        (base / "answers").mkdir(parents=True)
        (base / "answers" / "a.yaml").write_text(text)
        yield f"file: {name}", partial(load, base)


def cost(call: Callable[[], object]) -> float:
    """Milliseconds of CPU, of the first call: answers are remembered."""
    start = time.thread_time()
    with suppress(KlyngebotError):  # refused, as it should be
        call()
    return 1000 * (time.thread_time() - start)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        costs = sorted(((cost(call), name) for name, call in inputs(Path(folder))), reverse=True)
    for milliseconds, name in costs:
        print(f"{milliseconds:8.1f} {'!' if milliseconds > LIMIT else ' '} {name}")


if __name__ == "__main__":
    main()
