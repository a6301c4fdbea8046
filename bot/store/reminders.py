"""Units of work on reminders: planned with a subscription, made as time goes on, asked for by hand, moved."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from bot.announce.audience import Subscription, due_for, wants
from bot.announce.occasion import Occasion
from bot.announce.plan import ONLY_REMINDERS, Plan, Rule, rules
from bot.announce.recurrence import on_day, upcoming
from bot.delivery.letter import CANCELLED, REPLACED, STOPPED
from bot.store import occasions, subscribers
from bot.store.ending import expired
from bot.store.expansion import TOLD, about, expand
from bot.store.tables import campaigns, letters

AGAIN = {"state": "pending", "reason": None, "attempts": 0}  # of a letter that waits, whatever was before
WAITS = ("pending", "held", "sending", "doubt")


def plan_reminders(subscription: Subscription, now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Make the reminders of everything told so far anew, as a changed subscription wants them.

    News that waits and is not wanted any more is expired; what was asked for by hand stays, and comes back
    with a chat that had stopped or blocked us.
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
            connection.execute(update(letters).where(news).values(expired(REPLACED, now)))
        campaign = _campaign_of(occasion.id, connection)
        if wanted and campaign is not None:
            plan = Plan(occasion, revision, ONLY_REMINDERS, now)
            for rule in rules(plan, [(subscription.quiet, subscription.digest)], subscription.leads, zone):
                _add(campaign, plan, subscription, rule, connection)
    _take_up(subscription, now, zone, connection)


def release(subscription: Subscription, now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Let what waits leave as soon as changed quiet hours and digest allow; nothing leaves later for it."""
    here = (letters.c.chat == subscription.chat) & (letters.c.thread == (subscription.thread or 0))
    waits = here & letters.c.state.in_(("pending", "held")) & (letters.c.due > now)
    waits &= letters.c.attempts == 0  # else it waits for Telegram
    for row in connection.execute(select(letters).where(waits)).all():
        occasion = occasions.newest(row.occasion, connection)
        assert occasion is not None  # kept before any letter names it
        due = due_for(subscription.quiet, subscription.digest, occasion, row.kind, now, zone)
        if due is not None and due < row.due:
            connection.execute(update(letters).where(letters.c.id == row.id).values(due=due))


def plan_coming(now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Make the reminders that come due soon of what repeats, for all who want it now."""
    for revision, occasion in occasions.confirmed(connection):
        campaign = _campaign_of(occasion.id, connection)
        if occasion.rrule and occasion.status == "published" and campaign is not None:
            expand(Plan(occasion, revision, ONLY_REMINDERS, now), campaign, zone, connection)


def remind(
    subscription: Subscription, occasion: Occasion, now: datetime, zone: ZoneInfo, connection: Connection
) -> list[datetime]:
    """Remind one chat of one occasion, because somebody asked; when, in order.

    Empty when it is too late, or they were reminded already.
    """
    revision = occasions.keep(occasion, now, connection)
    plan = Plan(upcoming(occasion, now, zone), revision, ONLY_REMINDERS, now)
    found = rules(plan, [(subscription.quiet, subscription.digest)], subscription.leads, zone)
    return sorted(rule.due for rule in found if _add(None, plan, subscription, rule, connection))


def retime(occasion: Occasion, now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Move the reminders that were asked for by hand to where an occasion's new time puts them."""
    mine = about(occasion.id) & letters.c.kind.like("reminder:%")
    asked = mine & letters.c.campaign.is_(None) & (letters.c.state == "pending")
    for row in connection.execute(select(letters).where(asked)).all():
        subscription = subscribers.find(row.chat, row.thread, connection)
        if subscription is None:
            continue
        day = row.occasion.partition("@")[2]
        meant = on_day(occasion, date.fromisoformat(day)) if day else occasion
        due = due_for(subscription.quiet, subscription.digest, meant, row.kind, now, zone)
        given = {"due": due} if due else expired(REPLACED, now)
        connection.execute(update(letters).where(letters.c.id == row.id).values(given))


def _take_up(subscription: Subscription, now: datetime, zone: ZoneInfo, connection: Connection) -> None:
    """Make what was asked for by hand, and ended when the chat took nothing any more, wait again."""
    here = (letters.c.chat == subscription.chat) & (letters.c.thread == (subscription.thread or 0))
    asked = here & letters.c.campaign.is_(None) & letters.c.kind.like("reminder:%")
    ended = asked & (letters.c.state == "expired") & (letters.c.reason == STOPPED)
    for row in connection.execute(select(letters).where(ended)).all():
        same = here & (letters.c.occasion == row.occasion) & (letters.c.kind == row.kind)
        if connection.execute(select(letters.c.id).where(same, letters.c.state.in_(WAITS)).limit(1)).first():
            continue
        occasion = occasions.newest(row.occasion, connection)
        assert occasion is not None  # kept before any letter names it
        due = due_for(subscription.quiet, subscription.digest, occasion, row.kind, now, zone)
        if due is not None:
            again = {**AGAIN, "due": due, "at": now}
            connection.execute(update(letters).where(letters.c.id == row.id).values(again))


def _add(
    campaign: int | None, plan: Plan, subscription: Subscription, rule: Rule, connection: Connection
) -> bool:
    """See to it that there is one letter with its key; whether it waits.

    One that ended and was never sent, such as when its chat had stopped announcements, waits again; one
    that staff stopped does so only for whoever asks for it by hand.
    """
    key = {
        "occasion": rule.occasion,
        "revision": plan.revision,
        "kind": rule.kind,
        "chat": subscription.chat,
        "thread": subscription.thread or 0,
    }
    mine = [letters.c[name] == value for name, value in key.items()]
    made = {**AGAIN, "campaign": campaign, "due": rule.due, "at": plan.created}
    there = connection.execute(select(letters.c.state, letters.c.reason).where(*mine)).one_or_none()
    if there is None:
        connection.execute(letters.insert().values({**key, **made, "doubts": 0, "epoch": 0}))
        return True
    if there.state == "expired" and (campaign is None or there.reason != CANCELLED):
        connection.execute(update(letters).where(*mine).values(made))
        return True
    return there.state in WAITS


def _campaign_of(occasion: str, connection: Connection) -> int | None:
    """The telling that reminders of an occasion belong to, the last that was confirmed.

    None where that was stopped: its reminders stopped with it, until the occasion is told again.
    """
    told = (campaigns.c.occasion == occasion) & campaigns.c.confirmed.is_not(None)
    last = select(campaigns.c.id, campaigns.c.state).where(told, campaigns.c.kind != "cancel")
    row = connection.execute(last.order_by(campaigns.c.id.desc()).limit(1)).first()
    return row.id if row is not None and row.state != "cancelled" else None
