"""How a bot stands, as its database tells any process that asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.watch.health import STALE_SECONDS, Backlog

BANDS = ("sure", "unsure", "unknown")
OLD_BACKUP = timedelta(days=8)  # a weekly one may be a day late


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions there were on a day, by band."""

    day: date
    counts: tuple[int, int, int] = (0, 0, 0)  # as in BANDS

    def __str__(self) -> str:
        return " ".join([self.day.isoformat(), *map(str, self.counts)])

    @classmethod
    def read(cls, text: str) -> Asked:
        """What `str` made this of."""
        day, *counts = text.split()
        sure, unsure, unknown = map(int, counts)
        return cls(date.fromisoformat(day), (sure, unsure, unknown))


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a bot; moments are aware, None for what never was."""

    now: datetime
    backlog: Backlog
    process: str | None
    started: datetime | None
    heartbeat: datetime | None  # None as well after an orderly end
    asked: Asked | None
    announcements: dict[str, int] = field(default_factory=dict)  # by state: waiting, running, paused
    backup: datetime | None = None
    bytes: int = 0
    schema: str = ""

    @property
    def runs(self) -> bool:
        """Whether there was a heartbeat lately; a clock that was set back makes none old."""
        return self.heartbeat is not None and (self.now - self.heartbeat).total_seconds() <= STALE_SECONDS

    @property
    def backup_is_old(self) -> bool:
        return self.backup is None or self.now - self.backup > OLD_BACKUP

    def asked_on(self, day: date) -> tuple[int, int, int]:
        """The counts of one day, as in BANDS."""
        return self.asked.counts if self.asked is not None and self.asked.day == day else (0, 0, 0)


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"
