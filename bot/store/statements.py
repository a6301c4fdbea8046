"""Statements that SQLite and PostgreSQL both have, and SQL as such has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Mapping[str, Any]]


def insert_new(table: Table, rows: Rows, connection: Connection) -> Sequence[Row[Any]]:
    """Insert the rows whose keys are not there yet; those keys."""
    if not rows:
        return ()
    statement = _insert(table, connection).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(statement, list(rows)).all()


def upsert(table: Table, rows: Rows, connection: Connection) -> None:
    """Insert rows, each with a key of its own, in place of those that have their keys."""
    if not rows:
        return
    statement = _insert(table, connection)
    keys = [column.name for column in table.primary_key]
    given = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=given), list(rows))


def add_up(table: Table, column: str, rows: Rows, connection: Connection) -> None:
    """Insert rows; where one with the same key is there, `column` is added to it."""
    if not rows:
        return
    statement = _insert(table, connection)
    sum_ = table.c[column] + statement.excluded[column]
    keys = [key.name for key in table.primary_key]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={column: sum_}), list(rows))


def fields_of(value: Any) -> dict[str, Any]:
    """A dataclass's fields by name, as they are: `dataclasses.asdict` copies all that is in them."""
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _insert(table: Table, connection: Connection) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
