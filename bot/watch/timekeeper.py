"""Whether the machine's clock can be believed: Telegram's answers carry the time as well."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_OFF = timedelta(hours=1)  # beyond it nothing is sent by the clock, and nothing deleted

log = logging.getLogger(__name__)


class Timekeeper:
    """Compares `clock` with what Telegram said last, and `seconds` that have passed since.

    `seconds` stand still while a machine sleeps, so what Telegram says next decides.
    """

    def __init__(self, clock: Callable[[], datetime], seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._seconds = clock, seconds
        self._heard: tuple[datetime, float] | None = None
        self._believed = True

    def heard(self, date: str) -> None:
        """Telegram's clock, as HTTP writes it; what is no date is passed over."""
        try:
            said = parsedate_to_datetime(date)
        except ValueError:
            return
        if said.tzinfo is not None:
            self._heard = said, self._seconds()

    @property
    def trouble(self) -> str | None:
        """What is wrong in plain words; None when all is well, or nothing is known."""
        off = self._off()
        if abs(off) <= MOST_OFF:
            return None
        hours, way = abs(off) / timedelta(hours=1), "ahead of" if off > timedelta(0) else "behind"
        return f"this machine's clock is {hours:.0f} hours {way} Telegram's"

    def believed(self) -> bool:
        """Whether what depends on the clock may be done; says once when that changes."""
        trouble = self.trouble
        if (trouble is None) != self._believed:
            self._believed = trouble is None
            if trouble:
                log.error("%s: nothing is announced and nothing deleted until it is right", trouble)
            else:
                log.info("this machine's clock is right again")
        return self._believed

    def _off(self) -> timedelta:
        if self._heard is None:
            return timedelta(0)
        said, at = self._heard
        return self._clock() - said - timedelta(seconds=self._seconds() - at)
