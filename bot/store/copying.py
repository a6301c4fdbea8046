"""Moves everything from one database to another, such as from SQLite to PostgreSQL and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Integer, Table, create_engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.errors import StoreError
from bot.store.lock import sole
from bot.store.membership import LEADER
from bot.store.store import POSTGRESQL, address_of, connect
from bot.store.tables import meta, metadata

ROWS = 1000  # at a time


def copy(source: str, target: str) -> dict[str, int]:
    """Copy all rows in one transaction; how many of each table. Blocks.

    Raises StoreError where one cannot be used or the bot serves it, or where the target holds something.
    """
    if source == target:
        raise StoreError("both addresses are those of the same database")
    with _unserved(source), _unserved(target):
        return _copied(source, target)


def _copied(source: str, target: str) -> dict[str, int]:
    from_, to = connect(source), connect(target)
    try:
        with from_.connect() as reading, to.begin() as writing:
            for table in metadata.sorted_tables:
                if table is meta:  # says when each was made; the older one is right for both
                    writing.execute(table.delete())
                elif writing.execute(select(func.count()).select_from(table)).scalar_one():
                    raise StoreError(
                        f"there is something in the target already (in its table {table.name}); "
                        "data is only copied into a new database"
                    )
            counts = {table.name: _copy(table, reading, writing) for table in metadata.sorted_tables}
            for table in metadata.sorted_tables:
                _count_on(table, writing)
            return counts
    finally:
        from_.dispose()
        to.dispose()


@contextmanager
def _unserved(url: str) -> Iterator[None]:
    """Let no bot lead on a database meanwhile. Raises StoreError where one does."""
    address = address_of(url)
    if address.get_backend_name() == "sqlite":
        with sole(url):
            yield
        return
    with _session(address) as session:
        if not session.execute(select(func.pg_try_advisory_lock(LEADER))).scalar_one():
            raise StoreError(f"the bot is running on the database {address.database}; stop it first")
        yield


@contextmanager
def _session(address: URL) -> Iterator[Connection]:
    try:
        engine = create_engine(
            address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=POSTGRESQL
        )
        session = engine.connect()
    except (ModuleNotFoundError, SQLAlchemyError) as error:
        raise StoreError(f"the database {address.database} cannot be used: {type(error).__name__}") from error
    with session:
        yield session


def _copy(table: Table, reading: Connection, writing: Connection) -> int:
    count = 0
    for rows in _parts(table, reading):
        writing.execute(table.insert(), rows)
        count += len(rows)
    return count


def _parts(table: Table, reading: Connection) -> Iterator[list[dict[str, object]]]:
    found = reading.execution_options(yield_per=ROWS).execute(select(table).order_by(*table.primary_key))
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]


def _count_on(table: Table, writing: Connection) -> None:
    """PostgreSQL counts by itself, and has not noticed the numbers that were copied."""
    key = table.autoincrement_column
    if key is None or writing.dialect.name != "postgresql":
        return
    assert isinstance(key.type, Integer)
    last = writing.execute(select(func.max(key))).scalar_one()
    if last is not None:
        sequence = func.pg_get_serial_sequence(text(f"'{table.name}'"), text(f"'{key.name}'"))
        writing.execute(select(func.setval(sequence, last)))
