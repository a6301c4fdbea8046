"""Whether the database takes what it is given; trouble is said once, and once that it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock

from bot.watch.once import Once

CALM_SECONDS = 10.0  # without a failure until trouble is over: a nearly full disk still takes small things

log = logging.getLogger(__name__)


class Pulse:
    """What the last transactions showed; safe to use from any thread. Times are seconds of `seconds`."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._committed = seconds()
        self._failed: float | None = None
        self._once = Once(seconds)
        self._told = False  # of this trouble
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """What is wrong in plain words, None when all is well."""
        return self._trouble

    @property
    def age(self) -> float:
        """Seconds since something was last written for certain."""
        return self._seconds() - self._committed

    def failed(self, cause: str) -> None:
        """A transaction could not be carried out."""
        with self._lock:
            self._failed = self._seconds()
            self._trouble = cause
            if not self._once.may_say(cause):
                return
            self._told = True
        log.error("the database is in trouble: %s; trying again until it works", cause)

    def committed(self) -> None:
        """Something was written and is safe."""
        with self._lock:
            now = self._committed = self._seconds()
            if self._trouble is None or (self._failed is not None and now - self._failed < CALM_SECONDS):
                return
            self._trouble = None
            told, self._told = self._told, False
        if told:
            log.info("the database works again")
