"""What becomes of a letter: pure decisions, before it is sent and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.announce.audience import URGENT, Subscription, held
from bot.announce.occasion import Occasion
from bot.announce.recurrence import upcoming
from bot.delivery.letter import CANCELLED, OVER, STOPPED, TOO_LATE, Letter, Verdict
from bot.errors import (
    AnswerLost,
    ChatGone,
    ChatMoved,
    SendError,
    ServerFailed,
    TopicClosed,
    TryLater,
)

MAX_DOUBTS = 5  # where Telegram's own server fails; what certainly never arrived does not count
LONGEST_BACKOFF = 300.0  # seconds


def before_sending(
    kind: str,
    occasion: Occasion,
    subscription: Subscription | None,
    now: datetime,
    zone: ZoneInfo,
    *,
    asked: bool = False,
) -> Verdict | None:
    """Why a letter that is due does not leave now; None: it leaves.

    `asked`: the chat asked to be reminded of just this, maybe after it had stopped everything else.
    """
    if subscription is None or not (
        subscription.paused == "" or (asked and subscription.paused == "stopped")
    ):
        return Verdict("expired", reason=STOPPED)
    starts = upcoming(occasion, now, zone).starts(zone)
    reminder = kind.startswith("reminder:")
    if reminder and occasion.status != "published":
        return Verdict("expired", reason=CANCELLED)
    if reminder and (starts is None or starts <= now):
        return Verdict("expired", reason=TOO_LATE)
    if occasion.over(now, zone):
        return Verdict("expired", reason=OVER)
    if kind == "cancel" and starts is not None and starts - now <= URGENT:
        return None
    morning = held(now, subscription.quiet, zone)
    if morning <= now:
        return None
    if reminder and starts is not None and starts <= morning:
        return Verdict("expired", reason=TOO_LATE)
    return Verdict("pending", due=morning)


def after_success(messages: Sequence[int]) -> Verdict:
    """It arrived; `messages` are what Telegram called it."""
    return Verdict("sent", message=messages[0] if messages else None)


def after_failure(letter: Letter, error: SendError, now: datetime, settle: timedelta) -> Verdict:
    """What becomes of a letter that Telegram did not confirm.

    Passing failures: again, as soon as Telegram asked. An answer lost: in doubt, and repeated once after
    `settle`; a failing server gets more chances. Everything else is final, with Telegram's reason.
    """
    reason = str(error)[:200]
    match error:
        case ChatMoved():
            return Verdict("pending", due=now, moved_to=error.chat)
        case TopicClosed() if letter.thread is not None:
            return Verdict("pending", due=now, topic_closed=True)
        case ChatGone():
            return Verdict("dead", reason=reason, gone=True)
        case TryLater():
            wait = error.wait if error.wait is not None else backoff(letter.attempts)
            return Verdict("pending", due=now + timedelta(seconds=wait), reason=reason)
        case ServerFailed():
            again = letter.doubts + 1 < MAX_DOUBTS
        case AnswerLost():
            again = letter.doubts < 1
        case _:
            return Verdict("dead", reason=reason)
    return Verdict("doubt" if again else "unknown", due=now + settle, reason=reason, doubted=True)


def after_crash(doubts: int) -> str:
    """The state of a letter that was being sent when the bot ended, and was in doubt so often before."""
    return "doubt" if doubts + 1 < MAX_DOUBTS else "unknown"


def backoff(attempts: int) -> float:
    """Seconds: 1, 2, 4 ... up to five minutes."""
    return min(2.0 ** (attempts - 1), LONGEST_BACKOFF)
