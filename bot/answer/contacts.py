"""Contacts as replies: a line to put under an answer, and a card with everything that is public."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.answer.moments import written
from bot.answer.names import bare, contact_name, organisation
from bot.answer.sources import as_of, sources_line
from bot.answer.texts import say
from bot.answer.whom import fallback, standing_in
from bot.knowledge.model import Contact, Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph
from bot.understand.finding import FIGURES
from bot.understand.rows import HEADS


def contact_reply(
    knowledge: Knowledge, contact: Contact, language: str, today: date, attribute: str | None = None
) -> Reply:
    """The card of a contact; for one who is away or no longer in charge, of who stands in for them.

    Where `attribute` was asked for and is not public, that is said instead, and what is.
    """
    if contact.former or contact.available(today):
        if (lacking := _lacking(contact, attribute, language)) and attribute:
            return _without(knowledge, contact, attribute, lacking, language, today)
        return _card(knowledge, contact, language, today)
    other = standing_in(knowledge, contact, today) or fallback(knowledge, today)
    if other is None or other == contact:
        return Reply(
            (paragraph(say("contact_none", language, name=contact_name(contact, language))),),
            language=language,
        )
    card = _card(knowledge, other, language, today)
    away = paragraph(
        say(
            "contact_away",
            language,
            name=contact_name(contact, language),
            deputy=contact_name(other, language),
        )
    )
    return replace(card, paragraphs=(away, *card.paragraphs))


def _without(
    knowledge: Knowledge, contact: Contact, attribute: str, lacking: str, language: str, today: date
) -> Reply:
    """That what was asked for is not known, and what is public instead; the card is a tap away."""
    card = _card(knowledge, contact, language, today)
    if contact.name:  # beside a person stands when they were named, and the public way in
        secret = attribute in {"phone", "email", "address"}
        told = paragraph(say("lacking_private" if secret else "lacking", language, lacking=lacking))
        none = paragraph(say("contact_none", language, name=contact_name(contact, language)))
        return replace(card, paragraphs=(told, *(each for each in card.paragraphs[1:] if each != none)))
    more = Button(
        say("more_about", language, name=bare(contact_name(contact, language))), f"contact_{contact.id}"
    )
    under = sources_line(contact.sources, language, _dated(contact, language))
    told = _instead(contact, attribute, lacking, language)
    shown = tuple(each for each in (told, under) if each)
    return replace(card, paragraphs=shown, buttons=(*card.buttons, (more,)))


def _instead(contact: Contact, attribute: str, lacking: str, language: str) -> tuple[Text, ...]:
    """One sentence: what is not known, and the nearest way there is to ask for it."""
    ways = ("web", "email", "phone") if attribute in FIGURES | HEADS else ("email", "phone", "web")
    for way in ways:
        if value := getattr(contact, way):
            shown = Text(_bare(value), link=value) if way == "web" else Text(value)
            return paragraph(say(f"lacking_but_{way}", language, lacking=lacking), shown, ".")
    return paragraph(say("lacking", language, lacking=lacking))


def _card(knowledge: Knowledge, contact: Contact, language: str, today: date) -> Reply:
    """Name, role and date, how to reach them, source; copy buttons for what one types elsewhere."""
    paragraphs = [paragraph(Text(contact_name(contact, language), bold=True))]
    paragraphs.append(paragraph(_role(contact, language)))
    if contact.former:
        paragraphs.append(paragraph(say("contact_former", language, name=contact_name(contact, language))))
    areas = _areas(knowledge, contact, language) if contact.name is None else ""
    if areas:
        paragraphs.append(paragraph(say("contact_area", language, areas=areas)))
    lines = _lines(contact, language)
    none = say("contact_none", language, name=contact_name(contact, language))
    paragraphs.append(block(lines) or paragraph(none))
    public = fallback(knowledge, today)
    if contact.name and public:
        paragraphs.append((Text(say("contact_public", language)), *reach(public, language)))
    tail = "" if contact.name else _dated(contact, language)  # a person's date stands beside the role
    paragraphs.append(sources_line(contact.sources, language, tail))
    buttons = [
        Button(say(f"copy_{kind}", language), copy=value)
        for kind, value in (("email", contact.email), ("phone", contact.phone))
        if value
    ]
    rows = [(button,) for button in buttons]
    if lines and not contact.former:
        rows.append((Button(say("save_contact", language), f"save_{contact.id}"),))
    shown = tuple(each for each in paragraphs if each)
    return Reply(shown, tuple(rows), entry=f"contact:{contact.id}", language=language)


def named_when(contact: Contact, language: str) -> str | None:
    """When a person was named in the role, as exactly as known; None where no source has a date."""
    if contact.as_of is None:
        return None
    return str(pick(contact.as_of_note, language)) if contact.as_of_note else written(contact.as_of, language)


def reach(contact: Contact, language: str) -> tuple[Text, ...]:
    """How to reach somebody, in one line: the name, then what is public, the surest first."""
    ways = [Text(each) for each in (contact.phone, contact.email) if each]
    if contact.web:
        ways.append(Text(_bare(contact.web), link=contact.web))
    spans = [Text(contact_name(contact, language))]
    for number, way in enumerate(ways):
        spans += [Text(", " if number else " – "), way]
    return tuple(spans)


def _role(contact: Contact, language: str) -> str:
    role = pick(contact.role, language)
    if contact.name is None:
        return f"{role}."
    values = {"role": role, "organisation": bare(organisation(contact, language))}
    date_of = named_when(contact, language)
    if date_of is None:
        return say("contact_role_person_undated", language, **values)
    told = say("contact_role_person", language, **values, date=date_of)
    return told if contact.former else f"{told} {say('may_have_changed', language)}"


def _lacking(contact: Contact, attribute: str | None, language: str) -> str:
    """That what was asked for is not public, without a full stop; "" where it is, or nothing was asked."""
    name = bare(contact_name(contact, language))
    if attribute in FIGURES | HEADS and contact.name is None:
        return say(f"contact_no_{attribute}", language, name=name)
    public = {
        "phone": contact.phone,
        "email": contact.email,
        "address": contact.post or contact.visit,
        "website": contact.web,
    }
    if attribute not in public or public[attribute]:
        return ""
    return say(f"contact_no_{attribute}", language, name=name)


def _dated(contact: Contact, language: str) -> str:
    if contact.as_of_note:
        note = str(pick(contact.as_of_note, language))
        return f"{note[0].upper()}{note[1:]}."
    if contact.as_of is None:
        return say("undated", language)
    return as_of([contact.as_of], contact.sources, language)


def _areas(knowledge: Knowledge, contact: Contact, language: str) -> str:
    regions = {row.id: row for row in knowledge.programme.regions}
    return ", ".join(str(pick(regions[each].name, language)).partition(" (")[0] for each in contact.regions)


def _lines(contact: Contact, language: str) -> list[tuple[Text, ...]]:
    lines: list[tuple[Text, ...]] = []
    if contact.phone:
        note = f" ({pick(contact.phone_note, language)})" if contact.phone_note else ""
        lines.append(paragraph(say("contact_phone", language), contact.phone + note))
    if contact.email:
        lines.append(paragraph(say("contact_email", language), contact.email))
    if contact.web:
        lines.append(paragraph(say("contact_web", language), Text(_bare(contact.web), link=contact.web)))
    if contact.post:
        lines.append(paragraph(say("contact_post", language, address=contact.post)))
    if contact.visit:
        lines.append(paragraph(say("contact_visit", language, address=contact.visit)))
    return lines


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
