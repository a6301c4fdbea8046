"""What was understood -> what to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.answer.clusters import attribute_reply
from bot.answer.contacts import contact_reply, reach
from bot.answer.entries import entry_reply, is_smalltalk, sources_reply, title
from bot.answer.events import calendar_reply, event_reply
from bot.answer.lists import list_reply
from bot.answer.moments import day_of
from bot.answer.names import cluster_name, contact_name
from bot.answer.texts import say
from bot.answer.whom import contact_for, fallback
from bot.knowledge.model import Entry, Knowledge, pick
from bot.reply import Button, Reply, Text, paragraph
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.match import Hit
from bot.understand.outcome import Found, Outcome, Private, Several, Sourced, Untold
from bot.understand.version import Version

NEAR = 0.1  # confidence; below it the nearest answer tells nothing of the subject


def compose(version: Version, outcome: Outcome, language: str, now: datetime, again: bool = False) -> Reply:
    """Turn an outcome into a reply in `language`; `again`: the question before was not answered either."""
    match outcome:
        case Found(finding) if finding.calendar is not None:
            return calendar_reply(version.directory, finding.calendar, language, now)
        case Found(finding) if finding.is_list:
            return list_reply(version.directory, finding.criteria, language, day_of(version.knowledge, now))
        case Found(finding):
            return row_reply(version.knowledge, finding.rows[0], language, now, finding.attribute)
        case Sourced(hit):
            return sources_reply(version.knowledge, version.knowledge.entries[hit.entry], language)
        case Sure(hit):
            return row_reply(version.knowledge, hit.entry, language, now)
        case Unsure(hits):
            return _asked_back(version.knowledge, hits, language)
        case Several(parts):
            return _together([compose(version, part, language, now) for _, part in parts], language)
        case Untold(finding=finding):
            return row_reply(version.knowledge, finding.rows[0], language, now, finding.attribute)
        case Private():
            return private_reply(version.knowledge, language, now)
        case Unknown(nearest):
            return unknown_reply(version.knowledge, nearest, language, now, again)
    assert_never(outcome)


def row_reply(
    knowledge: Knowledge, wanted: str, language: str, now: datetime, attribute: str | None = None
) -> Reply:
    """The reply for an entry's id, or for `cluster:<id>`, `contact:<id>`, `event:<id>`."""
    kind, _, row = wanted.rpartition(":")
    today = day_of(knowledge, now)
    match kind:
        case "cluster":
            return attribute_reply(knowledge, knowledge.clusters[row], attribute, language, today)
        case "contact":
            return contact_reply(knowledge, knowledge.contacts[row], language, today, attribute)
        case "event":
            return event_reply(knowledge, knowledge.events[row], language, now, attribute)
    return entry_reply(knowledge, knowledge.entries[row], language)


def row_title(knowledge: Knowledge, wanted: str, language: str) -> str:
    """What a button that leads to the row says."""
    kind, _, row = wanted.rpartition(":")
    match kind:
        case "cluster":
            return cluster_name(knowledge.clusters[row], language)
        case "contact":
            return contact_name(knowledge.contacts[row], language)
        case "event":
            return str(pick(knowledge.events[row].title, language))
    return title(knowledge, row, language)


def row_data(wanted: str) -> str:
    """The data of a button that leads to the row."""
    kind, _, row = wanted.rpartition(":")
    return f"{kind or 'entry'}_{row}"


def ask_reply(knowledge: Knowledge, entry: Entry | None, language: str, now: datetime) -> Reply:
    """Whom to ask about an entry's subject, and how to reach them."""
    contact = contact_for(
        knowledge, entry.contact if entry else None, day_of(knowledge, now), entry.topic if entry else None
    )
    if contact is None:
        return unknown_reply(knowledge, None, language, now)
    return contact_reply(knowledge, contact, language, day_of(knowledge, now))


def unknown_reply(
    knowledge: Knowledge, nearest: Hit | None, language: str, now: datetime, again: bool = False
) -> Reply:
    """Say that it is not known, and who may know: the office for the nearest subject, else the fallback."""
    today = day_of(knowledge, now)
    entry = knowledge.entries.get(nearest.entry) if nearest and nearest.confidence >= NEAR else None
    contact = contact_for(knowledge, entry.contact if entry else None, today)
    if contact and contact.name:  # a person is only given with the date they were named
        contact = fallback(knowledge, today) or contact
    paragraphs = [paragraph(say("unknown_again" if again else "unknown", language))]
    if contact:
        paragraphs.append((Text(say("unknown_ask", language)), *reach(contact, language)))
    row = [Button(say("command_topics", language), "topics")]
    if contact:
        row.append(Button(say("contact_button", language), f"contact_{contact.id}"))
    return Reply(tuple(paragraphs), (tuple(row),), language=language)


def private_reply(knowledge: Knowledge, language: str, now: datetime) -> Reply:
    """Refuse what is nobody's business, and give the public way in."""
    paragraphs = [paragraph(say("private", language))]
    if contact := fallback(knowledge, day_of(knowledge, now)):
        paragraphs.append((Text(say("contact_public", language)), *reach(contact, language)))
    return Reply(tuple(paragraphs), language=language)


def _together(replies: Sequence[Reply], language: str) -> Reply:
    """Answers to several questions under each other, each with its sources; the buttons that lead on."""
    rule = paragraph("—")
    paragraphs = [
        part
        for number, reply in enumerate(replies)
        for part in ((rule,) if number else ()) + reply.paragraphs
    ]
    buttons = [reply.buttons[0] for reply in replies if reply.buttons]
    return Reply(tuple(paragraphs), tuple(buttons), entry=replies[-1].entry, language=language)


def _asked_back(knowledge: Knowledge, hits: tuple[Hit, ...], language: str) -> Reply:
    """The answers that may be meant; small talk only where there is nothing else."""
    rows = [hit.entry for hit in hits]
    rows = [row for row in rows if not is_smalltalk(knowledge, row)] or rows
    buttons = [(Button(row_title(knowledge, row, language), row_data(row)),) for row in rows]
    none = Button(say("none_of_these", language), "none")
    key = "did_you_mean_one" if len(rows) == 1 else "did_you_mean"
    return Reply((paragraph(say(key, language)),), (*buttons, (none,)), language=language)
