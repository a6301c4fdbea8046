"""Who wants to hear of an occasion, and when a letter about it may reach them: pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.announce.occasion import Occasion
from bot.announce.recurrence import upcoming

ChatKind = Literal["private", "group", "channel"]
Paused = Literal["", "stopped", "blocked"]
Quiet = tuple[time, time] | None

DAY = 24 * 60  # minutes
LEADS = (7 * DAY, DAY)
QUIET = (time(21), time(8))
URGENT = timedelta(hours=24)  # a cancellation this near the start waits for no morning
CHOICES = ("topics", "regions", "levels", "clusters")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one chat (or one topic of a forum) wants to hear, and when."""

    chat: int
    thread: int | None = None
    kind: ChatKind = "private"
    language: str = "en"
    everything: bool = False
    topics: frozenset[str] = frozenset()  # empty: every one, as soon as anything else is chosen
    regions: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    clusters: frozenset[str] = frozenset()
    leads: tuple[int, ...] = LEADS  # minutes before the start
    digest: time | None = None  # local time of the day's announcements; None: at once
    quiet: Quiet = QUIET  # local, from and until; letters are held meanwhile
    paused: Paused = ""

    @property
    def anything(self) -> bool:
        """Whether it asks for announcements at all; a chat may just want one reminder."""
        return self.everything or any(getattr(self, choice) for choice in CHOICES)


def wants(subscription: Subscription, occasion: Occasion) -> bool:
    """Whether an announcement is for them.

    Of each kind of choice one must fit; an occasion that names no region is for all of them.
    """
    if subscription.paused or not subscription.anything:
        return False
    return subscription.everything or all(
        not chosen or not named or not chosen.isdisjoint(named)
        for chosen, named in ((getattr(subscription, each), getattr(occasion, each)) for each in CHOICES)
    )


def due_for(
    quiet: Quiet, digest: time | None, occasion: Occasion, kind: str, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When a letter of this kind leaves for who has these habits, in UTC.

    None when it would come too late to be of use.
    """
    if kind.startswith("reminder:"):
        return _reminder_due(quiet, occasion, minutes_of(kind), now, zone)
    earliest = now
    if kind in ("new", "text"):
        earliest = max(now, occasion.announce_at or now)
        if digest is not None:
            earliest = _next(digest, earliest, zone)
    starts = upcoming(occasion, now, zone).starts(zone)
    if kind == "cancel" and starts is not None and starts - now <= URGENT:
        return now.astimezone(UTC)
    return held(earliest, quiet, zone)


def held(moment: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """The first moment from `moment` on that is outside the quiet hours, in UTC."""
    night = _night(moment, quiet, zone)
    return night[1] if night else moment.astimezone(UTC)


def minutes_of(kind: str) -> int:
    """How long before the start a kind `reminder:<minutes>` is due."""
    return int(kind.partition(":")[2])


def _reminder_due(
    quiet: Quiet, occasion: Occasion, lead: int, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """`lead` minutes before the start; what falls into the night comes after it, or before where after
    would be too late."""
    if occasion.start is None or occasion.start.day is None or occasion.status != "published":
        return None
    start = occasion.start.starts(zone)
    days, minutes = divmod(lead, DAY)
    # Whole days are the clock's: ten o'clock the day before, also where that day has 23 hours.
    moment = (start - timedelta(days=days)).astimezone(UTC) - timedelta(minutes=minutes)
    night = _night(moment, quiet, zone)
    if night:
        moment = night[1] if night[1] < start else night[0] - timedelta(minutes=1)
    return moment if moment > now else None


def _night(moment: datetime, quiet: Quiet, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Beginning and end (UTC) of the quiet hours that `moment` lies in; None outside them."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    begins, ends = quiet
    today = moment.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        morning = day if begins < ends else day + timedelta(days=1)
        first = datetime.combine(day, begins, zone).astimezone(UTC)
        last = datetime.combine(morning, ends, zone).astimezone(UTC)
        if first <= moment < last:
            return first, last
    return None


def _next(clock: time, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time from `after` on that local clocks show `clock`."""
    day = after.astimezone(zone).date()
    today = datetime.combine(day, clock, zone).astimezone(UTC)
    if today >= after:
        return today
    return datetime.combine(day + timedelta(days=1), clock, zone).astimezone(UTC)
