"""A plan: one telling of one occasion, as a value; the store makes letters of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.announce.audience import Quiet, Subscription, due_for, wants
from bot.announce.occasion import Occasion

Address = tuple[int, int | None]  # chat, thread
Habit = tuple[Quiet, time | None]  # quiet hours, digest


@dataclass(frozen=True, slots=True)
class Plan:
    """What is told (`kind`: new, text, change, cancel), in which revision, from when on.

    New things go to who wants them; changes and cancellations to who heard of it before.
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
    """Letters of `kind` leave at `due` for all with these habits, and with this lead where there is one."""

    quiet: Quiet
    digest: time | None
    kind: str
    due: datetime
    lead: int | None = None  # minutes; only for those who chose it


def rules(plan: Plan, habits: Iterable[Habit], leads: Iterable[int], zone: ZoneInfo) -> list[Rule]:
    """All that decides when each subscriber's letters leave; `leads` are those that subscribers chose."""
    found = []
    chosen = sorted(set(leads))
    for quiet, digest in sorted(set(habits), key=str):
        kinds: list[tuple[str, int | None]] = [(plan.kind, None)]
        if plan.kind != "cancel":
            kinds += _reminders(plan.occasion, chosen)
        for kind, lead in kinds:
            moment = due_for(quiet, digest, plan.occasion, kind, plan.created, zone)
            if moment is not None:
                found.append(Rule(quiet, digest, kind, moment, lead))
    return found


def letters(
    plan: Plan, subscriptions: Iterable[Subscription], heard: Collection[Address], zone: ZoneInfo
) -> set[tuple[int, int | None, str, datetime]]:
    """Every letter of the plan as (chat, thread, kind, due): what the store's one statement must give."""
    found = set()
    for each in subscriptions:
        address = (each.chat, each.thread)
        if each.paused or not (address in heard if plan.follows else wants(each, plan.occasion)):
            continue
        for rule in rules(plan, [(each.quiet, each.digest)], each.leads, zone):
            found.add((*address, rule.kind, rule.due))
    return found


def _reminders(occasion: Occasion, leads: Iterable[int]) -> list[tuple[str, int | None]]:
    """Kinds of reminders: the occasion's own for everybody, else each lead for those who chose it."""
    if occasion.reminders is not None:
        minutes = sorted({int(each.total_seconds() // 60) for each in occasion.reminders})
        return [(f"reminder:{each}", None) for each in minutes]
    return [(f"reminder:{each}", each) for each in leads]
