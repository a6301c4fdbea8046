"""What goes wrong with disk, database and shutdown, as processes meet it: said plainly, and nothing lost."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
from pathlib import Path
from time import perf_counter

import pytest
from processes import Start
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.preview import PreviewServer
from bot.store.lock import sole
from bot.store.store import Store
from bot.store.vitality import facts

QUESTION = "When is the harbour open?"
WAITING = 200
STRICT = bool(os.environ.get("DRILL_STRICT"))  # times are asserted only where nothing else runs
MOST_STOPPING = 10.0 if STRICT else 60.0  # seconds; Docker kills after 10, and it takes under 5


def running(server: PreviewServer) -> dict[str, str]:
    return {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.base_url}


def limit(process: int, most: int) -> None:
    """Let a process write no file beyond `most` bytes, as on a disk that is full."""
    _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, hard))


async def test_with_200_updates_waiting_it_stops_in_time_and_answers_them_after_the_next_start(
    server: PreviewServer, start: Start
) -> None:
    world = server.world
    first = await start("run", **running(server))
    await first.says("is ready")
    world.faults.hold("sendMessage", asyncio.Event(), times=10_000)  # Telegram is slow
    people = [world.add_person(f"P{number}", f"p{number}", "en") for number in range(WAITING)]
    for person in people:
        world.say(person, QUESTION)
    await server.delivered()

    before = perf_counter()
    async with asyncio.timeout(MOST_STOPPING):
        assert await first.ends(signal.SIGTERM) == 0
    print(f"stopped after {perf_counter() - before:.1f} s")
    assert not any(world.private(person).from_bot() for person in people)
    world.faults.clear()
    second = await start("run", **running(server))
    await second.says("are gone on with")

    async with asyncio.timeout(120):
        while not all(world.private(person).from_bot() for person in people):
            await server.next_event("sent")
    assert all("harbour is open" in world.private(person).from_bot()[0].text for person in people)
    assert await second.ends(signal.SIGTERM) == 0


async def test_questions_asked_while_the_disk_is_full_are_answered_when_it_is_not(
    server: PreviewServer, start: Start
) -> None:
    bot = await start("run", **running(server))
    await bot.says("is ready")
    limit(bot.pid, 0)
    server.world.say(server.world.kari, QUESTION)
    await bot.says("the database is in trouble: ")
    await bot.says("updates cannot be kept, so they wait at Telegram")

    limit(bot.pid, resource.RLIM_INFINITY)

    answer = (await server.next_event("sent", server.world.kari)).data
    assert answer.text.startswith("The harbour is open")
    assert await bot.ends(signal.SIGTERM) == 0
    assert sum("the database is in trouble" in line for line in bot.lines) == 1
    assert "Traceback" not in "".join(bot.lines)


async def test_a_disk_that_is_full_at_the_start_is_one_plain_line(
    server: PreviewServer, start: Start
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        bot = await start("run", PYTHONDONTWRITEBYTECODE="1", **running(server))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert await bot.ends() == 2
    assert len(bot.lines) == 1 and bot.lines[0].startswith("the database cannot be used: ")


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda content: b"a letter to the harbour master" * 500, "file is not a database"),
        (lambda content: content[:4096] + b"\x00" * 8192 + content[12288:], "malformed"),
        (lambda content: content[: len(content) // 2], "malformed"),
        (lambda content: content[:-4096] + b"\xff" * 4096, "malformed"),
    ],
    ids=["another file", "pages overwritten", "cut off", "last page overwritten"],
)
async def test_a_damaged_database_is_one_plain_line_that_says_what_helps(
    server: PreviewServer, start: Start, tmp_path: Path, damage: object, problem: str
) -> None:
    path = tmp_path / "data" / "klyngebot.sqlite3"
    await Store.open(f"sqlite:///{path}").close()
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))

    bot = await start("run", **running(server))

    assert await bot.ends() == 2
    assert len(bot.lines) == 1
    assert problem in bot.lines[0] and "klyngebot restore FILE" in bot.lines[0]


async def test_a_database_that_another_process_holds_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.store.BUSY_MILLISECONDS", 1)
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    store = Store.open(url)
    other = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match=r"is locked \(another process holds on to it\)"):
        Store.open(url)
    with pytest.raises(StoreError, match="is locked"):
        await store.run(lambda _: None)
    assert store.pulse.trouble is not None

    other.execute("ROLLBACK")
    other.close()
    assert await store.run(lambda _: 5) == 5
    await store.close()


async def test_a_database_that_cannot_be_written_is_one_plain_line(
    server: PreviewServer, start: Start, tmp_path: Path
) -> None:
    await Store.open(f"sqlite:///{tmp_path}/bot.sqlite3").close()
    url = f"sqlite:///file:{tmp_path}/bot.sqlite3?mode=ro&uri=true"  # as on a disk that is mounted read-only

    bot = await start("run", DATABASE_URL=url, **running(server))

    assert await bot.ends() == 2
    assert len(bot.lines) == 1
    assert "readonly database (its file or folder cannot be written)" in bot.lines[0]


def test_a_folder_that_cannot_be_written_is_told() -> None:
    with (
        pytest.raises(StoreError, match=r"bot\.sqlite3\.lock cannot be written"),
        sole("sqlite:////proc/bot.sqlite3"),
    ):
        pass


async def test_a_batch_that_sqlite_undoes_as_a_whole_leaves_nothing_half_done(tmp_path: Path) -> None:
    """Of a full disk SQLite may undo the transaction; what came before in it must not count as written."""
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")

    def write(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('first', '1')")

    def undone(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")
        raise OSError("no space left")

    def late(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('late', '1')")

    results = await asyncio.gather(*map(store.run, (write, undone, late)), return_exceptions=True)

    assert all(isinstance(result, Exception) for result in results)
    assert set(await store.run(facts)) == {"made"}
    await store.close()


async def test_a_disk_with_little_room_takes_nothing_half(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # no page more than there are
        for number in range(10_000):
            connection.exec_driver_sql("INSERT INTO meta VALUES (?, ?)", (f"n{number}", "x" * 80))

    with pytest.raises(StoreError, match="database or disk is full"):
        await store.run(fill)

    assert set(await store.run(facts)) == {"made"}
    assert store.pulse.trouble == "database or disk is full"
    await store.close()
