from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from bot.errors import StoreError
from bot.store.store import Store, _in_our_words
from bot.store.tables import preferences


def add(chat: int, language: str = "nn") -> object:
    def unit(connection: Connection) -> int:
        connection.execute(preferences.insert().values(chat=chat, person=1, language=language))
        return chat

    return unit


def count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM preferences")).scalar_one())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "bot.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{path}")
    yield opened
    await opened.close()


async def test_a_unit_of_work_is_committed_before_its_result_is_known(store: Store, path: Path) -> None:
    assert await store.run(add(5)) == 5

    with sqlite3.connect(path) as other:
        assert other.execute("SELECT chat FROM preferences").fetchall() == [(5,)]


async def test_a_unit_that_fails_leaves_nothing_and_does_not_harm_its_neighbours(store: Store) -> None:
    def broken(connection: Connection) -> None:
        connection.execute(preferences.insert().values(chat=2, person=1, language="nb"))
        raise ValueError("no")

    results = await asyncio.gather(
        store.run(add(1)), store.run(broken), store.run(add(3)), return_exceptions=True
    )

    assert results[0] == 1 and results[2] == 3
    assert isinstance(results[1], ValueError)
    assert await store.run(count) == 2


async def test_a_broken_rule_of_the_database_is_the_units_own_error(store: Store) -> None:
    await store.run(add(1))

    results = await asyncio.gather(store.run(add(1)), store.run(add(2)), return_exceptions=True)

    assert isinstance(results[0], Exception) and results[1] == 2


async def test_waiting_units_share_transactions(store: Store) -> None:
    commits = []
    from sqlalchemy import event

    event.listen(store._engine, "commit", lambda _: commits.append(1))

    await asyncio.gather(*(store.run(add(chat)) for chat in range(200)))

    assert len(commits) < 100
    assert await store.run(count) == 200


async def test_a_unit_whose_caller_went_away_is_still_carried_out(store: Store) -> None:
    task = asyncio.ensure_future(store.run(add(1)))
    await asyncio.sleep(0)
    task.cancel()

    assert await store.run(count) == 1


async def test_what_was_committed_is_there_after_a_restart(store: Store, path: Path) -> None:
    await store.run(add(1))
    await store.close()
    again = Store.open(f"sqlite:///{path}")

    assert await again.run(count) == 1

    await again.close()


async def test_closing_finishes_what_waits_and_twice_is_once(store: Store) -> None:
    waiting = [asyncio.ensure_future(store.run(add(chat))) for chat in range(10)]
    await asyncio.sleep(0)

    await store.close()
    await store.close()

    assert await asyncio.gather(*waiting) == list(range(10))
    with pytest.raises(StoreError, match="closed"):
        await store.run(count)


async def test_sqlite_is_set_up_to_lose_nothing(store: Store) -> None:
    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        return [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]

    assert await store.run(pragmas) == ["wal", 2, 1, 5000, 1]


@pytest.mark.parametrize("rewrite", [False, True])
async def test_the_write_ahead_log_is_emptied_while_others_go_on(
    store: Store, path: Path, rewrite: bool
) -> None:
    log = path.with_name(f"{path.name}-wal")
    await store.run(add(1))
    assert log.stat().st_size > 0

    done, *_ = await asyncio.gather(store.scrub(rewrite=rewrite), *map(store.run, map(add, range(2, 9))))

    assert done
    assert await store.scrub() and log.stat().st_size == 0
    assert await store.run(count) == 8


async def test_a_log_that_somebody_reads_is_not_emptied_and_nobody_waits_long(
    store: Store, path: Path
) -> None:
    await store.run(add(1))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM preferences").fetchall()
    await store.run(add(2))

    assert not await store.scrub()

    reader.close()
    assert await store.scrub()


def test_an_error_of_the_database_tells_no_values() -> None:
    error = IntegrityError("INSERT", {}, Exception("duplicate key\nDETAIL: Key (chat)=(5) exists"))

    assert str(_in_our_words(error)) == "duplicate key"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("nonsense", "not the address of a database"),
        ("oracle9://x", "not the address of a database"),
        ("sqlite:////proc/nowhere/bot.sqlite3", "cannot be made"),
        ("mysql://x/y", "is not installed"),
    ],
)
def test_a_database_that_cannot_be_is_told_in_one_line(url: str, problem: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(url)

    assert problem in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    path.write_text("this is a letter to the harbour master" * 100)

    with pytest.raises(StoreError, match="cannot be used: file is not a database"):
        Store.open(f"sqlite:///{path}")


async def test_what_no_database_takes_costs_nobody_who_shared_the_call_their_own(store: Store) -> None:
    def add_all(given: list[object], connection: Connection) -> list[None]:
        for each in given:
            connection.execute(preferences.insert().values(chat=1, person=each, language="nn"))
        return [None] * len(given)

    outcomes = await asyncio.gather(
        *(store.each(add_all, each) for each in (1, {}, 2)), return_exceptions=True
    )

    assert [type(each) for each in outcomes] == [type(None), StoreError, type(None)]
    assert await store.run(count) == 2


async def test_a_new_database_can_be_read_by_its_owner_only(store: Store, path: Path) -> None:
    await store.run(add(1))

    assert {file.stat().st_mode & 0o077 for file in path.parent.glob(f"{path.name}*")} == {0}


def test_the_rights_of_a_database_that_is_there_are_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    path.chmod(0o640)
    asyncio.run(Store.open(f"sqlite:///{path}").close())

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_visitor_makes_no_database(path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database at"):
        Store.open(f"sqlite:///{path}", visiting=True)

    assert not path.exists()
