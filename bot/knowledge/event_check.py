"""Times of an event that do not go together: what is refused, and what an editor should put right."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.errors import Problem
from bot.knowledge.model import Event, Knowledge
from bot.knowledge.repeats import falls_on


def impossible(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield a problem for every event that ends before it starts: people would be sent there."""
    for event in knowledge.events.values():
        if _ends_before_it_starts(event, knowledge.zone):
            origin = knowledge.origins["event", event.id]
            text = f"it ends ({event.end}) before it starts ({event.start}); put 'start' or 'end' right"
            line = origin.fields.get("end", origin.line)
            yield Problem(origin.file, line, f"event '{event.id}': {text}")


def time_findings(event: Event, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield field and text of each thing worth mending."""
    if event.opens and event.kind != "deadline":
        yield "opens", "only a deadline opens; write kind: deadline, or take opens out"
    elif event.opens and event.opens.starts(zone) > event.start.starts(zone):
        yield "opens", f"opens ({event.opens}) after it closes ({event.start}); put the dates right"
    if event.announce_at and event.announce_at.starts(zone) > event.start.starts(zone):
        yield "announce_at", f"is announced ({event.announce_at}) after it starts ({event.start})"
    if event.rrule and event.start.day is None:
        yield "rrule", "what repeats needs the day of its first time as start"
    elif event.rrule and not falls_on(event.rrule, event.start):
        yield "rrule", f"the first time ({event.start}) is not one of its days; let start be one"
    if event.reminders and event.start.day is None:
        yield "reminders", f"nobody can be reminded of '{event.start}'; write the day, or take them out"


def _ends_before_it_starts(event: Event, zone: ZoneInfo) -> bool:
    if event.end is None:
        return False
    start, end = event.start.starts(zone), event.end.ends(zone)
    if event.end.clock is not None:
        return end < start
    return end <= start  # a day ends at the midnight after it
