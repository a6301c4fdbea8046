"""Units of work on the audit: who did what to announcements, when, and how many chats it concerned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.tables import audit


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what, when, and how many chats it concerned."""

    at: datetime
    who: str
    what: str
    campaign: int | None
    about: str
    count: int | None


def audit_lines(most: int, connection: Connection) -> list[AuditLine]:
    """The newest lines first."""
    of = audit.c
    columns = select(of.at, of.who, of.what, of.campaign, of.about, of["count"])
    rows = connection.execute(columns.order_by(of.id.desc()).limit(most))
    return [AuditLine(row.at, row.who, row.what, row.campaign, row.about, row[5]) for row in rows]


def note(
    who: str,
    what: str,
    campaign: int | None,
    about: str,
    count: int | None,
    now: datetime,
    connection: Connection,
) -> None:
    """One line of the audit."""
    connection.execute(
        audit.insert().values(at=now, who=who, what=what, campaign=campaign, about=about, count=count)
    )
