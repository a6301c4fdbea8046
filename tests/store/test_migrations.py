from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from postgresql import PostgreSQL
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.store.store import Store
from bot.store.tables import metadata


async def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await store.run(differences) == []
    await store.close()


async def test_a_migrated_database_is_left_as_it_is(tmp_path: Path) -> None:
    for _ in range(2):
        store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
        await store.close()

    with sqlite3.connect(tmp_path / "bot.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


async def test_a_visitor_leaves_an_older_schema_to_the_bot(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    await Store.open(url).close()
    with sqlite3.connect(tmp_path / "bot.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = 'r0005'")
        before = list(database.iterdump())

    with pytest.raises(
        StoreError, match=r"older than this version of the bot \(schema r0005\); start the bot"
    ):
        Store.open(url, visiting=True)

    with sqlite3.connect(tmp_path / "bot.sqlite3") as database:
        assert list(database.iterdump()) == before


async def test_a_visitor_makes_no_tables(postgresql: PostgreSQL) -> None:
    url = postgresql.database()

    with pytest.raises(StoreError, match="there is no database yet"):
        Store.open(url, visiting=True)

    postgresql.drop(url)


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    await Store.open(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = 'r9999'")

    with pytest.raises(StoreError, match="newer than this version of the bot"):
        Store.open(f"sqlite:///{path}")

    with sqlite3.connect(path) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("r9999",)
