"""A running bot for tests: the preview's Telegram, a database in a file, a small knowledge folder."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from postgresql import PostgreSQL, binaries
from processes import DOOR, Start
from running import RunningBot, VirtualTime

from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.store.store import connect
from bot.understand.version import Version, prepare


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL; what needs one is skipped, and says so, where none is installed."""
    found = binaries()
    if found is None or not importlib.util.find_spec("psycopg"):
        pytest.skip("PostgreSQL is not installed here")
    server = PostgreSQL.start(found)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated(postgresql: PostgreSQL) -> str:
    """The name of a database with all tables, to copy."""
    url = postgresql.database()
    connect(url).dispose()
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own; each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/bot.sqlite3"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.database(request.getfixturevalue("migrated"))
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def door_shelf() -> Shelf[Version]:
    """The small base that the door's tests ask; nobody changes it."""
    return Shelf(DOOR, prepare)


@pytest.fixture
def door_copy(tmp_path: Path) -> Path:
    """The small base as a folder of the test's own."""
    return Path(shutil.copytree(DOOR, tmp_path / "knowledge"))


@pytest.fixture
def virtual_time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
async def server() -> AsyncIterator[PreviewServer]:
    """Telegram, with Kari (English), Ola (bokmål) and a group."""
    async with PreviewServer() as running:
        yield running


@pytest.fixture
async def bot(
    server: PreviewServer, door_shelf: Shelf[Version], virtual_time: VirtualTime, tmp_path: Path
) -> AsyncIterator[RunningBot]:
    """The whole bot, polling `server`."""
    running = RunningBot(server, door_shelf, tmp_path / "bot.sqlite3", virtual_time)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def staffed(server: PreviewServer, bot: RunningBot, door_copy: Path) -> RunningBot:
    """The bot with Kari as staff, and a knowledge folder of its own."""
    await bot.stop()
    bot.admins = frozenset({server.world.kari.id})
    bot.shelf = Shelf(door_copy, prepare)
    await bot.start()
    return bot


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts `klyngebot` in an empty folder; what still runs at the end is killed."""
    starter = Start(tmp_path)
    yield starter
    for process in starter.processes:
        await process.kill()
