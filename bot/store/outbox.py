"""Units of work on letters: claimed before a request, judged after it, recovered after a crash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select, update

from bot.announce.audience import minutes_of
from bot.announce.occasion import Occasion
from bot.delivery.digest import MOST, TEXTS, merges
from bot.delivery.letter import CANCELLED, REPLACED, Letter, Told, Verdict
from bot.delivery.verdicts import after_crash, before_sending
from bot.store import occasions, subscribers
from bot.store.ending import expired
from bot.store.expansion import TOLD, about, asked_for
from bot.store.facts import count_of, count_up
from bot.store.tables import campaigns, letters

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
    epoch = count_up("epoch", connection)
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
    """Up to `limit` letters that are due, marked as being sent; they must be sent at once.

    None of an epoch that is over: another process sends now.
    """
    found: list[Letter] = []
    if count_of("epoch", connection) > epoch:
        return ()
    looked_at = 0
    for state in ("doubt", "pending"):
        while len(found) < limit and looked_at < LOOKED_AT:
            row = _due(state, now, connection)
            if row is None:
                break
            looked_at += 1
            letter = _take(row, now, epoch, zone, connection)
            if letter is not None:
                found.append(_with_others(letter, state, now, epoch, zone, connection))
    return tuple(found)


def judge(letter: Letter, verdict: Verdict, now: datetime, connection: Connection) -> None:
    """Write down what became of a message that was being sent, and what its chat taught us."""
    for each in letter.together:
        _judge(each, verdict, now, connection)
    if verdict.gone:
        subscribers.block(letter.chat, now, connection)
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


def _judge(letter: Letter, verdict: Verdict, now: datetime, connection: Connection) -> None:
    state = _as_staff_wish(verdict.state, letter.campaign, connection)
    given: dict[str, Any] = {"state": state, "reason": verdict.reason, "at": now}
    if state == "expired" != verdict.state:
        given = expired(CANCELLED, now)
    if verdict.due is not None:
        given["due"] = verdict.due
    if verdict.message is not None:
        given["message"] = verdict.message
    if verdict.doubted:
        given["doubts"] = letters.c.doubts + 1
    sending = (letters.c.id == letter.id) & (letters.c.state == "sending")
    connection.execute(update(letters).where(sending).values(given))


def _with_others(
    letter: Letter, state: str, now: datetime, epoch: int, zone: ZoneInfo, connection: Connection
) -> Letter:
    """The letter with those that leave in the same message, for a chat that wants a digest."""
    if not _merges(letter.kind, letter.occasion, letter.chat, letter.thread, connection):
        return letter
    others: list[Letter] = []
    texts = int(letter.kind == "text")
    here = (letters.c.chat == letter.chat) & (letters.c.thread == (letter.thread or 0))
    due = here & letters.c.kind.in_(("new", "text")) & (letters.c.state == state) & (letters.c.due <= now)
    rows = connection.execute(
        select(letters).where(due).order_by(letters.c.due, letters.c.id).limit(MOST - 1)
    )
    for row in rows.all():
        occasion = occasions.newest(row.occasion, connection)
        fits = occasion is not None and _merges(row.kind, occasion, letter.chat, letter.thread, connection)
        if not fits or (row.kind == "text" and texts == TEXTS):
            continue
        other = _take(row, now, epoch, zone, connection)
        if other is not None:
            others.append(other)
            texts += other.kind == "text"
    # Whoever was in doubt oftener decides, so that nobody is told a third time.
    doubts = max(each.doubts for each in (letter, *others))
    attempts = max(each.attempts for each in (letter, *others))
    return replace(letter, others=tuple(others), doubts=doubts, attempts=attempts)


def _merges(kind: str, occasion: Occasion, chat: int, thread: int | None, connection: Connection) -> bool:
    return kind in ("new", "text") and merges(kind, occasion, subscribers.find(chat, thread, connection))


def _due(state: str, now: datetime, connection: Connection) -> Row[Any] | None:
    due = select(letters).where(letters.c.state == state, letters.c.due <= now)
    return connection.execute(due.order_by(letters.c.due, letters.c.id).limit(1)).first()


def _take(row: Row[Any], now: datetime, epoch: int, zone: ZoneInfo, connection: Connection) -> Letter | None:
    """The letter, marked as being sent; None when it does not leave now."""
    me = letters.c.id == row.id
    occasion = occasions.newest(row.occasion, connection)
    subscription = subscribers.find(row.chat, row.thread, connection)
    assert occasion is not None  # kept before any letter names it
    verdict = before_sending(row.kind, occasion, subscription, now, zone, asked=_asked_for(row, connection))
    if verdict is None and _newer_reminder(row, now, connection):
        verdict = Verdict("expired", reason=REPLACED)
    if verdict is None and row.kind in TOLD and occasion.status == "cancelled":
        verdict = Verdict("expired", reason=REPLACED)  # the cancellation says it all
    if verdict is None and row.kind in ("change", "cancel") and _unsettled(row, connection):
        verdict = Verdict(row.state, due=now + SOON)
    if verdict is not None:
        given = {"state": verdict.state, "due": verdict.due or row.due, "reason": verdict.reason, "at": now}
        given = expired(verdict.reason, now) if verdict.state == "expired" else given
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
    arrived = letters.c.state.in_(("sent", "unknown")) | (letters.c.doubts > 0)
    here &= (letters.c.thread == row.thread) & arrived & (letters.c.id < row.id)
    found = select(letters.c.revision, letters.c.message, letters.c.kind).where(
        here, letters.c.kind.in_(TOLD)
    )
    rows = connection.execute(found.order_by(letters.c.id.desc())).all()
    if not rows:
        return None
    before = occasions.at(row.occasion, rows[0].revision, connection)
    message = next((each.message for each in rows if each.kind != "change" and each.message), None)
    if before is None:
        return None
    shared = (letters.c.chat == row.chat) & (letters.c.message == message)
    others = select(letters.c.id).where(shared, letters.c.occasion != row.occasion).limit(1)
    if message is not None and connection.execute(others).first():
        return Told(before, None, digest=True)
    return Told(before, message)


def _unsettled(row: Row[Any], connection: Connection) -> bool:
    """Whether an earlier letter about the same to the same chat is still on its way."""
    here = (letters.c.chat == row.chat) & (letters.c.thread == row.thread) & (letters.c.id < row.id)
    earlier = here & (letters.c.occasion == row.occasion) & letters.c.state.in_(("sending", "doubt"))
    return connection.execute(select(letters.c.id).where(earlier).limit(1)).first() is not None


def _asked_for(row: Row[Any], connection: Connection) -> bool:
    """Whether the chat asked for this by hand: for a reminder, or to be reminded of what is cancelled."""
    if row.kind != "cancel":
        return row.campaign is None
    here = (letters.c.chat == row.chat) & (letters.c.thread == row.thread)
    mine = select(letters.c.id).where(here, about(row.occasion), asked_for())
    return connection.execute(mine.limit(1)).first() is not None


def _newer_reminder(row: Row[Any], now: datetime, connection: Connection) -> bool:
    """Whether a later reminder of the same is due as well: after an outage one is enough."""
    if not row.kind.startswith("reminder:"):
        return False
    here = (letters.c.chat == row.chat) & (letters.c.thread == row.thread)
    here &= (letters.c.occasion == row.occasion) & letters.c.kind.like("reminder:%")
    others = select(letters.c.kind).where(here, letters.c.due <= now, letters.c.state == "pending")
    mine = minutes_of(row.kind)
    return any(minutes_of(kind) < mine for kind in connection.execute(others).scalars())


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
