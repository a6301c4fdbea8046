"""Which events fit a time and a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from bot.knowledge.model import Event, Knowledge
from bot.knowledge.repeats import next_time, times
from bot.understand.periods import Period


@dataclass(frozen=True, slots=True)
class Calendar:
    """What events are looked for: in a period, the next or the last one, in regions or towns."""

    period: Period | None = None
    order: Literal["next", "last"] | None = None
    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()


def events(knowledge: Knowledge, calendar: Calendar, now: datetime) -> list[Event]:
    """The events that fit: of the period asked, the last one where that is asked, else those to come."""
    zone = knowledge.zone
    shown = [event for event in knowledge.events.values() if event.status != "draft"]
    shown = [event for event in shown if _takes_place(knowledge, event, calendar)]
    if calendar.period is not None:
        first = datetime.combine(calendar.period.first, time(), zone)
        after = datetime.combine(calendar.period.after, time(), zone)
        found = [_first_within(event, first, after, zone) for event in shown]
    elif calendar.order == "last":
        return sorted((e for e in shown if e.over(now, zone)), key=_first)[-1:]
    else:
        found = [_next(event, now, zone) for event in shown]
    coming = sorted((event for event in found if event), key=_first)
    return coming[:1] if calendar.order == "next" else coming


def covered(knowledge: Knowledge, regions: Iterable[str]) -> set[str]:
    """The regions and all that they cover."""
    covers = {region.id: region.covers for region in knowledge.programme.regions}
    return {inner for region in regions for inner in (region, *covers.get(region, ()))}


def _takes_place(knowledge: Knowledge, event: Event, calendar: Calendar) -> bool:
    if calendar.cities and event.city not in calendar.cities:
        return False
    return not calendar.regions or not covered(knowledge, calendar.regions).isdisjoint(event.regions)


def _first_within(event: Event, first: datetime, after: datetime, zone: ZoneInfo) -> Event | None:
    """The event at its first time in a period; None where it has none there."""
    found = times(event.rrule, (event.start, event.end), first, after, zone)
    return event.at(found[0]) if found else None


def _next(event: Event, now: datetime, zone: ZoneInfo) -> Event | None:
    """The event at its next time; None where it is over."""
    found = next_time(event.rrule, (event.start, event.end), now, zone)
    return event.at(found) if found else None


def _first(event: Event) -> datetime:
    return datetime.combine(event.start.first, event.start.clock or time())
