"""An event, a deadline or a text of staff as people read it: in a card, in a letter, in a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.lists import format_list

from bot.announce.calendar import Organiser, calendar_file
from bot.announce.changes import place_of
from bot.announce.occasion import Occasion
from bot.announce.recurrence import occurrences, upcoming
from bot.answer.contacts import reach
from bot.answer.moments import LOCALES, ahead, day_of, point, stretch, written
from bot.answer.names import organisation, organiser_name
from bot.answer.texts import say
from bot.answer.whom import contact_for
from bot.knowledge.model import Knowledge, pick
from bot.reply import Attachment, Button, Reply, Text, block, paragraph

Paragraph = tuple[Text, ...]
COUNTED = 60  # days; nobody counts further
LATER = 3  # times after the next one of what repeats
NEAR = timedelta(days=366)  # within which they are looked for


def described(
    knowledge: Knowledge, occasion: Occasion, language: str, now: datetime, counted: bool
) -> tuple[Paragraph, ...]:
    """Title, state, text, when and where, whom to ask; `counted`: and how many days are left."""
    paragraphs = [paragraph(Text(pick(occasion.title, language), bold=True))]
    if occasion.status == "cancelled":
        paragraphs.append(paragraph(Text(say("event_cancelled", language), bold=True)))
    paragraphs += [paragraph(part) for part in pick(occasion.text, language).split("\n") if part.strip()]
    if occasion.start is None:
        return tuple(paragraphs)
    coming = upcoming(occasion, now, knowledge.zone)
    over = coming.over(now, knowledge.zone)
    paragraphs.append(block(_facts(knowledge, coming, language, now, counted and not over)))
    if over:
        closed = occasion.kind == "deadline"
        paragraphs.append(paragraph(say("event_closed" if closed else "event_over", language)))
    else:
        if occasion.rrule:
            paragraphs.append(paragraph(say("event_repeats", language)))
            paragraphs += _then(knowledge, occasion, language, now)
        paragraphs += whom(knowledge, occasion, language, now)
    return tuple(paragraphs)


def when(knowledge: Knowledge, occasion: Occasion, language: str) -> Paragraph:
    """From when to when, or what stands in place of a date."""
    assert occasion.start
    if occasion.date_note:
        return paragraph(pick(occasion.date_note, language))
    return stretch(occasion.start, occasion.end, knowledge.zone, language)


def where(occasion: Occasion, language: str) -> tuple[Paragraph, ...]:
    """The line of the place, where one is known."""
    place = place_of(occasion)
    return (paragraph(say("event_where", language, place=place)),) if place else ()


def whom(knowledge: Knowledge, occasion: Occasion, language: str, now: datetime) -> tuple[Paragraph, ...]:
    """The line of whom to ask, where there is somebody."""
    contact = contact_for(knowledge, occasion.contact, day_of(knowledge, now))
    return ((Text(say("ask_person", language)), *reach(contact, language)),) if contact else ()


def buttons(
    knowledge: Knowledge, occasion: Occasion, language: str, now: datetime
) -> tuple[tuple[Button, ...], ...]:
    """Calendar file and reminder for what is to come and has a day; its page on the web."""
    rows: list[tuple[Button, ...]] = []
    coming = upcoming(occasion, now, knowledge.zone)
    if coming.start and coming.start.day and not coming.over(now, knowledge.zone):
        row = [Button(say("event_calendar", language), f"calendar_{occasion.row}")]
        if occasion.status != "cancelled":
            row.append(Button(say("event_remind", language), f"remind_{occasion.row}"))
        rows.append(tuple(row))
    if occasion.link:
        rows.append((Button(say("event_link", language), url=occasion.link),))
    return tuple(rows)


def saved_occasion(knowledge: Knowledge, occasion: Occasion, language: str, now: datetime) -> Reply:
    """The calendar file to keep; why there is none where no day is known."""
    title = paragraph(Text(pick(occasion.title, language), bold=True))
    contact = contact_for(knowledge, occasion.contact, day_of(knowledge, now))
    office = organisation(contact, language) if contact else "Klyngebot"
    name = organiser_name(knowledge, occasion.organiser, language) if occasion.organiser else office
    organiser = Organiser(name, contact.email if contact else None)
    content = calendar_file(occasion, knowledge.zone, language, now, organiser)
    if content is None:
        none = paragraph(say("calendar_none", language))
        return Reply((title, none), entry=occasion.id, language=language)
    file = Attachment(f"{occasion.row}.ics", content, "text/calendar")
    return Reply((title,), attachment=file, entry=occasion.id, language=language)


def _facts(
    knowledge: Knowledge, occasion: Occasion, language: str, now: datetime, counted: bool
) -> list[Paragraph]:
    assert occasion.start
    deadline = occasion.kind == "deadline"
    lines: list[Paragraph] = []
    if occasion.opens:
        lines.append((Text(say("event_opens", language)), point(occasion.opens, knowledge.zone, language)))
    key = "event_closes" if deadline else "event_when"
    left = _left(knowledge, occasion, language, now) if counted else ()
    lines.append((Text(say(key, language)), *when(knowledge, occasion, language), *left))
    lines += where(occasion, language)
    if occasion.organiser:
        organiser = organiser_name(knowledge, occasion.organiser, language)
        lines.append(paragraph(say("event_organiser", language, organiser=organiser)))
    return lines


def _then(knowledge: Knowledge, occasion: Occasion, language: str, now: datetime) -> tuple[Paragraph, ...]:
    """The days after the next one."""
    found = occurrences(occasion, now, now + NEAR, knowledge.zone)[1 : 1 + LATER]
    days = [written(each.start.first, language) for each in found if each.start]
    if not days:
        return ()
    listed = format_list(days, "standard", LOCALES.get(language, "en_GB"))
    return (paragraph(say("event_then", language, days=listed)),)


def _left(knowledge: Knowledge, occasion: Occasion, language: str, now: datetime) -> Paragraph:
    """` (in five days)`; nothing for what has begun, lies far off or has no day yet."""
    assert occasion.start
    if occasion.start.day is None or occasion.date_note or occasion.start.starts(knowledge.zone) <= now:
        return ()
    if (occasion.start.first - day_of(knowledge, now)).days > COUNTED:
        return ()
    return paragraph(f" ({ahead(occasion.start, now, knowledge.zone, language)})")
