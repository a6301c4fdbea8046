"""/events: what is to come, by week, month, topic or place, and what has been."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from babel.dates import format_date

from bot.answer.moments import LOCALES, day_of, written
from bot.answer.taps import fits, leaving
from bot.answer.texts import say
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Event, Knowledge, pick
from bot.knowledge.repeats import next_time, times
from bot.reply import Button, Reply, paragraph

SHOWN = 6  # of what is to come, above the ways to look for more
PAGE = 10
HORIZON = timedelta(days=366)  # within which each time of what repeats is in its month
Keys = Callable[[Event], list[str]]


def events_reply(knowledge: Knowledge, language: str, now: datetime) -> Reply:
    """What comes next, and ways to the rest; where nothing comes, what has been."""
    coming = _coming(knowledge, now)
    past = _past(knowledge, now)
    if not coming:
        none = [paragraph(say("events_none", language))]
        none += [paragraph(say("events_past", language))] if past else []
        return Reply(tuple(none), _rows(past, "events", language), language=language)
    ways = [Button(say(f"events_{way}", language), f"events_{way}") for way in ("week", "next_week")]
    ways = [way for way in ways if _chosen(knowledge, way.data or "", language, now)[1]]
    if len(coming) > 1:
        ways += [
            Button(say(f"events_by_{way}", language), f"events_{way}")
            for way in ("month", "topic", "place")
            if _keys(knowledge, way, now)
        ]
    if past:
        ways.append(Button(say("events_earlier", language, count=len(past)), "events_past_0"))
    pairs = [tuple(ways[each : each + 2]) for each in range(0, len(ways), 2)]
    heading = paragraph(say("events_upcoming", language))
    return Reply((heading,), (*_rows(coming[:SHOWN], "events", language), *pairs), language=language)


def agenda(knowledge: Knowledge, data: str, language: str, now: datetime) -> Reply | None:
    """The menu that `data` (`events_month`, `events_month_2027-03`) leads to; None for what leads nowhere."""
    _, _, rest = data.partition("_")
    way, _, key = rest.partition("_")
    back = (Button(say("back", language), "events"),)
    if way in ("month", "topic", "place") and not key:
        keys = _keys(knowledge, way, now)
        found = [Button(_named(knowledge, way, each, language), f"{data}_{each}") for each in keys]
        buttons = [tuple(found[each : each + 2]) for each in range(0, len(found), 2)]
        return Reply((paragraph(say(f"events_choose_{way}", language)),), (*buttons, back), language=language)
    if way == "past" and key.isascii() and key.isdigit() and len(key) < 4:
        past, first = _past(knowledge, now), int(key) * PAGE
        more = (Button(say("more", language), f"events_past_{int(key) + 1}"),) if past[first + PAGE :] else ()
        rows = _rows(past[first : first + PAGE], data, language)
        heading = paragraph(say("events_past", language))
        return Reply((heading,), (*rows, (*more, *back)), language=language) if rows else None
    what, events = _chosen(knowledge, data, language, now)
    if not what:
        return None
    if way in ("month", "topic", "place"):
        back = (Button(say("back", language), f"events_{way}"),)
    key = "events_then" if events else "events_none_then"
    shown = _rows(events[: 2 * PAGE], data, language)
    return Reply((paragraph(say(key, language, what=what)),), (*shown, back), language=language)


def line(event: Event, language: str) -> str:
    """`18 Mar 2027: Seminar`, `18 Mar 2027, cancelled: Seminar`; the month or year where no day is known."""
    mark = f", {say('events_cancelled', language)}" if event.status == "cancelled" else ""
    return f"{_day(event, language)}{mark}: {pick(event.title, language)}"


def _day(event: Event, language: str) -> str:
    if event.date_note and event.start.day is None:  # "about 2025; the source has no date"
        note = str(pick(event.date_note, language)).partition(";")[0]
        return f"{note[0].upper()}{note[1:]}"
    if event.start.day is None:
        return written(event.start, language)
    shape = "d MMM y" if language == "en" else "d. MMM y"
    return format_date(event.start.first, shape, LOCALES.get(language, "en_GB"))


def _chosen(knowledge: Knowledge, data: str, language: str, now: datetime) -> tuple[str, list[Event]]:
    """What was chosen, in words ("" for what there is not), and the events of it."""
    _, _, rest = data.partition("_")
    if rest in ("week", "next_week"):
        monday = day_of(knowledge, now) - timedelta(days=day_of(knowledge, now).weekday())
        first = datetime(monday.year, monday.month, monday.day, tzinfo=knowledge.zone)
        first += timedelta(weeks=1) if rest == "next_week" else timedelta()
        start = max(first, now)
        return say(f"events_{rest}", language), _between(knowledge, start, first + timedelta(weeks=1))
    way, _, key = rest.partition("_")
    if way not in ("month", "topic", "place") or key not in _keys(knowledge, way, now):
        return "", []
    events = _every_time(knowledge, now) if way == "month" else _coming(knowledge, now)
    fitting = [event for event in events if key in _KEYS[way](event)]
    return _named(knowledge, way, key, language), fitting


_KEYS: dict[str, Keys] = {
    "month": lambda event: [str(event.start)[:7]] if event.start.month else [],
    "topic": lambda event: list(event.topics),
    "place": lambda event: list(event.regions) + ([event.city] if event.city else []),
}


def _keys(knowledge: Knowledge, way: str, now: datetime) -> list[str]:
    """The months, topics or places that something comes in, in order of time or of the base's lists."""
    events = _every_time(knowledge, now) if way == "month" else _coming(knowledge, now)
    found = list(dict.fromkeys(key for event in events for key in _KEYS[way](event)))
    listed = [row.id for row in (*knowledge.programme.topics, *knowledge.programme.regions)]
    ranked = sorted(found, key=lambda key: (key not in listed, listed.index(key) if key in listed else 0))
    return [key for key in (sorted(found) if way == "month" else ranked) if fits(f"events_{way}_{key}")]


