"""Events and deadlines as replies."""

from __future__ import annotations

from datetime import date, datetime

from bot.answer.contacts import reach
from bot.answer.entries import facts_of, sources_line
from bot.answer.moments import oldest, written
from bot.answer.texts import say
from bot.answer.whom import contact_for
from bot.knowledge.model import Event, Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph


def event_reply(knowledge: Knowledge, event: Event, language: str, now: datetime) -> Reply:
    """What it is, when and where, whom to ask; a time of day is also shown in the reader's own zone."""
    lines = [(Text(say("event_when", language)), *_when(knowledge, event, language))]
    if where := ", ".join(part for part in (event.place, event.city) if part):
        lines.append(paragraph(say("event_where", language, place=where)))
    if event.organiser:
        lines.append(paragraph(say("event_organiser", language, organiser=event.organiser)))
    paragraphs = [paragraph(Text(pick(event.title, language), bold=True))]
    if event.status == "cancelled":
        paragraphs.append(paragraph(Text(say("event_cancelled", language), bold=True)))
    paragraphs += [paragraph(pick(event.text, language)), block(lines)]
    if event.over(now, knowledge.zone):
        paragraphs.append(paragraph(say("event_over", language)))
    elif contact := contact_for(knowledge, event.contact, now.date()):
        paragraphs.append((Text(say("ask_person", language)), *reach(contact)))
    facts = facts_of(knowledge, event.facts)
    dated = oldest(fact.as_of for fact in facts)
    tail = say("as_of", language, date=written(dated, language)) if dated else ""
    sources = tuple(dict.fromkeys(source for fact in facts for source in fact.sources))
    if evidence := sources_line(sources, language, tail):
        paragraphs.append(evidence)
    buttons = ((Button(say("event_link", language), url=event.link),),) if event.link else ()
    return Reply(tuple(paragraphs), buttons, entry=f"event:{event.id}", language=language)


def events_reply(knowledge: Knowledge, language: str, now: datetime) -> Reply:
    """What is to come, soonest first, and what has been, latest first, as buttons."""
    shown = [each for each in knowledge.events.values() if each.status != "draft"]
    coming = sorted((e for e in shown if not e.over(now, knowledge.zone)), key=_first)
    past = sorted((e for e in shown if e.over(now, knowledge.zone)), key=_first, reverse=True)
    paragraphs = [paragraph(say("events_upcoming" if coming else "events_none", language))]
    if past:
        paragraphs.append(paragraph(say("events_past", language)))
    buttons = tuple((Button(_line(event, language), f"event_{event.id}"),) for event in (*coming, *past))
    return Reply(tuple(paragraphs), buttons, language=language)


def _first(event: Event) -> date:
    return event.start.first


def _line(event: Event, language: str) -> str:
    return f"{event.start.year}: {pick(event.title, language)}"


def _when(knowledge: Knowledge, event: Event, language: str) -> tuple[Text, ...]:
    if event.date_note:
        return paragraph(pick(event.date_note, language))
    moment = event.start.starts(knowledge.zone) if event.start.clock else None
    spans = [Text(written(event.start, language), moment=moment)]
    if event.end and event.end != event.start:
        moment = event.end.starts(knowledge.zone) if event.end.clock else None
        spans += [Text(" – "), Text(written(event.end, language), moment=moment)]
    return tuple(spans)
