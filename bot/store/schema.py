"""Brings a database to the schema of this version of the bot, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.store.tables import meta

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> frozenset[str]:
    """The schemas that this version of the bot knows."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return frozenset(script.revision for script in scripts)


def newer(schema: str) -> StoreError:
    """A database has a schema that this version of the bot does not know."""
    return StoreError(
        f"the database is newer than this version of the bot (schema {schema}); "
        "update the bot or restore an older copy of the database"
    )


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction.

    Raises StoreError when the database was made by a newer version of the bot.
    """
    config = _config()
    config.attributes["connection"] = connection
    _current(connection)
    command.upgrade(config, "head")


def accept(connection: Connection) -> None:
    """Make sure that the schema is that of this version of the bot, and change nothing.

    Raises StoreError when it is not: another version may be serving the database.
    """
    current = _current(connection)
    if current is None:
        raise StoreError("there is no database yet; the bot makes it when it first runs")
    if current != ScriptDirectory.from_config(_config()).get_current_head():
        raise StoreError(
            f"the database is older than this version of the bot (schema {current}); "
            "start the bot anew, which brings it to its schema"
        )


def examine(connection: Connection) -> None:
    """Make sure that a SQLite file is whole and takes what is written; 0.1 s for 100 MB.

    Raises StoreError when it is damaged, SQLAlchemyError when it cannot be written.
    """
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if found != "ok":
        last = str(found).splitlines()[-1]
        raise StoreError(
            f"the database is malformed ({last}); klyngebot restore FILE puts a backup in its place"
        )
    connection.execute(meta.update().values(value=meta.c.value))


def _current(connection: Connection) -> str | None:
    """The schema a database has; None: it has none yet. Raises StoreError when we do not know it."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in revisions():
        raise newer(current)
    return current


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config
