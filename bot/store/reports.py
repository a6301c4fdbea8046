"""Messages to staff that show how far a telling is, kept so that they go on after a restart."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, select

from bot.store.store import Store
from bot.store.tables import reports


@dataclass(frozen=True, slots=True)
class Report:
    """One message that follows one telling."""

    chat: int
    message: int
    campaign: int
    language: str


class Reports:
    """Each method is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def follow(self, chat: int, message: int, campaign: int, language: str) -> None:
        """Let a message follow this telling, and none it followed before."""

        def unit(connection: Connection) -> None:
            connection.execute(delete(reports).where(_here(chat, message)))
            row = {"chat": chat, "message": message, "campaign": campaign, "language": language}
            connection.execute(reports.insert().values(**row))

        await self._store.run(unit)

    async def followed(self) -> list[Report]:
        """Every message that still follows one."""

        def unit(connection: Connection) -> list[Report]:
            rows = connection.execute(select(reports))
            return [Report(row.chat, row.message, row.campaign, row.language) for row in rows]

        return await self._store.run(unit)

    async def leave(self, chat: int, message: int) -> None:
        """What it says is final."""

        def unit(connection: Connection) -> None:
            connection.execute(delete(reports).where(_here(chat, message)))

        await self._store.run(unit)


def _here(chat: int, message: int) -> ColumnElement[bool]:
    return (reports.c.chat == chat) & (reports.c.message == message)
