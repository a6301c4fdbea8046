"""What is seen of a life: what was under way at an end, what was logged, what others see in the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, select
from virtual import Database

from bot.store.tables import letters, outgoing

Result = TypeVar("Result")


@dataclass(frozen=True)
class End:
    """What was under way when a run of the bot ended, by kill -9 or SIGTERM."""

    owed: list[tuple[int, int]]  # chats and questions whose answers were
    sending: list[int]  # chats whose letters were


def under_way(connection: Connection) -> End:
    owed = connection.execute(select(outgoing.c.chat, outgoing.c.question)).all()
    sending = select(letters.c.chat).where(letters.c.state == "sending")
    return End([(row.chat, row.question) for row in owed], list(connection.execute(sending).scalars()))


class Direct:
    """A store for who visits: each unit of work at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, unit: Callable[[Connection], Result]) -> Result:
        return self._database.look(unit)


class Listener(logging.Handler):
    def __init__(self, logged: list[logging.LogRecord], note: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._logged, self._note = logged, note

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("bot", "asyncio")):
            self._logged.append(record)
            self._note(f"log {record.levelname} {record.getMessage()}")
