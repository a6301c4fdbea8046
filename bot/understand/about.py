"""Which row, or which thing in a few words, was talked about."""

from __future__ import annotations

from bot.knowledge.model import Entry
from bot.understand.match import Hit
from bot.understand.outcome import CERTAIN
from bot.understand.rows import is_all_about
from bot.understand.subject import Subject
from bot.understand.version import Version


def row_of(version: Version, last: Subject) -> str | None:
    """The row talked about: the last one, the only one of a list, or the one an entry is about."""
    if last.criteria:
        rows = version.directory.fitting(last.criteria)
        return rows[0] if len(rows) == 1 else None
    return last.entry if is_row(version, last.entry) else _row_of_entry(version, last.entry)


def _row_of_entry(version: Version, entry: str) -> str | None:
    """The one row an entry is about: its title names it in every language, or all its facts belong to it."""
    found, known = version.knowledge.entries.get(entry), version.rows_of_entries
    if found is None:
        return None
    if entry not in known:
        known[entry] = _find_row(version, found)
    return known[entry]


def _find_row(version: Version, found: Entry) -> str | None:
    named = {_named(version, phrasings[0]) for phrasings in found.questions.values()}
    if len(named) == 1 and (row := named.pop()):
        return row
    rows = rows_of_entry(version, found.id)
    return rows[0] if len(rows) == 1 and is_all_about(version.knowledge, found.id, rows[0]) else None


def _named(version: Version, title: str) -> str | None:
    finding = version.directory.find(title)
    return finding.rows[0] if finding and len(finding.rows) == 1 and not finding.is_list else None


def rows_of_entry(version: Version, entry: str) -> tuple[str, ...]:
    """The clusters that an entry shares facts with."""
    found = version.knowledge.entries.get(entry)
    facts = set(found.facts) if found else set()
    clusters = version.knowledge.clusters.values()
    return tuple(f"cluster:{each.id}" for each in clusters if not facts.isdisjoint(each.facts))


def related_to(version: Version, last: Subject) -> frozenset[str]:
    """The entries that go with the last answer: it, those it is related to, those that share facts with it.

    With a row those that are about it alone.
    """
    found = version.knowledge.entries.get(last.entry)
    if found is None:
        every = version.knowledge.entries if is_row(version, last.entry) else ()
        return frozenset(each for each in every if _row_of_entry(version, each) == last.entry)
    facts = set(found.facts)
    return frozenset(
        each.id
        for each in version.knowledge.entries.values()
        if each is found or each.id in found.related or found.id in each.related or facts & set(each.facts)
    )


def of_the_topic(version: Version, last: Subject) -> frozenset[str]:
    """The entries of the last answer's topic."""
    found = version.knowledge.entries.get(last.entry)
    same = (each.id for each in version.knowledge.entries.values() if found and each.topic == found.topic)
    return frozenset(same)


def entry_of_person(version: Version, row: str) -> str | None:
    """The answer about who a person is, where there is more than their card."""
    who = row.partition(":")[2]
    asked = (each.id for each in version.knowledge.entries.values() if each.contact == who)
    return next((each for each in asked if _row_of_entry(version, each) == row), None)


def title_of(version: Version, last: Subject, language: str) -> str | None:
    """What was talked about in a few words, in the language if it can be."""
    knowledge = version.knowledge
    kind, _, which = last.entry.rpartition(":")
    if not kind and (entry := knowledge.entries.get(which)):
        return (entry.questions.get(language) or next(iter(entry.questions.values())))[0]
    if kind == "cluster" and which in knowledge.clusters:
        return knowledge.clusters[which].name
    if kind == "contact" and which in knowledge.contacts:
        return knowledge.contacts[which].name or knowledge.contacts[which].organisation
    return None


def is_row(version: Version, entry: str) -> bool:
    """Whether it is a cluster, a contact or an event that is still there."""
    kind, _, which = entry.partition(":")
    known = version.knowledge
    rows = {"cluster": known.clusters, "contact": known.contacts, "event": known.events}
    return which in rows.get(kind, {})


def is_there(version: Version, entry: str) -> bool:
    """Whether an entry or row is still in the base."""
    return is_row(version, entry) or entry in version.knowledge.entries


def hit_of(row: str, confidence: float = CERTAIN, matched: str = "") -> Hit:
    """A row or entry that was named or talked about, as something found; matched: the words that named it."""
    return Hit(row, confidence, matched, "", False, {})
