"""Statements that SQLite and PostgreSQL both have, and SQL as such has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Mapping[str, Any]]


def insert_new(table: Table, rows: Rows, connection: Connection) -> Sequence[Row[Any]]:
    """Insert the rows whose keys are not there yet; those keys."""
    if not rows:
        return ()
    return connection.execute(_insert_new(table, connection.dialect.name), list(rows)).all()


def upsert(table: Table, rows: Rows, connection: Connection) -> None:
    """Insert rows, each with a key of its own, in place of those that have their keys."""
    if not rows:
        return
    connection.execute(_upsert(table, connection.dialect.name), list(rows))


def add_up(table: Table, column: str, rows: Rows, connection: Connection) -> None:
    """Insert rows; where one with the same key is there, `column` is added to it."""
    if not rows:
        return
    connection.execute(_add_up(table, column, connection.dialect.name), list(rows))


def fields_of(value: Any) -> dict[str, Any]:
    """A dataclass's fields by name, as they are: `dataclasses.asdict` copies all that is in them."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


# Making a statement takes as long as executing it for several rows, so each is made once.


@cache
def _insert_new(table: Table, dialect: str) -> Any:
    return _insert(table, dialect).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _upsert(table: Table, dialect: str) -> Any:
    statement = _insert(table, dialect)
    keys = _keys(table)
    given = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=given)


@cache
def _add_up(table: Table, column: str, dialect: str) -> Any:
    statement = _insert(table, dialect)
    sum_ = table.c[column] + statement.excluded[column]
    return statement.on_conflict_do_update(index_elements=_keys(table), set_={column: sum_})


def _keys(table: Table) -> list[str]:
    return [key.name for key in table.primary_key]


def _insert(table: Table, dialect: str) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
