"""Events and deadlines as replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.announce.occasion import from_event
from bot.answer.agenda import events_reply, line
from bot.answer.entries import facts_of, sources_line
from bot.answer.moments import oldest, written
from bot.answer.occasions import buttons, described
from bot.answer.texts import say
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Event, Knowledge, pick
from bot.reply import Button, Reply, paragraph
from bot.understand import agenda
from bot.understand.agenda import Calendar
from bot.understand.directory import Directory
from bot.understand.periods import Period


def event_reply(knowledge: Knowledge, event: Event, language: str, now: datetime) -> Reply:
    """What it is, when and where, whom to ask; a time of day is also shown in the reader's own zone."""
    occasion = from_event(event, knowledge.zone)
    paragraphs = described(knowledge, occasion, language, now, counted=True)
    facts = facts_of(knowledge, event.facts)
    dated = oldest(fact.as_of for fact in facts)
    tail = say("as_of", language, date=written(dated, language)) if dated else ""
    sources = tuple(dict.fromkeys(source for fact in facts for source in fact.sources))
    if evidence := sources_line(sources, language, tail):
        paragraphs += (evidence,)
    below = buttons(knowledge, occasion, language, now)
    return Reply(paragraphs, below, entry=occasion.id, language=language)


def calendar_reply(directory: Directory, calendar: Calendar, language: str, now: datetime) -> Reply:
    """The events asked for; the one there is, or that there is none and what else there is."""
    knowledge = directory.knowledge
    found = agenda.events(knowledge, calendar, now)
    if len(found) == 1:
        return event_reply(knowledge, found[0], language, now)
    if not found and calendar == Calendar(order=calendar.order):
        return events_reply(knowledge, language, now)
    what = ", ".join(
        [*_period(calendar.period, language), *_regions(knowledge, calendar, language), *calendar.cities]
    )
    if not found:
        rest = events_reply(knowledge, language, now)
        none = paragraph(say("events_none_then", language, what=what))
        return replace(rest, paragraphs=(none, *rest.paragraphs[1:]))
    buttons = tuple((Button(line(event, language), f"event_{event.id}"),) for event in found)
    return Reply((paragraph(say("events_then", language, what=what)),), buttons, language=language)


def _period(period: Period | None, language: str) -> list[str]:
    """`March 2027`, `2019`, `12 March 2027`, `30 November 2026 – 6 December 2026`."""
    if period is None:
        return []
    last = period.after - timedelta(days=1)
    for whole in (PartialDate(period.first.year), PartialDate(period.first.year, period.first.month)):
        if (whole.first, whole.last) == (period.first, last):
            return [written(whole, language)]
    days = [written(period.first, language)] + ([written(last, language)] if last != period.first else [])
    return [" – ".join(days)]


def _regions(knowledge: Knowledge, calendar: Calendar, language: str) -> list[str]:
    return [
        str(pick(row.name, language)) for row in knowledge.programme.regions if row.id in calendar.regions
    ]
