"""What the tests of announcements tell, to whom, and how they look at what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.delivery.letter import Verdict
from bot.knowledge.dates import PartialDate
from bot.store import tables as t
from bot.store.announcements import Announcements
from bot.store.store import Store

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)  # noon in Oslo
SETTLE = timedelta(seconds=60)
SEMINAR = Occasion(
    "event:seminar",
    "event",
    {"en": "Seminar"},
    {"en": "About water."},
    PartialDate.parse("2027-01-20T10:00"),
    topics=("water",),
)
LATER = replace(SEMINAR, start=PartialDate.parse("2027-01-20T12:00"))
OFF = replace(SEMINAR, status="cancelled")


def everything(chat: int, thread: int | None = None) -> Subscription:
    return Subscription(chat, thread, "private" if chat > 0 else "group", everything=True, quiet=None)


async def tell(announcements: Announcements, occasion: Occasion, kind: str, now: datetime = NOON) -> int:
    return await announcements.tell(occasion, kind, "staff", now)


async def send_all(
    announcements: Announcements, now: datetime = NOON, epoch: int = 1
) -> list[tuple[int, str]]:
    """Send what is due; (chat, kind) in order."""
    gone: list[tuple[int, str]] = []
    while found := await announcements.claim(now, 10, epoch):
        for letter in found:
            gone.append((letter.chat, letter.kind))
            await announcements.judge(letter, Verdict("sent", message=1000 + letter.id), now)
    return gone


async def states(store: Store) -> dict[tuple[int, str], str]:
    """The state of every letter that is no reminder, by chat and kind (the newest one)."""

    def unit(connection: Connection) -> dict[tuple[int, str], str]:
        rows = connection.execute(select(t.letters).order_by(t.letters.c.id)).all()
        return {(row.chat, row.kind): row.state for row in rows if not row.kind.startswith("reminder")}

    return await store.run(unit)
