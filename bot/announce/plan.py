"""A plan: one telling of one occasion, as a value; the store makes letters of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.announce.audience import Quiet, due_for
from bot.announce.occasion import Occasion
from bot.announce.recurrence import occurrences

Habit = tuple[Quiet, time | None]  # quiet hours, digest
ONLY_REMINDERS = "reminders"  # a plan's kind: to who wants it, without telling it anew
AHEAD = timedelta(days=7)  # reminders of what repeats are made so long before they are due


@dataclass(frozen=True, slots=True)
class Plan:
    """What is told (`kind`: new, text, change, cancel, ONLY_REMINDERS), in which revision, from when on.

    New things go to who wants them; changes and cancellations to who heard of it before, cancellations also
    to who asked to be reminded.
    """

    occasion: Occasion
    revision: str
    kind: str
    created: datetime  # aware; nothing is due before

    @property
    def follows(self) -> bool:
        """Whether it is for those who were told before."""
        return self.kind in ("change", "cancel")


@dataclass(frozen=True, slots=True)
class Rule:
    """Letters of `kind` leave at `due` for all with these habits, and with this lead where there is one.

    `occasion` is the id of what they are about: of what repeats, a reminder's is that of the single time.
    """

    occasion: str
    quiet: Quiet
    digest: time | None
    kind: str
    due: datetime
    lead: int | None = None  # minutes; only for those who chose it


def rules(plan: Plan, habits: Iterable[Habit], leads: Iterable[int], zone: ZoneInfo) -> list[Rule]:
    """All that decides when each subscriber's letters leave; `leads` are those that subscribers chose."""
    kinds: list[tuple[Occasion, str, int | None]] = []
    if plan.kind != ONLY_REMINDERS:
        kinds.append((plan.occasion, plan.kind, None))
    if plan.kind != "cancel":
        kinds += _reminders(plan, sorted(set(leads)), zone)
    found = []
    for quiet, digest in sorted(set(habits), key=str):
        for occasion, kind, lead in kinds:
            moment = due_for(quiet, digest, occasion, kind, plan.created, zone)
            if moment is not None and (occasion is plan.occasion or moment <= plan.created + AHEAD):
                found.append(Rule(occasion.id, quiet, digest, kind, moment, lead))
    return found


def _reminders(plan: Plan, leads: Sequence[int], zone: ZoneInfo) -> list[tuple[Occasion, str, int | None]]:
    """Each time with its kinds of reminders: the occasion's own for everybody, else those each chose."""
    occasion = plan.occasion
    own = occasion.reminders is not None
    minutes = sorted({int(each.total_seconds() // 60) for each in occasion.reminders or ()}) if own else leads
    if occasion.rrule is None:
        times: Sequence[Occasion] = (occasion,)
    else:
        last = plan.created + AHEAD + timedelta(minutes=max(minutes, default=0), days=1)  # the night before
        times = occurrences(occasion, plan.created, last, zone)
    return [(time_, f"reminder:{each}", None if own else each) for time_ in times for each in minutes]
