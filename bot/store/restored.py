"""A database that was put back from a copy repeats nothing that was done since the copy was made."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.delivery.letter import RESTORED
from bot.store.ending import expired
from bot.store.tables import campaigns, inbox, letters, meta, outgoing

OLD_QUESTION = timedelta(minutes=10)  # older ones were answered before the copy was needed


def after_restore(now: datetime, connection: Connection) -> int | None:
    """Hold what a restored database would send; how many announcements are paused. None: it is no such one.

    Announcements on their way wait for staff. Reminders that were due have been sent or are too late, and
    what was being sent is listed as unknown. Nothing happens a second time.
    """
    if connection.execute(delete(meta).where(meta.c.name == "restored")).rowcount == 0:
        return None
    on_their_way = select(campaigns.c.id).where(campaigns.c.state == "running")
    running = list(connection.execute(on_their_way).scalars())
    of_them = letters.c.campaign.in_(running)
    reminder = letters.c.kind.like("reminder:%")
    in_doubt = letters.c.state.in_(("sending", "doubt"))
    overdue = reminder & (letters.c.state == "pending") & (letters.c.due <= now)
    changes = (
        (in_doubt, {"state": "unknown", "reason": RESTORED, "doubts": letters.c.doubts + 1, "at": now}),
        (overdue, expired(RESTORED, now)),
        (of_them & (letters.c.state == "pending"), {"state": "held", "at": now}),
    )
    for which, given in changes:
        connection.execute(update(letters).where(which).values(given))
    paused = update(campaigns).where(campaigns.c.id.in_(running))
    connection.execute(paused.values(state="paused", asked=False))
    for table in (inbox, outgoing):
        connection.execute(delete(table).where(table.c.at < now - OLD_QUESTION))
    return len(running)
