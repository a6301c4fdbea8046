"""One call of the Bot API: made in its turn, tried again where that can help, its errors in our words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from itertools import count
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

ATTEMPTS = 5  # of what may have been done already, and of what concerns no chat
PATIENCE = 600.0  # seconds that a message waits for Telegram to take it: the question is in safe keeping
LONGEST_WAIT = 120.0  # seconds; the same where somebody looks at a spinning wheel
LONGEST_PAUSE = 30.0  # seconds between attempts, where Telegram asks for no longer one
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

        What passes is tried again, and so is what may not have arrived: a person without an
        answer is worse off than one with the same answer twice.
        Raises ChatGone, Refused, TryLater or AnswerLost; ChatMigrated comes through as it is.
        """
        waited, lost = 0.0, 0
        for attempt in count(1):
            if chat is not None:
                await (self._pace.turn(chat) if message else self._pace.pause(chat))
            try:
                return await self._made(chat if message else None, call)
            except ChatMigrated:
                raise
            except TelegramError as error:
                ours = translated(error)
                wait = wait_before_retry(ours, attempt)
                held = chat is not None and self._hold(chat, ours)
                lost += type(ours) is AnswerLost
                tired = ATTEMPTS in (lost, attempt if chat is None else 0)
                if wait is None or tired or waited + wait > (LONGEST_WAIT if chat is None else PATIENCE):
                    raise ours from error
                waited += wait
                if not held:
                    await self._pace.rest(wait)
        raise AssertionError("it returns or raises")

    def _hold(self, chat: int, error: SendError) -> bool:
        """Keep to a pause that Telegram asked for, with all else for this chat; whether it asked for one."""
        if not isinstance(error, TryLater) or error.wait is None:
            return False
        self._pace.refused(chat, error.wait)
        return True

    async def _made(self, chat: int | None, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Make the call; the pace must know when a message to `chat` was answered."""
        try:
            return await counted(call)
        finally:
            if chat is not None:
                self._pace.landed(chat)


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
                outcome = await self._made(chat if message else None, call)
            except ChatMigrated as error:
                raise ChatMoved(error.new_chat_id) from error
            except TelegramError as error:
                ours = translated(error)
                if chat is not None:
                    self._hold(chat, ours)
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
    """Seconds until the call is made again: as long as Telegram asked, else 1, 2, 4 ... 30; None: never."""
    if isinstance(error, TryLater) and error.wait is not None:
        return error.wait
    if isinstance(error, TryLater | AnswerLost):
        return min(2.0 ** (attempt - 1), LONGEST_PAUSE)
    return None


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