def _named(knowledge: Knowledge, way: str, key: str, language: str) -> str:
    if way == "month":
        return written(PartialDate.parse(key), language)
    rows = knowledge.programme.topics if way == "topic" else knowledge.programme.regions
    return next((str(pick(row.name, language)) for row in rows if row.id == key), key)


def _shown(knowledge: Knowledge) -> list[Event]:
    return [event for event in knowledge.events.values() if event.status != "draft"]


def _coming(knowledge: Knowledge, now: datetime) -> list[Event]:
    """Each event that is not over, at its next time, soonest first."""
    found = []
    for event in _shown(knowledge):
        if time := next_time(event.rrule, (event.start, event.end), now, knowledge.zone):
            found.append(event.at(time))
    return sorted(found, key=lambda event: event.start.starts(knowledge.zone))


def _every_time(knowledge: Knowledge, now: datetime) -> list[Event]:
    """What comes; what repeats, each time within a year."""
    once = [event for event in _coming(knowledge, now) if knowledge.events[event.id].rrule is None]
    repeated = [
        event for event in _between(knowledge, now, now + HORIZON) if knowledge.events[event.id].rrule
    ]
    return sorted([*once, *repeated], key=lambda event: event.start.starts(knowledge.zone))


def _between(knowledge: Knowledge, after: datetime, before: datetime) -> list[Event]:
    found = [
        event.at(time)
        for event in _shown(knowledge)
        for time in times(event.rrule, (event.start, event.end), after, before, knowledge.zone)
    ]
    return sorted(found, key=lambda event: event.start.starts(knowledge.zone))


def _past(knowledge: Knowledge, now: datetime) -> list[Event]:
    """What is over, latest first."""
    over = [event for event in _shown(knowledge) if event.over(now, knowledge.zone)]
    return sorted(over, key=lambda event: event.start.first, reverse=True)


def _rows(events: Sequence[Event], origin: str, language: str) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(line(each, language), leaving(f"event_{each.id}", origin)),) for each in events)
