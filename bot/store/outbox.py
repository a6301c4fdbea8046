"""Units of work on letters: claimed before a request, judged after it, recovered after a crash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Integer, Row, cast, select, update

from bot.announce.audience import Subscription, due_for, minutes_of, wants
from bot.announce.occasion import Occasion
from bot.announce.plan import Plan, rules
from bot.delivery.letter import CANCELLED, REPLACED, Letter, Told, Verdict
from bot.delivery.verdicts import after_crash, before_sending
from bot.store import occasions, subscribers
from bot.store.campaigns import TOLD
from bot.store.tables import campaigns, letters, meta

LOOKED_AT = 500  # letters in one claim; those that may not leave now are put aside
OLD = timedelta(hours=24)  # what should have left before is not sent unless staff say so
SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Start:
    """What a start of the bot found."""

    epoch: int
    in_doubt: int  # letters whose answer nobody will ever see
    paused: int  # tellings too old to go on by themselves


def start(now: datetime, settle: timedelta, connection: Connection) -> Start:
    """Begin a new epoch: nothing is being sent, and what was is in doubt until it has settled."""
    count = select(cast(meta.c.value, Integer)).where(meta.c.name == "epoch")
    epoch = (connection.execute(count).scalar_one_or_none() or 0) + 1
    connection.execute(meta.delete().where(meta.c.name == "epoch"))
    connection.execute(meta.insert().values(name="epoch", value=str(epoch)))
    cut = (letters.c.state == "sending") & (letters.c.epoch < epoch)
    found = select(letters.c.id, letters.c.doubts, letters.c.campaign).where(cut)
    rows = connection.execute(found).all()
    for row in rows:
        state = _as_staff_wish(after_crash(row.doubts), row.campaign, connection)
        given = {"state": state, "due": now + settle, "at": now}
        given |= {"doubts": letters.c.doubts + 1, "reason": "the bot ended while it was being sent"}
        connection.execute(update(letters).where(letters.c.id == row.id).values(given))
    return Start(epoch, len(rows), _pause_old(now, connection))


def claim(
    now: datetime, limit: int, epoch: int, zone: ZoneInfo, connection: Connection
) -> tuple[Letter, ...]:
    """Up to `limit` letters that are due, marked as being sent; they must be sent at once."""
    found: list[Letter] = []
    known: dict[str, Occasion | None] = {}
    looked_at = 0
    for state in ("doubt", "pending"):
        while len(found) < limit and looked_at < LOOKED_AT:
            rows = _due(state, now, limit - len(found), connection)
            if not rows:
                break
            looked_at += len(rows)
            for row in rows:
                if row.occasion not in known:
                    known[row.occasion] = occasions.newest(row.occasion, connection)
                letter = _take(row, known[row.occasion], now, epoch, zone, connection)
                if letter is not None:
                    found.append(letter)
    return tuple(found)


def judge(letter: Letter, verdict: Verdict, now: datetime, connection: Connection) -> None:
    """Write down what became of a letter that was being sent, and what its chat taught us."""
    state = _as_staff_wish(verdict.state, letter.campaign, connection)
    reason = CANCELLED if state == "expired" != verdict.state else verdict.reason
    given: dict[str, Any] = {"state": state, "reason": reason, "at": now}
    if verdict.due is not None:
        given["due"] = verdict.due
    if verdict.message is not None:
        given["message"] = verdict.message
    if verdict.doubted:
        given["doubts"] = letters.c.doubts + 1
    sending = (letters.c.id == letter.id) & (letters.c.state == "sending")
    connection.execute(update(letters).where(sending).values(given))
    if verdict.gone:
        subscribers.block(letter.chat, connection)
    if verdict.moved_to is not None:
        subscribers.migrate(letter.chat, verdict.moved_to, connection)
    if verdict.topic_closed and letter.thread is not None:
        subscribers.leave_topic(letter.chat, letter.thread, connection)


def _as_staff_wish(state: str, campaign: int | None, connection: Connection) -> str:
    """The state of a letter that may leave again, where staff stopped its telling while it was being sent."""
    if state not in ("pending", "doubt") or campaign is None:
        return state
    match connection.execute(select(campaigns.c.state).where(campaigns.c.id == campaign)).scalar_one():
        case "paused":
            return "held"
        case "cancelled":
            return "unknown" if state == "doubt" else "expired"
    return state


def next_due(connection: Connection) -> datetime | None:
    """When the next letter is due; None when none waits."""
    moments: list[datetime] = []
    for state in ("doubt", "pending"):
        found = select(letters.c.due).where(letters.c.state == state).order_by(letters.c.due).limit(1)
        moments += connection.execute(found).scalars().all()
    return min(moments, default=None)


def plan_reminders(subscription: Subscription, now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Make the reminders of everything told so far anew, as a changed subscription wants them.

    News that waits and is not wanted any more is expired; what was asked for by hand stays.
    """
    address = (letters.c.chat == subscription.chat) & (letters.c.thread == (subscription.thread or 0))
    open_ = address & letters.c.state.in_(("pending", "held"))
    planned = letters.c.kind.like("reminder:%") & letters.c.campaign.is_not(None)
    connection.execute(letters.delete().where(open_, planned))
    told = set(
        connection.execute(select(letters.c.occasion).where(address, letters.c.kind.in_(TOLD))).scalars()
    )
    for revision, occasion in occasions.confirmed(connection):
        if occasion.over(now, zone) or occasion.status != "published":
            continue
        wanted = wants(subscription, occasion)
        if occasion.id in told and not wanted:
            news = open_ & letters.c.kind.in_(("new", "text")) & (letters.c.occasion == occasion.id)
            connection.execute(update(letters).where(news).values(state="expired", reason=REPLACED, at=now))
        if wanted:
            plan = Plan(occasion, revision, "new", now)
            campaign = _campaign_of(occasion.id, connection)
            for rule in rules(plan, [(subscription.quiet, subscription.digest)], subscription.leads, zone):
                if rule.kind != "new" and campaign is not None:
                    _add(campaign, plan, subscription, rule.kind, rule.due, connection)


