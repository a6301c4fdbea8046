"""What an editor should put right in a base that loads: one function for each rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

from bot.errors import Problem
from bot.knowledge.event_check import time_findings
from bot.knowledge.model import Contact, Entry, Figure, Knowledge, Origin, Row

SMALLTALK = "smalltalk"  # the topic that needs neither facts nor a place in the menu
FEWEST_PHRASINGS = 3
LONGEST_TITLE = 48  # characters; what a phone shows of a button
LONGEST_TEXT = 3_500  # UTF-16 units; Telegram's limit is 4096, the rest is for sources and date
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:amp|lt|gt|quot|nbsp|#\d+);")
_SEPARATORS = re.compile(r"[\W_]+")

# the fields people read, of each kind of row
_TEXTS = {
    "entry": ("questions", "answer"),
    "cluster": ("summary", "level_note", "as_of_note"),
    "contact": ("role", "phone_note", "as_of_note"),
    "event": ("title", "text", "date_note"),
    "topic": ("name",),
    "level": ("name",),
    "theme": ("name",),
    "region": ("name",),
}


def findings(knowledge: Knowledge, today: date) -> tuple[Problem, ...]:
    """List everything worth mending, by file and line; nothing in it stops the bot."""
    return tuple(
        sorted(
            chain(
                _collisions(knowledge),
                _translations(knowledge),
                _phrasings(knowledge),
                _texts(knowledge),
                _facts(knowledge, today),
                _sources(knowledge),
                _contacts(knowledge, today),
                _fallback(knowledge, today),
                _topics(knowledge),
                _events(knowledge),
            )
        )
    )


def _problem(knowledge: Knowledge, kind: str, row_id: str, field: str, text: str) -> Problem:
    origin = _origin(knowledge, kind, row_id)
    return Problem(origin.file, origin.fields.get(field, origin.line), f"{kind} '{row_id}': {text}")


def _origin(knowledge: Knowledge, kind: str, row_id: str) -> Origin:
    return knowledge.origins.get(
        (kind, row_id), Origin(f"{knowledge.folder.resolve().name}/programme.yaml", 0)
    )


def _rows(knowledge: Knowledge) -> Iterator[tuple[str, Row]]:
    """All rows with texts that people read, with their kind."""
    programme = knowledge.programme
    tables: dict[str, Mapping[str, Row]] = {
        "entry": knowledge.entries,
        "cluster": knowledge.clusters,
        "contact": knowledge.contacts,
        "event": knowledge.events,
        "topic": {row.id: row for row in programme.topics},
        "level": {row.id: row for row in programme.levels},
        "theme": {row.id: row for row in programme.themes},
        "region": {row.id: row for row in programme.regions},
    }
    for kind, table in tables.items():
        for row in table.values():
            yield kind, row


def _folded(phrasing: str) -> str:
    """The phrasing as the reader of a question sees it at least: without case, punctuation and spacing."""
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", phrasing).casefold()).strip()


def _collisions(knowledge: Knowledge) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in knowledge.entries.values():
        for phrasing in chain.from_iterable(entry.questions.values()):
            other = first.setdefault(_folded(phrasing), entry)
            if other.id == entry.id:
                continue
            origin = _origin(knowledge, "entry", other.id)
            text = (
                f"'{phrasing}' is also asked in entry '{other.id}' ({origin.file}:{origin.line}); "
                "keep it in one of them"
            )
            yield _problem(knowledge, "entry", entry.id, "questions", text)


def _translations(knowledge: Knowledge) -> Iterator[Problem]:
    for kind, row in _rows(knowledge):
        for field in _TEXTS[kind]:
            texts = getattr(row, field)
            missing = [language for language in knowledge.languages if texts and language not in texts]
            if missing:
                text = f"'{field}' is missing in {', '.join(missing)}; write it"
                yield _problem(knowledge, kind, row.id, field, text)


def _phrasings(knowledge: Knowledge) -> Iterator[Problem]:
    for entry in knowledge.entries.values():
        for language, phrasings in entry.questions.items():
            if len(phrasings) < FEWEST_PHRASINGS:
                text = (
                    f"{len(phrasings)} way{'s' * (len(phrasings) > 1)} of asking in {language}; "
                    f"write at least {FEWEST_PHRASINGS}"
                )
                yield _problem(knowledge, "entry", entry.id, "questions", text)
            if len(phrasings[0]) > LONGEST_TITLE:
                text = (
                    f"the first question in {language} is a button's title and has {len(phrasings[0])} "
                    f"characters; put one of at most {LONGEST_TITLE} first"
                )
                yield _problem(knowledge, "entry", entry.id, "questions", text)


def _texts(knowledge: Knowledge) -> Iterator[Problem]:
    for kind, row in _rows(knowledge):
        for field in _TEXTS[kind]:
            for language, value in (getattr(row, field) or {}).items():
                texts = (value,) if isinstance(value, str) else value
                tag = next((found for text in texts if (found := _TAG.search(text))), None)
                if tag is not None:
                    text = (
                        f"'{field}' in {language} holds '{tag.group()[:40]}', which people would see; "
                        "take it out"
                    )
                    yield _problem(knowledge, kind, row.id, field, text)
                units = max(len(text.encode("utf-16-le")) // 2 for text in texts) if texts else 0
                if units > LONGEST_TEXT:
                    text = (
                        f"'{field}' in {language} has {units} characters and does not fit one message; "
                        f"shorten it to {LONGEST_TEXT}"
                    )
                    yield _problem(knowledge, kind, row.id, field, text)


def _facts(knowledge: Knowledge, today: date) -> Iterator[Problem]:
    tables = (knowledge.entries, knowledge.clusters, knowledge.contacts, knowledge.events)
    used = {name for table in tables for row in table.values() for name in row.facts}
    used |= {name for _, _, figure in _figures(knowledge) for name in figure.facts}
    for fact in knowledge.facts.values():
        if fact.id not in used:
            text = "no answer or row uses it; add its id to the facts of one, or delete it"
            yield _problem(knowledge, "fact", fact.id, "id", text)
        if fact.review_by and fact.review_by < today:
            text = f"was to be reviewed by {fact.review_by}; look at its sources and set a new date"
            yield _problem(knowledge, "fact", fact.id, "review_by", text)


def _sources(knowledge: Knowledge) -> Iterator[Problem]:
    for entry in knowledge.entries.values():
        if not entry.facts and not entry.checked and entry.topic != SMALLTALK:
            text = (
                "has no facts, so its answer shows no source; add facts, or checked: with the day you looked"
            )
            yield _problem(knowledge, "entry", entry.id, "id", text)
    for kind, table in (("cluster", knowledge.clusters), ("contact", knowledge.contacts)):
        for row in table.values():
            if not row.sources and not row.facts:
                text = "has no sources; add where it was read"
                yield _problem(knowledge, kind, row.id, "sources", text)
    for row_id, name, figure in _figures(knowledge):
        if not figure.facts:
            text = f"'{name}' under figures has no facts; add them, or its answer shows the row's sources"
            yield _problem(knowledge, "cluster", row_id, "figures", text)


def _figures(knowledge: Knowledge) -> Iterator[tuple[str, str, Figure]]:
    """Each figure of each cluster: the cluster's id, the figure's name, the figure."""
    for cluster in knowledge.clusters.values():
        for name, figure in (cluster.figures.known if cluster.figures else {}).items():
            yield cluster.id, name, figure


def _contacts(knowledge: Knowledge, today: date) -> Iterator[Problem]:
    for contact in knowledge.contacts.values():
        if contact.former:
            continue
        if contact.name and not _reachable(knowledge, contact, today):
            text = (
                "nobody can reach the organisation; add its web, email or phone, or a website to the cluster"
            )
            yield _problem(knowledge, "contact", contact.id, "name", text)
        if contact.available(today):
            continue
        deputy = knowledge.contacts.get(contact.deputy or "")
        if deputy is None:
            text = "is away or has left, and has no deputy; name one, or mark the row former: true"
            yield _problem(
                knowledge, "contact", contact.id, "valid_to" if contact.valid_to else "away_until", text
            )
        elif not deputy.available(today):
            text = f"is away or has left, and so is the deputy '{deputy.id}'; name another"
            yield _problem(knowledge, "contact", contact.id, "deputy", text)


def _reachable(knowledge: Knowledge, contact: Contact, today: date) -> bool:
    if contact.web or contact.email or contact.phone:
        return True
    if any(knowledge.clusters[name].website for name in contact.clusters):
        return True
    fallback = knowledge.contacts.get(knowledge.programme.fallback_contact or "")
    if fallback is None or not fallback.available(today):
        return False
    return bool(fallback.web or fallback.email or fallback.phone)


def _fallback(knowledge: Knowledge, today: date) -> Iterator[Problem]:
    contact = knowledge.contacts.get(knowledge.programme.fallback_contact or "")
    if contact is not None and contact.available(today):
        return
    origin = _origin(knowledge, "setting", "fallback_contact")
    text = (
        f"fallback_contact '{contact.id}' is away or has left; name another"
        if contact is not None
        else "fallback_contact is missing; name the contact for questions without an answer"
    )
    yield Problem(origin.file, origin.line, text)


def _topics(knowledge: Knowledge) -> Iterator[Problem]:
    topics = {topic.id for topic in knowledge.programme.topics}
    if not topics:  # a base without a menu
        return
    used = {entry.topic for entry in knowledge.entries.values()}
    for topic in knowledge.programme.topics:
        if topic.id not in used:
            text = f"has no answers; write answers/{topic.id}.yaml, or delete the topic"
            yield _problem(knowledge, "topic", topic.id, "id", text)
    for entry in knowledge.entries.values():
        if entry.topic not in topics and entry.topic != SMALLTALK:
            text = (
                f"its topic '{entry.topic}' is not in programme.yaml, so no menu leads to it; add the topic"
            )
            yield _problem(knowledge, "entry", entry.id, "topic", text)


def _events(knowledge: Knowledge) -> Iterator[Problem]:
    for event in knowledge.events.values():
        for field, text in time_findings(event, knowledge.zone):
            yield _problem(knowledge, "event", event.id, field, text)
