"""One call of the Bot API: made in its turn, tried again where that can help, its errors in our words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.chat.pace import Pace
from bot.chat.request import NeverSent
from bot.errors import (
    AnswerLost,
    ChatGone,
    ChatMoved,
    Refused,
    SendError,
    ServerFailed,
    TopicClosed,
    TryLater,
)
from bot.watch import metrics

Outcome = TypeVar("Outcome")

ATTEMPTS = 5
LONGEST_WAIT = 120.0  # seconds; who waits longer for an answer has asked again
GONE = (
    "chat not found",
    "group chat was deactivated",
    "group chat was deleted",
    "peer_id_invalid",
    "user is deactivated",
    "chat_write_forbidden",
)  # BadRequests that mean what Forbidden means
QUOTED = re.compile(r'".*"', re.DOTALL)
NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")


class Calls:
    """Makes calls one by one; `pace` is shared by all that send with the same token."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def insist(
        self, chat: int | None, call: Callable[[], Awaitable[Outcome]], *, message: bool
    ) -> Outcome:
        """Make the call in its turn (`message`: it counts against the chat's limits).

        What passes is tried again, and once what may not have arrived: a person without an
        answer is worse off than one with the same answer twice.
        Raises ChatGone, Refused, TryLater or AnswerLost; ChatMigrated comes through as it is.
        """
        lost = 0
        waited = 0.0
        for attempt in range(1, ATTEMPTS + 1):
            if chat is not None:
                await (self._pace.turn(chat) if message else self._pace.pause(chat))
            try:
                return await counted(call)
            except ChatMigrated:
                raise
            except TelegramError as error:
                ours = translated(error)
                lost += isinstance(ours, AnswerLost)
                wait = wait_before_retry(ours, attempt)
                if wait is None or lost > 1 or attempt == ATTEMPTS or waited + wait > LONGEST_WAIT:
                    raise ours from error
                waited += wait
                if chat is not None and isinstance(ours, TryLater) and ours.wait is not None:
                    self._pace.refused(chat, wait)  # everything else for this chat waits as well
                else:
                    await self._pace.rest(wait)
        raise AssertionError("the last attempt returns or raises")


class Once(Calls):
    """Makes the first call a single time, at once: for who has had a turn, and keeps what failed for later.

    What follows it, the further messages of a long letter, waits for turns of its own and is tried again
    where it surely did not arrive, so that the first need not be repeated. One object for each letter.
    """

    def __init__(self, pace: Pace) -> None:
        super().__init__(pace)
        self._begun = False  # a message of the letter has arrived

    async def insist(
        self, chat: int | None, call: Callable[[], Awaitable[Outcome]], *, message: bool
    ) -> Outcome:
        """Raises ChatMoved as well; AnswerLost where only the beginning of a letter could be sent."""
        waited, attempt = 0.0, 0
        while True:
            attempt += 1
            if self._begun and message and chat is not None:
                await self._pace.turn(chat, urgent=False)
            try:
                outcome = await counted(call)
            except ChatMigrated as error:
                raise ChatMoved(error.new_chat_id) from error
            except TelegramError as error:
                ours = translated(error)
                if chat is not None and isinstance(ours, TryLater) and ours.wait is not None:
                    self._pace.refused(chat, ours.wait)
                if not self._begun or not isinstance(ours, TryLater):
                    raise ours from error
                wait = ours.wait if ours.wait is not None else float(2 ** (attempt - 1))
                waited += wait
                if waited > LONGEST_WAIT:
                    raise AnswerLost("only its beginning could be sent") from error
                await self._pace.rest(wait)
            else:
                self._begun = self._begun or message
                return outcome


async def counted(call: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Make the call, and count what became of it."""
    try:
        result = await call()
    except TelegramError as error:
        metrics.CALLS.labels(outcome_of(error)).inc()
        raise
    metrics.CALLS.labels("done").inc()
    return result


def outcome_of(error: TelegramError) -> str:
    """What became of a call, as figures name it."""
    if isinstance(error, RetryAfter):
        return "too_many"
    if isinstance(error, ChatMigrated):
        return "moved"
    match translated(error):
        case TryLater():
            return "not_sent"
        case ServerFailed():
            return "server_failed"
        case AnswerLost():
            return "answer_lost"
        case ChatGone():
            return "chat_gone"
    return "refused"


def wait_before_retry(error: SendError, attempt: int) -> float | None:
    """Seconds until the call is made again: as long as Telegram asked, else 1, 2, 4 ...; None: never."""
    if isinstance(error, TryLater) and error.wait is not None:
        return error.wait
    return float(2 ** (attempt - 1)) if isinstance(error, TryLater | AnswerLost) else None


def translated(error: TelegramError) -> SendError:
    """`error` as one of ours; a cut connection and a failing server leave open whether the call was done."""
    if isinstance(error, RetryAfter):
        return TryLater(error.message, seconds(error))
    if isinstance(error, NeverSent):
        return TryLater(error.message)
    if isinstance(error, Forbidden):
        return ChatGone(error.message)
    # BadRequest is a NetworkError in PTB, but trying again cannot mend it.
    if isinstance(error, BadRequest):
        if any(words in error.message.lower() for words in NO_TOPIC):
            return TopicClosed(error.message)
        gone = any(words in error.message.lower() for words in GONE)
        # Telegram quotes what it cannot read, and people's words must not get into logs and reports.
        return ChatGone(error.message) if gone else Refused(QUOTED.sub('"…"', error.message))
    if isinstance(error, InvalidToken):
        return TryLater("the token is not valid any more")  # nothing is lost when it is mended
    # PTB's own NetworkError is an answer with 5xx; ours and its time-outs are kinds of it.
    return ServerFailed(error.message) if type(error) is NetworkError else AnswerLost(error.message)


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