def remind(
    subscription: Subscription, occasion: Occasion, now: datetime, zone: ZoneInfo, connection: Connection
) -> list[datetime]:
    """Remind one chat of one occasion, because somebody asked; when, in order. Empty when it is too late."""
    revision = occasions.keep(occasion, now, connection)
    plan = Plan(occasion, revision, "new", now)
    moments = []
    for rule in rules(plan, [(subscription.quiet, subscription.digest)], subscription.leads, zone):
        if rule.kind != "new":
            _add(None, plan, subscription, rule.kind, rule.due, connection)
            moments.append(rule.due)
    return sorted(moments)


def retime(occasion: Occasion, now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Move the reminders that were asked for by hand to where an occasion's new time puts them."""
    mine = (letters.c.occasion == occasion.id) & letters.c.kind.like("reminder:%")
    asked = mine & letters.c.campaign.is_(None) & (letters.c.state == "pending")
    for row in connection.execute(select(letters).where(asked)).all():
        subscription = subscribers.find(row.chat, row.thread, connection)
        if subscription is None:
            continue
        due = due_for(subscription.quiet, subscription.digest, occasion, row.kind, now, zone)
        given = {"due": due} if due else {"state": "expired", "reason": REPLACED, "at": now}
        connection.execute(update(letters).where(letters.c.id == row.id).values(given))


def _due(state: str, now: datetime, limit: int, connection: Connection) -> list[Row[Any]]:
    due = select(letters).where(letters.c.state == state, letters.c.due <= now)
    return list(connection.execute(due.order_by(letters.c.due, letters.c.id).limit(limit)).all())


def _take(
    row: Row[Any],
    occasion: Occasion | None,
    now: datetime,
    epoch: int,
    zone: ZoneInfo,
    connection: Connection,
) -> Letter | None:
    """The letter, marked as being sent; None when it does not leave now."""
    me = letters.c.id == row.id
    subscription = subscribers.find(row.chat, row.thread, connection)
    assert occasion is not None  # kept before any letter names it
    verdict = before_sending(row.kind, occasion, subscription, now, zone)
    if verdict is None and _newer_reminder(row, now, connection):
        verdict = Verdict("expired", reason=REPLACED)
    if verdict is None and row.kind in ("change", "cancel") and _unsettled(row, connection):
        verdict = Verdict(row.state, due=now + SOON)
    if verdict is not None:
        given = {"state": verdict.state, "due": verdict.due or row.due, "reason": verdict.reason, "at": now}
        connection.execute(update(letters).where(me).values(given))
        return None
    assert subscription is not None  # else there is a verdict
    sending = {"state": "sending", "epoch": epoch, "attempts": row.attempts + 1, "at": now}
    connection.execute(update(letters).where(me).values(sending))
    return Letter(
        id=row.id,
        campaign=row.campaign,
        kind=row.kind,
        chat=row.chat,
        thread=row.thread or None,
        language=subscription.language,
        occasion=occasion,
        attempts=row.attempts + 1,
        doubts=row.doubts,
        told=_told(row, connection) if row.kind == "change" else None,
    )


def _told(row: Row[Any], connection: Connection) -> Told | None:
    """What this chat was told last, and the message to edit."""
    here = (letters.c.occasion == row.occasion) & (letters.c.chat == row.chat)
    here &= (
        (letters.c.thread == row.thread) & letters.c.state.in_(("sent", "unknown")) & (letters.c.id < row.id)
    )
    found = select(letters.c.revision, letters.c.message, letters.c.kind).where(
        here, letters.c.kind.in_(TOLD)
    )
    rows = connection.execute(found.order_by(letters.c.id.desc())).all()
    if not rows:
        return None
    before = occasions.at(row.occasion, rows[0].revision, connection)
    message = next((each.message for each in rows if each.kind != "change" and each.message), None)
    return Told(before, message) if before else None


def _unsettled(row: Row[Any], connection: Connection) -> bool:
    """Whether an earlier letter about the same to the same chat is still on its way."""
    here = (letters.c.chat == row.chat) & (letters.c.thread == row.thread) & (letters.c.id < row.id)
    earlier = here & (letters.c.occasion == row.occasion) & letters.c.state.in_(("sending", "doubt"))
    return connection.execute(select(letters.c.id).where(earlier).limit(1)).first() is not None


def _newer_reminder(row: Row[Any], now: datetime, connection: Connection) -> bool:
    """Whether a later reminder of the same is due as well: after an outage one is enough."""
    if not row.kind.startswith("reminder:"):
        return False
    here = (letters.c.chat == row.chat) & (letters.c.thread == row.thread)
    here &= (letters.c.occasion == row.occasion) & letters.c.kind.like("reminder:%")
    others = select(letters.c.kind).where(here, letters.c.due <= now, letters.c.state == "pending")
    mine = minutes_of(row.kind)
    return any(minutes_of(kind) < mine for kind in connection.execute(others).scalars())


def _add(
    campaign: int | None,
    plan: Plan,
    subscription: Subscription,
    kind: str,
    due: datetime,
    connection: Connection,
) -> None:
    """One letter, unless there is one with its key."""
    key = {
        "occasion": plan.occasion.id,
        "revision": plan.revision,
        "kind": kind,
        "chat": subscription.chat,
        "thread": subscription.thread or 0,
    }
    there = select(letters.c.id).where(*(letters.c[name] == value for name, value in key.items()))
    if connection.execute(there).first() is None:
        blank = {"state": "pending", "attempts": 0, "doubts": 0, "epoch": 0}
        connection.execute(
            letters.insert().values(**key, **blank, campaign=campaign, due=due, at=plan.created)
        )


def _campaign_of(occasion: str, connection: Connection) -> int | None:
    """The telling that reminders of an occasion belong to: the last that was confirmed and not cancelled."""
    mine = (campaigns.c.occasion == occasion) & campaigns.c.state.in_(("running", "paused", "done"))
    found = select(campaigns.c.id).where(mine, campaigns.c.kind != "cancel").order_by(campaigns.c.id.desc())
    return connection.execute(found.limit(1)).scalar_one_or_none()


def _pause_old(now: datetime, connection: Connection) -> int:
    """Hold tellings that should have left a day ago: an outage or a restored copy is no reason to tell."""
    old = (letters.c.state == "pending") & (letters.c.due < now - OLD) & letters.c.kind.not_like("reminder:%")
    found = select(letters.c.campaign).where(old, letters.c.campaign.is_not(None)).distinct()
    stale = list(connection.execute(found).scalars())
    if stale:
        running = campaigns.c.id.in_(stale) & (campaigns.c.state == "running")
        connection.execute(update(campaigns).where(running).values(state="paused", asked=False))
        waiting = letters.c.campaign.in_(stale) & (letters.c.state == "pending")
        connection.execute(update(letters).where(waiting).values(state="held", at=now))
    return len(stale)
