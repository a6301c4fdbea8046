"""Moves everything from one database to another, such as from SQLite to PostgreSQL and back."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Integer, Table, func, select, text

from bot.errors import StoreError
from bot.store.store import connect
from bot.store.tables import meta, metadata

ROWS = 1000  # at a time


def copy(source: str, target: str) -> dict[str, int]:
    """Copy all rows in one transaction; how many of each table. Blocks.

    Neither may be in use. Raises StoreError where one cannot be used, or where the target holds something.
    """
    if source == target:
        raise StoreError("both addresses are those of the same database")
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
