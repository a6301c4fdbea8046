"""Units of work that make a plan's letters: whom it reaches, as one query over the subscribers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
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
    values,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.announce.audience import CHOICES
from bot.announce.occasion import Occasion
from bot.announce.plan import Plan, rules
from bot.delivery.letter import CANCELLED
from bot.store.tables import Moment, letters, subscribers

FIRST = ("new", "text")
TOLD = (*FIRST, "change")
HEARD = ("sent", "sending", "doubt", "unknown")
NEVER = -1  # stands for no quiet hours or no digest where rules and subscribers are joined


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many get it, and when the last of them has it."""

    recipients: int
    finish: datetime
    later: tuple[tuple[datetime, int], ...] = ()  # when how many are due that do not leave at once


def expand(plan: Plan, campaign: int | None, zone: ZoneInfo, connection: Connection) -> None:
    """Every letter of the plan in one statement; what is there already stays as it is.

    Only what was stopped before it left is taken up again, as part of this telling.
    """
    chosen = recipients(plan, zone, connection)
    if chosen is None:
        return
    wanted = select(
        literal(campaign, Integer),
        literal(plan.revision, String),
        *chosen.selected_columns,
        literal("pending", String),
        literal(0, Integer),
        literal(0, Integer),
        literal(0, Integer),
        literal(plan.created, Moment),
    ).select_from(*chosen.get_final_froms())
    wanted = wanted.where(chosen.whereclause) if chosen.whereclause is not None else wanted
    wanted = wanted.order_by(*(chosen.selected_columns[name] for name in ("due", "chat", "thread")))
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    names = ["campaign", "revision", "occasion", "chat", "thread", "kind", "due"]
    names += ["state", "attempts", "doubts", "epoch", "at"]
    made = insert(letters).from_select(names, wanted)
    anew = {name: made.excluded[name] for name in ("campaign", "state", "due", "at")} | {"reason": None}
    key = ["occasion", "revision", "kind", "chat", "thread"]
    connection.execute(made.on_conflict_do_update(index_elements=key, set_=anew, where=_stopped()))


def recipients(plan: Plan, zone: ZoneInfo, connection: Connection) -> Select[Any] | None:
    """Occasion, chat, thread, kind and due of every letter of the plan, as a query; None: there is none."""
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
            rule.occasion,
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
            column("occasion", String),
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
    if plan.kind in FIRST:  # what was stopped, and corrected since, is no news to who has it
        told &= (rule.c.kind != plan.kind) | ~_has_or_awaits_news(plan.occasion.id)
    takes: ColumnElement[bool] = of.paused == ""
    if plan.kind == "cancel":  # who stopped all else and asked to be reminded of this waits for it
        takes |= (of.paused == "stopped") & _awaits(plan.occasion)
    return (
        select(rule.c.occasion, of.chat, of.thread, rule.c.kind, rule.c.due)
        .select_from(subscribers.join(rule, fits))
        .where(takes, told, ~_there(plan, rule))
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
    later: list[tuple[datetime, int]] = []
    for due, count in connection.execute(counts):
        if due > plan.created:
            later.append((due, count))
        total += count
        finish = max(finish, due) + timedelta(seconds=count / rate)
    return Estimate(total, finish, tuple(later))


def left_out(occasion: Occasion, revision: str, connection: Connection) -> str | None:
    """What telling this newest version would be to those whose telling was stopped; None: there are none.

    First a change that did not reach all who heard of it, then the news to who never heard of it.
    """
    mine = (letters.c.chat == subscribers.c.chat) & (letters.c.thread == subscribers.c.thread)
    mine &= (letters.c.occasion == occasion.id) & _stopped() & (subscribers.c.paused == "")
    found = select(letters.c.kind).select_from(letters.join(subscribers, mine))
    changed = letters.c.kind.in_(("change", "cancel")) & (letters.c.revision == revision)
    never = letters.c.kind.in_(FIRST) & _wanted(occasion) & ~_has_or_awaits_news(occasion.id)
    wheres = [changed] if occasion.status == "cancelled" else [changed, never]
    for where in wheres:
        kind = connection.execute(found.where(where).limit(1)).scalar_one_or_none()
        if kind is not None:
            return str(kind)
    return None


def about(occasion: str) -> ColumnElement[bool]:
    """Letters about an occasion or one of its times."""
    times = letters.c.occasion.startswith(f"{occasion}@", autoescape=True)
    return (letters.c.occasion == occasion) | times


def _there(plan: Plan, rule: CTE) -> ColumnElement[bool]:
    """Whether the letter has been made, and was not stopped before it left."""
    same = (letters.c.occasion == rule.c.occasion) & (letters.c.kind == rule.c.kind)
    same &= (letters.c.chat == subscribers.c.chat) & (letters.c.thread == subscribers.c.thread)
    return exists().where(same, letters.c.revision == plan.revision, ~_stopped())


def _stopped() -> ColumnElement[bool]:
    """Letters that certainly did not leave, because their telling was stopped."""
    never = (letters.c.state == "expired") & (letters.c.doubts == 0)
    return never & (func.coalesce(letters.c.reason, "") == CANCELLED)


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


def _heard(plan: Plan) -> ColumnElement[bool]:
    """Told before.

    A cancellation also reaches those who wait to be told, instead of the news, and who asked to be reminded.
    """
    here = (letters.c.chat == subscribers.c.chat) & (letters.c.thread == subscribers.c.thread)
    told = (letters.c.occasion == plan.occasion.id) & letters.c.kind.in_(TOLD)
    if plan.kind != "cancel":
        return exists().where(here, told & heard())
    told &= heard() | letters.c.state.in_(("pending", "held"))
    return or_(exists().where(here, told), _awaits(plan.occasion))


def _has_or_awaits_news(occasion: str) -> ColumnElement[bool]:
    """Whether a subscriber has been told of it, in whichever version, or waits to be."""
    told = letters.alias()  # beside the letters that a query may be about
    here = (told.c.chat == subscribers.c.chat) & (told.c.thread == subscribers.c.thread)
    known = heard(told) | told.c.state.in_(("pending", "held"))
    return exists().where(here, told.c.occasion == occasion, told.c.kind.in_(TOLD), known)


def heard(of: FromClause = letters) -> ColumnElement[bool]:
    """Letters that arrived or may have: an answer may be lost long before the letter is paused or refused."""
    return of.c.state.in_(HEARD) | (of.c.doubts > 0)


def _awaits(occasion: Occasion) -> ColumnElement[bool]:
    """Whether a subscriber asked by hand to be reminded of it."""
    here = (letters.c.chat == subscribers.c.chat) & (letters.c.thread == subscribers.c.thread)
    return exists().where(here, about(occasion.id), asked_for())


def asked_for() -> ColumnElement[bool]:
    """Reminders to come that somebody asked for by hand."""
    waiting = letters.c.state.in_(("pending", "held")) & letters.c.campaign.is_(None)
    return waiting & letters.c.kind.like("reminder:%")


def _minutes(clock: Any) -> int:
    return NEVER if clock is None else clock.hour * 60 + clock.minute
