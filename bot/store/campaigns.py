"""Units of work on tellings: proposed, confirmed (letters are made), paused, resumed, cancelled, done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, exists, func, select, update

from bot.announce.occasion import NEW_TEXT, Occasion
from bot.announce.plan import ONLY_REMINDERS, Plan
from bot.delivery.letter import CANCELLED, REPLACED
from bot.store import occasions
from bot.store.audit import note
from bot.store.ending import expired
from bot.store.expansion import FIRST, TOLD, about, expand, left_out
from bot.store.tables import campaigns, letters

Kind = Literal["new", "text", "change", "cancel"]


@dataclass(frozen=True, slots=True)
class Campaign:
    """One telling of one occasion."""

    id: int
    occasion: str
    revision: str
    kind: str
    state: str  # waiting, running, paused, cancelled, done
    created_by: str
    created: datetime
    confirmed: datetime | None
    content: Occasion


def propose(occasion: Occasion, kind: str, who: str, now: datetime, connection: Connection) -> int:
    """A telling that waits for staff, instead of others of this occasion that still wait; its id.

    A new text gets its id here, in the transaction that takes it, so that no two have the same.
    """
    if occasion.id == NEW_TEXT:
        last = connection.execute(select(func.coalesce(func.max(campaigns.c.id), 0))).scalar_one()
        occasion = replace(occasion, id=f"{NEW_TEXT}{last + 1}")
    revision = occasions.keep(occasion, now, connection)
    withdraw(occasion.id, now, connection)
    row = {"occasion": occasion.id, "revision": revision, "kind": kind, "created_by": who, "created": now}
    made = connection.execute(campaigns.insert().values(**row, state="waiting", asked=False))
    number = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
    note(who, "propose", number, occasion.id, None, now, connection)
    return number


def revise(campaign: int, occasion: Occasion, now: datetime, connection: Connection) -> None:
    """Let a telling that waits be about another version of its occasion."""
    waiting = (campaigns.c.id == campaign) & (campaigns.c.state == "waiting")
    revision = occasions.keep(occasion, now, connection)
    connection.execute(update(campaigns).where(waiting).values(revision=revision))


def withdraw(occasion: str, now: datetime, connection: Connection) -> None:
    """No telling of this occasion waits any longer."""
    waiting = (campaigns.c.occasion == occasion) & (campaigns.c.state == "waiting")
    connection.execute(update(campaigns).where(waiting).values(state="cancelled", finished=now))


def confirm(campaign: int, who: str, now: datetime, zone: ZoneInfo, connection: Connection) -> int:
    """Make the letters of a telling that waits; how many chats are told. 0 when it does not wait any more."""
    found = get(campaign, connection)
    if found is None or found.state != "waiting":
        return 0
    occasions.confirm(found.occasion, found.revision, now, connection)
    plan = Plan(found.content, found.revision, found.kind, now)
    open_ = about(found.occasion) & letters.c.state.in_(("pending", "held"))
    if plan.follows:
        # Reminders follow the new time; of earlier changes only the newest text is worth sending.
        planned = letters.c.kind.like("reminder:%") & letters.c.campaign.is_not(None)
        connection.execute(letters.delete().where(open_, planned))
        stale = open_ & (letters.c.kind == "change")
        connection.execute(update(letters).where(stale).values(expired(REPLACED, now)))
    expand(plan, campaign, zone, connection)
    if plan.kind == "change":
        # Who subscribed since was told nothing and is only reminded.
        expand(replace(plan, kind=ONLY_REMINDERS), campaign, zone, connection)
        # Who still waits for the first message gets it with the newest text, and nothing else. Who may have
        # it already gets the correction instead of a repetition.
        first = open_ & letters.c.kind.in_(FIRST)
        connection.execute(update(letters).where(first, letters.c.doubts > 0).values(expired(REPLACED, now)))
        connection.execute(
            update(letters).where(first, letters.c.doubts == 0).values(revision=found.revision)
        )
    if plan.kind == "cancel":
        early = open_ & letters.c.kind.in_(TOLD)
        connection.execute(update(letters).where(early).values(expired(REPLACED, now)))
    connection.execute(
        update(campaigns).where(campaigns.c.id == campaign).values(state="running", confirmed=now)
    )
    mine = (letters.c.campaign == campaign) & (letters.c.kind == found.kind)
    count = int(connection.execute(select(func.count()).select_from(letters).where(mine)).scalar_one())
    note(who, "confirm", campaign, found.occasion, count, now, connection)
    return count


def pause(campaign: int, who: str, now: datetime, connection: Connection) -> bool:
    """Hold what has not gone; False when it is not running."""
    if not _move(campaign, ("running",), "paused", connection):
        return False
    count = _letters(campaign, ("pending", "doubt"), connection, state="held", at=now)
    _note(who, "pause", campaign, count, now, connection)
    return True


def resume(campaign: int, who: str, now: datetime, connection: Connection) -> bool:
    """Go on with what is held; False when it is not paused."""
    if not _move(campaign, ("paused",), "running", connection):
        return False
    count = _letters(campaign, ("held",), connection, state="pending", at=now)
    late = (letters.c.campaign == campaign) & (letters.c.state == "pending") & (letters.c.due < now)
    connection.execute(update(letters).where(late).values(due=now))
    _note(who, "resume", campaign, count, now, connection)
    return True


def cancel(campaign: int, who: str, now: datetime, connection: Connection) -> bool:
    """Send no more of it, reminders included; False when it is over already."""
    if not _move(campaign, ("waiting", "running", "paused"), "cancelled", connection, finished=now):
        return False
    count = _letters(campaign, ("pending", "held", "doubt"), connection, **expired(CANCELLED, now))
    _note(who, "cancel", campaign, count, now, connection)
    return True


def stopped(occasion: Occasion, revision: str, connection: Connection) -> Kind | None:
    """What telling the newest version of an occasion again would be, where a telling was stopped on its way.

    It need not be the last: what was told first may be stopped after it was corrected.
    """
    kind = left_out(occasion, revision, connection)
    if kind is not None:
        return cast(Kind, kind)
    confirmed = (campaigns.c.occasion == occasion.id) & campaigns.c.confirmed.is_not(None)
    last = select(campaigns.c.kind, campaigns.c.state).where(confirmed).order_by(campaigns.c.id.desc())
    row = connection.execute(last.limit(1)).first()
    return row.kind if row is not None and row.state == "cancelled" else None


def finish(now: datetime, connection: Connection) -> None:
    """Mark tellings of which nothing is left to send as done."""
    waiting = ("pending", "held", "sending", "doubt")
    left = exists().where(
        letters.c.campaign == campaigns.c.id,
        letters.c.state.in_(waiting),
        letters.c.kind.not_like("reminder:%"),
    )
    over = (campaigns.c.state == "running") & ~left
    connection.execute(update(campaigns).where(over).values(state="done", finished=now))


def get(campaign: int, connection: Connection) -> Campaign | None:
    """A telling and what it tells."""
    found = _campaigns(campaigns.c.id == campaign, connection)
    return found[0] if found else None


def in_states(states: Sequence[str], connection: Connection) -> list[Campaign]:
    """Tellings in these states, the newest first."""
    return _campaigns(campaigns.c.state.in_(states), connection)


def unasked(connection: Connection) -> list[Campaign]:
    """Tellings that wait and that staff have not been asked about."""
    return _campaigns((campaigns.c.state == "waiting") & ~campaigns.c.asked, connection)


def asked(campaign: int, connection: Connection) -> None:
    """Staff have been shown it: they are asked once."""
    connection.execute(update(campaigns).where(campaigns.c.id == campaign).values(asked=True))


def _campaigns(where: Any, connection: Connection) -> list[Campaign]:
    rows = connection.execute(select(campaigns).where(where).order_by(campaigns.c.id.desc())).all()
    found = []
    for row in rows:
        content = occasions.at(row.occasion, row.revision, connection)
        assert content is not None  # written before the campaign
        found.append(
            Campaign(
                row.id,
                row.occasion,
                row.revision,
                row.kind,
                row.state,
                row.created_by,
                row.created,
                row.confirmed,
                content,
            )
        )
    return found


def _move(campaign: int, before: Sequence[str], after: str, connection: Connection, **further: Any) -> bool:
    here = (campaigns.c.id == campaign) & campaigns.c.state.in_(before)
    moved = connection.execute(update(campaigns).where(here).values(state=after, **further))
    return moved.rowcount > 0


def _letters(campaign: int, states: Sequence[str], connection: Connection, **given: Any) -> int:
    here = (letters.c.campaign == campaign) & letters.c.state.in_(states)
    return connection.execute(update(letters).where(here).values(**given)).rowcount


def _note(who: str, what: str, campaign: int, count: int, now: datetime, connection: Connection) -> None:
    about = connection.execute(select(campaigns.c.occasion).where(campaigns.c.id == campaign)).scalar_one()
    note(who, what, campaign, about, count, now, connection)
