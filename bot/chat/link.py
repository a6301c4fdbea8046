"""The connection to Telegram: how it fares, in one plain line when it does not, and what is done then."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

from telegram.error import Conflict, NetworkError, RetryAfter, TelegramError

from bot.chat.calls import seconds
from bot.errors import SettingsError
from bot.watch.once import Once

LONGEST_PAUSE = 30.0  # seconds between attempts
RIVAL_SECONDS = 30.0  # that a bot that has just started puts up with another one
SETTLED_SECONDS = 600.0  # after which a bot is no new one any more
CALM_SECONDS = 60.0  # without a conflict, after which the next one is another story

log = logging.getLogger(__name__)


def rejected(setting: str = "TELEGRAM_BOT_TOKEN") -> SettingsError:
    """Telegram does not know the token (any more)."""
    return SettingsError(setting, "Telegram does not accept this token; @BotFather shows the one in force")


def gives_way(started: float, first: float, now: float) -> bool:
    """Whether a bot ends that is told since `first` that another one fetches its updates.

    The newcomer does: the other one answers people, and both together answer them badly.
    """
    return first - started < SETTLED_SECONDS and now - first >= RIVAL_SECONDS


class Link:
    """Says once what is wrong, and once that it is over; the pause between attempts grows."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._started = seconds()
        self._once, self._told = Once(seconds), False
        self._pause = 0.0
        self._first_conflict = self._last_conflict = -math.inf
        self.by: str | None = None  # how updates come here; None while another process takes them
        self.trouble: str | None = None
        self.answered: float | None = None  # when Telegram last did what it was asked, by `seconds`

    def met(self, error: TelegramError) -> float:
        """Note a failure; how many seconds to wait before the next attempt.

        Raises SettingsError when it is another bot's turn.
        """
        if isinstance(error, RetryAfter):
            return seconds(error)
        self.wrong(_plain(error))
        self._pause = min(LONGEST_PAUSE, self._pause * 2 or 1.0)
        if isinstance(error, Conflict):
            self._conflict(self._seconds())
        return self._pause

    def wrong(self, trouble: str) -> None:
        """Note what is wrong, in plain words."""
        self.trouble = trouble
        if self._once.may_say(trouble):
            log.warning("%s; trying again until it works", trouble)
            self._told = True

    def over(self) -> None:
        """Telegram did what it was asked."""
        if self._told:
            log.info("Telegram answers again")
        self.trouble, self._told, self._pause = None, False, 0.0
        self.answered = self._seconds()

    def _conflict(self, now: float) -> None:
        if now - self._last_conflict > CALM_SECONDS:
            self._first_conflict = now
        self._last_conflict = now
        if gives_way(self._started, self._first_conflict, now):
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN",
                "another bot already runs with this token; stop that one first, or give this one its own",
            )
        if now - self._first_conflict >= RIVAL_SECONDS:
            self._pause = LONGEST_PAUSE


def _plain(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return "another bot fetches the updates of this token; only one may run at a time"
    if isinstance(error, NetworkError):
        return f"Telegram cannot be reached ({error.message})"
    return f"Telegram does not do what it is asked ({error.message})"
