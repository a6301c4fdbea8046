"""Units of work that count: how far a telling is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.tables import campaigns, letters


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a telling is, without its reminders."""

    state: str
    total: int
    sent: int
    pending: int  # those held by a pause too
    sending: int
    doubt: int  # letters whose answer was lost, whatever became of them since
    expired: int
    dead_by_reason: dict[str, int] = field(default_factory=dict)
    expired_by_reason: dict[str, int] = field(default_factory=dict)
    unknown: int = 0  # of those in doubt: repeated and lost again
    reminders: int = 0  # still to come
    started: datetime | None = None
    finished: datetime | None = None
    waits: tuple[tuple[datetime, int], ...] = ()  # when how many are due that were not tried yet, in order


def progress(campaign: int, connection: Connection) -> Progress | None:
    """The counts of a telling; None when there is none of this id."""
    found = connection.execute(select(campaigns).where(campaigns.c.id == campaign)).one_or_none()
    if found is None:
        return None
    mine = letters.c.campaign == campaign
    reminder = letters.c.kind.like("reminder:%")
    counts: dict[str, int] = {}
    reasons: dict[str, dict[str, int]] = {"dead": {}, "expired": {}}
    grouped = (
        select(letters.c.state, letters.c.reason, func.count())
        .where(mine, ~reminder)
        .group_by(letters.c.state, letters.c.reason)
    )
    for state, reason, count in connection.execute(grouped):
        counts[state] = counts.get(state, 0) + count
        if state in reasons:
            reasons[state][reason or ""] = count
    doubt = select(func.count()).select_from(letters).where(mine, ~reminder, letters.c.doubts > 0)
    coming = (
        select(func.count())
        .select_from(letters)
        .where(mine, reminder, letters.c.state.in_(("pending", "held", "sending", "doubt")))
    )
    untried = mine & ~reminder & (letters.c.state == "pending") & (letters.c.attempts == 0)
    waits = select(letters.c.due, func.count()).where(untried).group_by(letters.c.due).order_by(letters.c.due)
    return Progress(
        state=found.state,
        total=sum(counts.values()),
        sent=counts.get("sent", 0),
        pending=counts.get("pending", 0) + counts.get("held", 0) + counts.get("doubt", 0),
        sending=counts.get("sending", 0),
        doubt=int(connection.execute(doubt).scalar_one()),
        expired=counts.get("expired", 0),
        dead_by_reason=reasons["dead"],
        expired_by_reason=reasons["expired"],
        unknown=counts.get("unknown", 0),
        reminders=int(connection.execute(coming).scalar_one()),
        started=found.confirmed,
        finished=found.finished,
        waits=tuple((due, count) for due, count in connection.execute(waits)),
    )


def doubtful(campaign: int, connection: Connection) -> list[tuple[int, int | None, str]]:
    """Chat, thread and state of each letter whose answer was lost at least once."""
    mine = (letters.c.campaign == campaign) & (letters.c.doubts > 0)
    rows = connection.execute(select(letters.c.chat, letters.c.thread, letters.c.state).where(mine))
    return [(row.chat, row.thread or None, row.state) for row in rows]
