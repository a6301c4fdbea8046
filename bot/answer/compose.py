"""What was understood -> what to say."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.answer.clusters import attribute_reply
from bot.answer.contacts import contact_reply, reach
from bot.answer.entries import entry_reply, title
from bot.answer.events import calendar_reply, event_reply
from bot.answer.lists import list_reply
from bot.answer.texts import say
from bot.answer.whom import contact_for
from bot.knowledge.model import Entry, Knowledge, pick
from bot.reply import Button, Reply, Text, paragraph
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.interpret import Found, Outcome
from bot.understand.match import Hit
from bot.understand.version import Version


def compose(version: Version, outcome: Outcome, language: str, now: datetime, again: bool = False) -> Reply:
    """Turn an outcome into a reply in `language`; `again`: the question before was not answered either."""
    match outcome:
        case Found(finding) if finding.calendar is not None:
            return calendar_reply(version.directory, finding.calendar, language, now)
        case Found(finding) if finding.is_list:
            return list_reply(version.directory, finding.criteria, language)
        case Found(finding):
            return row_reply(version.knowledge, finding.rows[0], language, now, finding.attribute)
        case Sure(hit):
            return row_reply(version.knowledge, hit.entry, language, now)
        case Unsure(hits):
            return _asked_back(version.knowledge, hits, language)
        case Unknown(nearest):
            return unknown_reply(version.knowledge, nearest, language, now, again)
    assert_never(outcome)


def row_reply(
    knowledge: Knowledge, wanted: str, language: str, now: datetime, attribute: str | None = None
) -> Reply:
    """The reply for an entry's id, or for `cluster:<id>`, `contact:<id>`, `event:<id>`."""
    kind, _, row = wanted.rpartition(":")
    match kind:
        case "cluster":
            return attribute_reply(knowledge, knowledge.clusters[row], attribute, language, now.date())
        case "contact":
            return contact_reply(knowledge, knowledge.contacts[row], language, now.date())
        case "event":
            return event_reply(knowledge, knowledge.events[row], language, now)
    return entry_reply(knowledge, knowledge.entries[row], language)


def row_title(knowledge: Knowledge, wanted: str, language: str) -> str:
    """What a button that leads to the row says."""
    kind, _, row = wanted.rpartition(":")
    match kind:
        case "cluster":
            return knowledge.clusters[row].name
        case "contact":
            return knowledge.contacts[row].name or knowledge.contacts[row].organisation
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
        knowledge, entry.contact if entry else None, now.date(), entry.topic if entry else None
    )
    if contact is None:
        return unknown_reply(knowledge, None, language, now)
    return contact_reply(knowledge, contact, language, now.date())


def unknown_reply(
    knowledge: Knowledge, nearest: Hit | None, language: str, now: datetime, again: bool = False
) -> Reply:
    """Say that it is not known, and who may know: the contact of the nearest subject."""
    entry = knowledge.entries.get(nearest.entry) if nearest else None
    contact = contact_for(knowledge, entry.contact if entry else None, now.date())
    paragraphs = [paragraph(say("unknown_again" if again else "unknown", language))]
    if contact:
        paragraphs.append((Text(say("unknown_ask", language)), *reach(contact)))
    row = [Button(say("command_topics", language), "topics")]
    if contact:
        row.append(Button(say("contact_button", language), f"contact_{contact.id}"))
    return Reply(tuple(paragraphs), (tuple(row),), language=language)


def _asked_back(knowledge: Knowledge, hits: tuple[Hit, ...], language: str) -> Reply:
    buttons = [(Button(row_title(knowledge, hit.entry, language), row_data(hit.entry)),) for hit in hits]
    none = Button(say("none_of_these", language), "none")
    key = "did_you_mean_one" if len(hits) == 1 else "did_you_mean"
    return Reply((paragraph(say(key, language)),), (*buttons, (none,)), language=language)
