"""Events and deadlines as replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.announce.occasion import from_event
from bot.answer.agenda import events_reply, line
from bot.answer.contacts import reach
from bot.answer.moments import day_of, written
from bot.answer.occasions import buttons, described
from bot.answer.sources import evidence, facts_of
from bot.answer.texts import say
from bot.answer.whom import contact_for
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Event, Knowledge, pick
from bot.reply import Button, Reply, Text, paragraph
from bot.understand import agenda
from bot.understand.agenda import Calendar
from bot.understand.directory import Directory
from bot.understand.periods import Period

TOLD = frozenset({"place", "since", "contact", "website", "address"})  # what a card tells, or leads to


def event_reply(
    knowledge: Knowledge, event: Event, language: str, now: datetime, attribute: str | None = None
) -> Reply:
    """What it is, when and where, whom to ask; a time of day is also shown in the reader's own zone.

    Where `attribute` was asked for and is nothing a card tells, it says so, and who may know.
    """
    occasion = from_event(event, knowledge.zone)
    paragraphs = described(knowledge, occasion, language, now, counted=True)
    if attribute and attribute not in TOLD:
        paragraphs += (_no_more(knowledge, event, language, now),)
    if under := evidence(facts_of(knowledge, event.facts), language):
        paragraphs += (under,)
    below = buttons(knowledge, occasion, language, now)
    return Reply(paragraphs, below, entry=occasion.id, language=language)


def _no_more(knowledge: Knowledge, event: Event, language: str, now: datetime) -> tuple[Text, ...]:
    contact = contact_for(knowledge, event.contact, day_of(knowledge, now))
    if contact is None:
        return paragraph(say("event_no_more", language))
    office = contact.model_copy(update={"name": None, "phone": None, "email": None})  # people go with a date
    asked = Text(f"{say('event_no_more', language)} {say('ask_person', language)}")
    return (asked, *reach(office if contact.name else contact, language))


def calendar_reply(directory: Directory, calendar: Calendar, language: str, now: datetime) -> Reply:
    """The events asked for; the one there is, or that there is none and what else there is."""
    knowledge = directory.knowledge
    found = agenda.events(knowledge, calendar, now)
    if len(found) == 1:
        return event_reply(knowledge, found[0], language, now)
    if calendar == Calendar(order=calendar.order):  # no time and no place to name in a heading
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
