"""Units of work on tellings: proposed, confirmed (letters are made), paused, resumed, cancelled, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    and_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
    values,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.announce.audience import CHOICES
from bot.announce.occasion import Occasion
from bot.announce.plan import Plan, rules
from bot.delivery.letter import CANCELLED, REPLACED
from bot.store import occasions
from bot.store.tables import Moment, audit, campaigns, letters, subscribers

TOLD = ("new", "text", "change")
HEARD = ("sent", "sending", "doubt", "unknown")
NEVER = -1  # stands for no quiet hours or no digest where rules and subscribers are joined


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


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many get it, and when the last of them has it."""

    recipients: int
    finish: datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what, when, and how many chats it concerned."""

    at: datetime
    who: str
    what: str
    campaign: int | None
    about: str
    count: int | None


def propose(occasion: Occasion, kind: str, who: str, now: datetime, connection: Connection) -> int:
    """A telling that waits for staff, instead of others of this occasion that still wait; its id."""
    revision = occasions.keep(occasion, now, connection)
    withdraw(occasion.id, now, connection)
    row = {"occasion": occasion.id, "revision": revision, "kind": kind, "created_by": who, "created": now}
    made = connection.execute(campaigns.insert().values(**row, state="waiting", asked=False))
    number = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
    note(who, "propose", number, occasion.id, None, now, connection)
    return number


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
    ours = letters.c.occasion == found.occasion
    open_ = ours & letters.c.state.in_(("pending", "held"))
    if plan.follows:
        # Reminders follow the new time; of earlier changes only the newest text is worth sending.
        planned = letters.c.kind.like("reminder:%") & letters.c.campaign.is_not(None)
        connection.execute(letters.delete().where(open_, planned))
        stale = open_ & (letters.c.kind == "change")
        connection.execute(update(letters).where(stale).values(state="expired", reason=REPLACED, at=now))
    expand(plan, campaign, zone, connection)
    if plan.kind == "change":
        # Who still waits for the first message gets it with the newest text, and nothing else.
        first = open_ & letters.c.kind.in_(("new", "text"))
        connection.execute(update(letters).where(first).values(revision=found.revision))
    if plan.kind == "cancel":
        early = open_ & letters.c.kind.in_(TOLD)
        connection.execute(update(letters).where(early).values(state="expired", reason=REPLACED, at=now))
    connection.execute(
        update(campaigns).where(campaigns.c.id == campaign).values(state="running", confirmed=now)
    )
    mine = (letters.c.campaign == campaign) & (letters.c.kind == found.kind)
    count = int(connection.execute(select(func.count()).select_from(letters).where(mine)).scalar_one())
    note(who, "confirm", campaign, found.occasion, count, now, connection)
    return count


def expand(plan: Plan, campaign: int | None, zone: ZoneInfo, connection: Connection) -> None:
    """Every letter of the plan in one statement; what is there already stays as it is."""
    chosen = recipients(plan, zone, connection)
    if chosen is None:
        return
    wanted = select(
        literal(campaign, Integer),
        literal(plan.occasion.id, String),
        literal(plan.revision, String),
        *chosen.selected_columns,
        literal("pending", String),
        literal(0, Integer),
        literal(0, Integer),
        literal(0, Integer),
        literal(plan.created, Moment),
    ).select_from(*chosen.get_final_froms())
    wanted = wanted.where(chosen.whereclause) if chosen.whereclause is not None else wanted
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    names = ["campaign", "occasion", "revision", "chat", "thread", "kind", "due"]
    names += ["state", "attempts", "doubts", "epoch", "at"]
    connection.execute(insert(letters).from_select(names, wanted).on_conflict_do_nothing())


def recipients(plan: Plan, zone: ZoneInfo, connection: Connection) -> Select[Any] | None:
    """Chat, thread, kind and due of every letter of the plan, as a query; None when there can be none."""
    of = subscribers.c
    habits = connection.execute(select(of.quiet_from, of.quiet_until, of.digest).distinct()).all()
    leads = {lead for row in connection.execute(select(of.leads).distinct()).scalars() for lead in row}
    pairs = [
        ((begins, ends) if begins is not None and ends is not None else None, digest)
        for begins, ends, digest in habits
    ]
    rows = [
        (
            _minutes(rule.quiet[0] if rule.quiet else None),
            _minutes(rule.digest),
            _minutes(rule.quiet[1] if rule.quiet else None),
            rule.kind,
            rule.due,
            f"%,{rule.lead},%" if rule.lead is not None else "%",
        )
        for rule in rules(plan, pairs, map(int, leads), zone)
    ]
    if not rows:
        return None
    rule = (
        values(
            column("quiet_from", Integer),
            column("digest", Integer),
            column("quiet_until", Integer),
            column("kind", String),
            column("due", Moment),
            column("lead", String),
            name="rules",
        )
        .data(rows)
        .cte("rules")
    )
    fits = and_(
        *(
            func.coalesce(type_coerce(of[name], Integer), NEVER) == rule.c[name]
            for name in ("quiet_from", "quiet_until", "digest")
        ),
        type_coerce(of.leads, String).like(rule.c.lead),
    )
    told = _heard(plan) if plan.follows else _wanted(plan.occasion)
    return (
        select(of.chat, of.thread, rule.c.kind, rule.c.due)
        .select_from(subscribers.join(rule, fits))
        .where(of.paused == "", told)
    )


def estimate(plan: Plan, rate: float, zone: ZoneInfo, connection: Connection) -> Estimate:
    """How many would get it, and when the last of them would have it at `rate` messages a second."""
    chosen = recipients(plan, zone, connection)
    if chosen is None:
        return Estimate(0, plan.created)
    query = chosen.subquery()
    counts = (
        select(query.c.due, func.count())
        .where(query.c.kind == plan.kind)
        .group_by(query.c.due)
        .order_by(query.c.due)
    )
    total, finish = 0, plan.created
    for due, count in connection.execute(counts):
        total += count
        finish = max(finish, due) + timedelta(seconds=count / rate)
    return Estimate(total, finish)


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
    count = _letters(campaign, ("pending", "held"), connection, state="expired", reason=CANCELLED, at=now)
    _letters(campaign, ("doubt",), connection, state="unknown", at=now)
    _note(who, "cancel", campaign, count, now, connection)
    return True


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
    )


def doubtful(campaign: int, connection: Connection) -> list[tuple[int, int | None, str]]:
    """Chat, thread and state of each letter whose answer was lost at least once."""
    mine = (letters.c.campaign == campaign) & (letters.c.doubts > 0)
    rows = connection.execute(select(letters.c.chat, letters.c.thread, letters.c.state).where(mine))
    return [(row.chat, row.thread or None, row.state) for row in rows]


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


def _wanted(occasion: Occasion) -> Any:
    """What `audience.wants` says, in SQL."""
    of = subscribers.c
    text = {each: type_coerce(of[each], String) for each in CHOICES}
    fits = []
    for choice in CHOICES:
        named = getattr(occasion, choice)
        if named:
            some = [text[choice].contains(f",{name},", autoescape=True) for name in named]
            fits.append(or_(text[choice] == "", *some))
    anything = or_(*(each != "" for each in text.values()))
    return or_(of.everything, and_(anything, *fits))


def _heard(plan: Plan) -> Any:
    """Told before; a cancellation also reaches those who wait to be told, instead of the news."""
    states = (*HEARD, "pending", "held") if plan.kind == "cancel" else HEARD
    return exists().where(
        letters.c.occasion == plan.occasion.id,
        letters.c.chat == subscribers.c.chat,
        letters.c.thread == subscribers.c.thread,
        letters.c.kind.in_(TOLD),
        letters.c.state.in_(states),
    )


def _minutes(clock: Any) -> int:
    return NEVER if clock is None else clock.hour * 60 + clock.minute


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
