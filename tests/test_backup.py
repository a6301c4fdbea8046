"""Backup and restore: taken under load, put back after a power cut, and nothing is told twice."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from processes import Start

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.cli import main
from bot.delivery.letter import RESTORED, Verdict
from bot.errors import StoreError
from bot.knowledge.dates import PartialDate
from bot.preview import PreviewServer
from bot.store.announcements import Announcements
from bot.store.backup import backup, restore
from bot.store.lock import sole
from bot.store.restored import after_restore
from bot.store.store import Store

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 12, 1, 11, tzinfo=UTC)
SEMINAR = Occasion("event:seminar", "event", {"en": "S"}, {"en": "."}, PartialDate.parse("2027-01-20T10:00"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def announcements(database: Path) -> AsyncIterator[Announcements]:
    store = Store.open(f"sqlite:///{database}")
    found = Announcements(store, lambda: OSLO)
    for chat in (1, 2, 3):
        await found.subscribe(Subscription(chat, everything=True, quiet=None), NOW)
    yield found
    await store.close()


def url(database: Path) -> str:
    return f"sqlite:///{database}"


def names(folder: Path, holding: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if holding in path.name)


def files(folder: Path) -> dict[str, bytes]:
    """What the files of a database hold, and copies of it; what SQLite only keeps in memory is left out."""
    return {
        each.name: each.read_bytes()
        for each in folder.iterdir()
        if each.suffix not in (".lock", ".sqlite3-shm")
    }


def renamed(path: Path, name: str) -> None:
    path.rename(path.with_name(name))


def content(path: Path) -> bytes:
    return path.read_bytes()


async def reopened(database: Path, now: datetime) -> tuple[Announcements, Store, int | None]:
    store = Store.open(url(database))
    paused = await store.run(lambda connection: after_restore(now, connection))
    return Announcements(store, lambda: OSLO), store, paused


async def test_a_drill_backup_under_load_power_cut_restore_and_answers_go_on(
    server: PreviewServer, start: Start, tmp_path: Path
) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.base_url}
    bot = await start("run", **settings)
    await bot.says("is ready")
    world = server.world
    for number in range(20):
        world.say((world.kari, world.ola)[number % 2], "When is the harbour open?")
    await server.next_event("sent")

    made = await start("backup copy.sqlite3")
    assert await made.ends() == 0, made.lines
    assert "copy.sqlite3: " in made.lines[0] and "schema r" in made.lines[0]
    refused = await start("restore copy.sqlite3")
    assert await refused.ends() == 2
    assert "already running" in refused.lines[0]
    await bot.kill()
    (tmp_path / "data" / "klyngebot.sqlite3").write_bytes(b"the disk ate it")

    put_back = await start("restore copy.sqlite3")
    assert await put_back.ends() == 0, put_back.lines
    again = await start("run", **settings)
    await again.says("the database was restored from a copy")
    await again.says("is ready")

    world.say(world.kari, "What does mooring a boat cost?")
    async with asyncio.timeout(60):
        while not any(m.text.startswith("A berth") for m in world.private(world.kari).from_bot()):
            await server.next_event("sent", world.kari)


async def test_a_copy_is_whole_while_others_write(database: Path, announcements: Announcements) -> None:
    async def write() -> None:
        for chat in range(10, 200):
            await announcements.subscribe(Subscription(chat, everything=True), NOW)

    writing = asyncio.create_task(write())
    copies = [
        await asyncio.to_thread(backup, url(database), database.with_name(f"{number}.sqlite3"), NOW)
        for number in range(5)
    ]
    await writing

    assert all(3 <= copy.subscribers <= 193 for copy in copies)
    assert [copy.subscribers for copy in copies] == sorted(copy.subscribers for copy in copies)


async def test_a_copy_is_one_file_for_its_owner_and_holds_nothing_that_was_deleted(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    await announcements.subscribe(Subscription(4, language="zz-canary"), NOW)
    with sqlite3.connect(database) as other:
        other.execute("DELETE FROM subscribers WHERE chat = 4")
    other.close()

    backup(url(database), tmp_path / "copy", NOW)

    assert b"zz-canary" not in (tmp_path / "copy").read_bytes()
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert names(tmp_path, "copy") == ["copy"]


async def test_what_was_on_its_way_is_paused_after_a_restore_however_new_it_is(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    number = await announcements.tell(SEMINAR, "new", "staff", NOW)
    await announcements.claim(NOW, 1, 1)  # one is being sent
    backup(url(database), tmp_path / "copy", NOW)
    await announcements._store.close()
    restore(url(database), tmp_path / "copy", NOW)
    soon = NOW + timedelta(minutes=5)

    again, store, paused = await reopened(database, soon)

    assert paused == 1
    found = await again.start(soon, timedelta(0))
    assert await again.claim(soon + timedelta(hours=1), 10, found.epoch) == ()
    assert [state for _, _, state in await again.doubtful(number)] == ["unknown"]
    await again.resume(number, "staff", soon)
    assert len(await again.claim(soon, 10, found.epoch)) == 2
    await store.close()


async def test_reminders_that_were_due_before_the_restore_stay_unsent_and_later_ones_come(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    await announcements.tell(SEMINAR, "new", "staff", NOW)
    for letter in await announcements.claim(NOW, 10, 1):
        await announcements.judge(letter, Verdict("sent", message=1), NOW)
    await announcements.rest(NOW)
    backup(url(database), tmp_path / "copy", NOW)
    await announcements._store.close()
    restore(url(database), tmp_path / "copy", NOW)
    late = datetime(2027, 1, 18, 12, tzinfo=UTC)  # the first reminder went out on the 13th

    again, store, paused = await reopened(database, late)

    assert paused == 0
    assert await again.claim(late, 10, 1) == ()
    with sqlite3.connect(database) as other:
        reasons = {row[0] for row in other.execute("SELECT reason FROM letters WHERE state = 'expired'")}
    other.close()
    assert reasons == {RESTORED}
    assert {each.kind for each in await again.claim(late + timedelta(days=1), 10, 1)} == {"reminder:1440"}
    await store.close()


async def test_a_restored_database_is_one_only_once(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    backup(url(database), tmp_path / "copy", NOW)
    await announcements._store.close()
    restore(url(database), tmp_path / "copy", NOW)

    for wanted in (0, None):
        _, store, paused = await reopened(database, NOW)
        await store.close()
        assert paused == wanted


async def test_the_one_before_is_kept_with_what_its_log_holds(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    backup(url(database), tmp_path / "copy", NOW)
    await announcements.subscribe(Subscription(9, everything=True), NOW)  # only in the write-ahead log

    _, aside = restore(url(database), tmp_path / "copy", NOW)

    assert aside is not None
    with sqlite3.connect(aside) as before, sqlite3.connect(database) as now:
        counts = [each.execute("SELECT count(*) FROM subscribers").fetchone()[0] for each in (before, now)]
    before.close()
    now.close()
    assert counts == [4, 3]


async def test_whatever_was_there_is_kept_however_often_a_copy_is_restored_in_one_second(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    backup(url(database), tmp_path / "copy", NOW)
    await announcements.subscribe(Subscription(9, everything=True), NOW)
    await announcements._store.close()
    (tmp_path / "bot.sqlite3.before-20261201-110000-2-wal").write_text("of another")
    original = content(database)

    asides = [restore(url(database), tmp_path / "copy", NOW)[1] for _ in range(3)]

    assert [each and each.name for each in asides] == [
        f"bot.sqlite3.before-20261201-110000{number}" for number in ("", "-3", "-4")
    ]
    assert asides[0] is not None and content(asides[0]) == original


@pytest.mark.parametrize("sound", [0, 1])  # what reaches the disk: nothing, then the copy but not its name
async def test_where_the_disk_takes_no_copy_everything_stays_as_it_was(
    database: Path,
    announcements: Announcements,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sound: int,
) -> None:
    backup(url(database), tmp_path / "copy", NOW)
    await announcements.subscribe(Subscription(9, everything=True), NOW)  # only in the write-ahead log
    before = files(tmp_path)
    synced: list[Path] = []

    def sync(path: Path) -> None:
        synced.append(path)
        if len(synced) > sound:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.store.backup._sync", sync)

    with pytest.raises(StoreError, match="cannot be put in its place: No space left on device"):
        restore(url(database), tmp_path / "copy", NOW)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        backup(url(database), tmp_path / "another", NOW)

    assert files(tmp_path) == before


async def test_after_a_power_cut_in_the_middle_of_a_restore_no_start_begins_with_nothing(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    backup(url(database), tmp_path / "copy", NOW)
    await announcements._store.close()
    renamed(database, "bot.sqlite3.before-20261201-110000")

    with pytest.raises(StoreError, match=r"bot\.sqlite3\.before-20261201-110000 beside it was one"):
        Store.open(url(database))

    assert names(tmp_path, "bot.sqlite3") == ["bot.sqlite3.before-20261201-110000"]
    _, aside = restore(url(database), tmp_path / "copy", NOW)
    assert aside is None
    _, store, paused = await reopened(database, NOW)
    assert paused == 0
    await store.close()


def command(name: str, *arguments: Path) -> int:
    return main([name, *map(str, arguments)])


async def test_nothing_is_overwritten_and_nothing_unsound_is_restored(
    database: Path,
    announcements: Announcements,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", url(database))
    copy = tmp_path / "copy"
    backup(url(database), copy, NOW)
    await announcements._store.close()
    before = content(database)
    half, text, other, later = (tmp_path / name for name in ("half", "text", "other", "later"))
    half.write_bytes(copy.read_bytes()[: 4096 * 3])
    text.write_text("a letter to the harbour master" * 500)
    with sqlite3.connect(other) as made:
        made.execute("CREATE TABLE harbour (name)")
    made.close()
    later.write_bytes(copy.read_bytes())
    with sqlite3.connect(later) as made:
        made.execute("UPDATE alembic_version SET version_num = 'r9999'")
    made.close()

    assert command("backup", copy) == 2
    assert "no backup is overwritten" in capsys.readouterr().err
    for path, problem in (
        (tmp_path / "nothing", "is no file"),
        (half, "cannot be restored: "),
        (text, "cannot be restored: file is not a database"),
        (other, "it is no database of this bot"),
        (later, "newer than this version of the bot"),
    ):
        assert command("restore", path) == 2
        said = capsys.readouterr().err
        assert problem in said and said.count("\n") == 1
    assert content(database) == before
    assert names(tmp_path, "part") == []


async def test_a_database_that_is_in_use_is_not_replaced(
    database: Path, announcements: Announcements, tmp_path: Path
) -> None:
    backup(url(database), tmp_path / "copy", NOW)

    with (
        sole(url(database)),
        pytest.raises(StoreError, match=rf"already running on .* \(process {os.getpid()}\)"),
    ):
        restore(url(database), tmp_path / "copy", NOW)


def test_there_is_nothing_to_copy_where_there_is_no_database(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url(database))

    assert command("backup", database.with_name("copy")) == 2
    assert "there is no database at" in capsys.readouterr().err
    assert command("backup", database.with_name("nowhere") / "copy") == 2


def test_another_kind_of_database_has_tools_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite://")

    assert command("backup", tmp_path / "copy") == 2
    assert "pg_dump" in capsys.readouterr().err
