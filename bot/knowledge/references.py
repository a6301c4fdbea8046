"""Ids that name each other across the files: which of them exist, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from bot.errors import Problem
from bot.knowledge.model import Knowledge, Origin, Record, Row

LONGEST_NAME = 80  # characters; longer ones were not mistyped, and are slow to compare

# which fields of a row name which kind of row; a field holds one id, several, or none
REFERENCES: dict[str, dict[str, str]] = {
    "entry": {"facts": "fact", "contact": "contact", "related": "entry"},
    "cluster": {
        "level": "level",
        "regions": "region",
        "themes": "theme",
        "leader": "contact",
        "facts": "fact",
    },
    "contact": {
        "clusters": "cluster",
        "topics": "topic",
        "regions": "region",
        "deputy": "contact",
        "facts": "fact",
    },
    "event": {
        "clusters": "cluster",
        "topics": "topic",
        "regions": "region",
        "levels": "level",
        "contact": "contact",
        "facts": "fact",
    },
}

FEED = {
    "topics": "topic",
    "regions": "region",
    "levels": "level",
    "clusters": "cluster",
    "contact": "contact",
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names the nearest of `known`, empty where none is near."""
    if len(word) > LONGEST_NAME:
        return ""
    close = get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def dangling(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield a problem for every id that is named and does not exist."""
    programme = knowledge.programme
    ids = {
        "entry": set(knowledge.entries),
        "fact": set(knowledge.facts),
        "cluster": set(knowledge.clusters),
        "contact": set(knowledge.contacts),
        "topic": {row.id for row in programme.topics},
        "theme": {row.id for row in programme.themes},
        "level": {row.id for row in programme.levels},
        "region": {row.id for row in programme.regions},
    }
    home = Origin(f"{knowledge.folder.resolve().name}/programme.yaml", 0)
    named: list[
        tuple[str, str, str, str, str]
    ] = []  # kind of row, its id, field, kind of what is named, its id
    if programme.fallback_contact:
        named.append(("setting", "fallback_contact", "", "contact", programme.fallback_contact))
    for feed in programme.feeds:
        for name_of_field, wanted in FEED.items():
            named += [("setting", "feeds", "", wanted, name) for name in _ids(feed, name_of_field)]
    for region in programme.regions:
        named += [("region", region.id, "covers", "region", name) for name in region.covers]
    named += [("place", place.name, "region", "region", place.region) for place in programme.places]
    tables: dict[str, Mapping[str, Row]] = {
        "entry": knowledge.entries,
        "cluster": knowledge.clusters,
        "contact": knowledge.contacts,
        "event": knowledge.events,
    }
    for kind, fields in REFERENCES.items():
        for row in tables[kind].values():
            for name_of_field, wanted in fields.items():
                named += [(kind, row.id, name_of_field, wanted, name) for name in _ids(row, name_of_field)]
    for cluster in knowledge.clusters.values():
        named += [
            ("cluster", cluster.id, "level_history", "level", status.level)
            for status in cluster.level_history
        ]
        named += [
            ("cluster", cluster.id, "figures", "fact", name)
            for figure in (cluster.figures.known.values() if cluster.figures else ())
            for name in figure.facts
        ]
    for kind, row_id, name_of_field, wanted, name in named:
        if name not in ids[wanted]:
            origin = knowledge.origins.get((kind, row_id), home)
            line = origin.fields.get(name_of_field, origin.line)
            text = f"{kind} '{row_id}': {wanted} '{name}' does not exist{did_you_mean(name, ids[wanted])}"
            yield Problem(origin.file, line, text)


def _ids(row: Record, field: str) -> tuple[str, ...]:
    value = getattr(row, field)
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
