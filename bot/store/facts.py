"""Facts about the database itself, by name: when it last lived, how far it has counted."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from bot.store.statements import insert_new, upsert
from bot.store.tables import meta


def note(facts: Mapping[str, str], connection: Connection) -> None:
    """Write facts about this database, each in place of what was written under its name before."""
    upsert(meta, [{"name": name, "value": value} for name, value in facts.items()], connection)


def facts(connection: Connection) -> dict[str, str]:
    """All facts about this database."""
    return {row.name: row.value for row in connection.execute(select(meta))}


def count_up(name: str, connection: Connection) -> int:
    """The next number of this name, from 1."""
    insert_new(meta, [{"name": name, "value": "0"}], connection)
    mine = meta.c.name == name
    before = connection.execute(select(meta.c.value).where(mine).with_for_update()).scalar_one()
    connection.execute(update(meta).where(mine).values(value=str(int(before) + 1)))
    return int(before) + 1


def count_of(name: str, connection: Connection) -> int:
    """The newest number of this name; 0 before the first."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()
    return int(found or 0)
