"""How long things are kept, and how they go. The figures stand in docs/privacy.md as well."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, delete, select, update

from bot.announce.proposals import AT_THE_PROMPT, IN_TELEGRAM
from bot.store import inbox, memory, occasions
from bot.store.questions import forget_questions
from bot.store.store import Store
from bot.store.tables import audit, campaigns, letters

KEEP_LETTERS = timedelta(days=400)  # after a yearly event its next year's announcement still knows of it
KEEP_NAMES = timedelta(days=400)  # who of staff did what
FORGOTTEN = "forgotten"  # in place of who it was
NO_CHAT = 0
FINAL = ("sent", "unknown", "dead", "expired")


def purge(now: datetime, keep_asked: timedelta, zone: ZoneInfo, connection: Connection) -> None:
    """Delete everything whose time is over; `keep_asked` is how long questions are kept, 0: not at all."""
    memory.forget_old(now, connection)
    inbox.forget_numbers(now, connection)
    days = keep_asked if keep_asked else timedelta(days=-1)
    forget_questions((now - days).date(), connection)
    _forget_letters(now, zone, connection)
    connection.execute(delete(audit).where(audit.c.at < now - KEEP_NAMES))
    by = campaigns.c.created_by
    person = by.startswith(IN_TELEGRAM) | by.startswith(AT_THE_PROMPT)
    named = person & (campaigns.c.created < now - KEEP_NAMES)
    connection.execute(update(campaigns).where(named).values(created_by=FORGOTTEN))


def without_chat(where: ColumnElement[bool], connection: Connection) -> None:
    """Let letters keep what became of them, but not for whom: reports count them and nobody else does."""
    uncounted = letters.c.campaign.is_(None) | letters.c.kind.like("reminder:%")
    connection.execute(delete(letters).where(where, uncounted))
    # The letter's own id in place of a topic keeps its key unlike every other.
    nobody = {"chat": NO_CHAT, "thread": letters.c.id, "message": None}
    connection.execute(update(letters).where(where).values(nobody))


def _forget_letters(now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Old letters lose their chat, unless what they told is still to come and may have to be corrected."""
    old = (letters.c.at < now - KEEP_LETTERS) & letters.c.state.in_(FINAL) & (letters.c.chat != NO_CHAT)
    told = connection.execute(select(letters.c.occasion).where(old).distinct()).scalars().all()
    over = [each for each in told if _is_over(each, now, zone, connection)]
    if over:
        without_chat(old & letters.c.occasion.in_(over), connection)


def _is_over(occasion: str, now: datetime, zone: ZoneInfo, connection: Connection) -> bool:
    """Whether it has ended; a text has no time of its own."""
    found = occasions.newest(occasion, connection)
    return found is None or found.start is None or found.over(now, zone)


class Retention:
    """The above for callers that await."""

    def __init__(self, store: Store, keep_asked: timedelta) -> None:
        self._store, self._keep_asked = store, keep_asked

    async def purge(self, now: datetime, zone: ZoneInfo) -> None:
        """Delete everything whose time is over, from the database's log as well."""
        await self._store.run(partial(purge, now, self._keep_asked, zone))
        await self._store.scrub()
