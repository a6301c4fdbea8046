"""What everything in the base is called: names as people shorten them, vocabulary, the usual questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.model import Knowledge, Level
from bot.understand.language import Language, merged
from bot.understand.lexicon import SHORTEST_REPAIRED, Lexicon, words
from bot.understand.normalize import folded
from bot.understand.repair import Repairer
from bot.understand.spans import CLUSTERS, Meaning

WORDS = Path(__file__).parent / "words"
RARE_NAME = 8  # letters; a surname as long is no everyday word
PARENTHESIS = re.compile(r"\(([^)]*)\)")
COMPANY = re.compile(r" (AS|ASA|SF|HF|IKS)$")  # legal forms nobody types
PREFIXES = ("the norwegian ", "the ", "nce ", "gce ", "arena ")
SUFFIXES = (" clusters", " cluster", "klyngen", " klyngen", " klynge")


class _Builder:
    """Collects names and what they mean."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.meanings: dict[str, list[Meaning]] = {}
        self.names: set[str] = set()

    def key(self, name: str) -> str:
        return folded("".join(words(name, self.language)), self.language)

    def add(self, name: str, meaning: Meaning, repairable: bool = True) -> None:
        tokens = words(name, self.language)
        typed = "".join(tokens)
        plain = folded(typed, self.language)
        for key in {typed, typed if plain in self.language.stop_words else plain} - {
            ""
        }:  # Møre is not "more"
            kept = self.meanings.setdefault(key, [])
            if meaning not in kept:
                kept.append(meaning)
        if repairable:
            single = {folded(token, self.language) for token in tokens} - self.language.stop_words
            self.names |= {word for word in single if len(word) >= SHORTEST_REPAIRED}


def build(knowledge: Knowledge) -> Lexicon:
    """Collect what everything in `knowledge` is called; what is usually asked and said is in `words`."""
    builder = _Builder(merged(knowledge.languages))
    data, said = _usual("directory.yaml"), _usual("conversation.yaml")
    _add_vocabulary(builder, knowledge)
    for attribute, phrases in data["attributes"].items():
        for phrase in phrases:
            builder.add(phrase, ("attribute", attribute), repairable=False)
    for kind in ("about", *CLUSTERS, "lists", "light", "beyond", "private"):
        for phrase in data[kind]:
            builder.add(phrase, (kind, ""), repairable=kind in CLUSTERS)
    for number, phrases in said["ordinals"].items():
        for phrase in phrases:
            builder.add(phrase, ("ordinal", number), repairable=False)
    phrased = {
        folded(word, builder.language)
        for entry in knowledge.entries.values()
        for texts in entry.questions.values()
        for text in texts
        for word in words(text, builder.language)
    }
    _add_clusters(builder, knowledge)
    _add_contacts(builder, knowledge, phrased)
    meanings = {key: _own_name_first(found) for key, found in builder.meanings.items()}
    kinds = {
        kind: frozenset(builder.key(phrase) for phrase in phrases)
        for kind, phrases in said.items()
        if kind != "ordinals"
    }
    kinds["amounts"] = frozenset(builder.key(phrase) for phrase in data["amounts"])
    kinds["stop"] = frozenset(folded(word, builder.language) for word in builder.language.stop_words)
    return Lexicon(
        builder.language,
        meanings,
        frozenset(builder.names),
        Repairer(dict.fromkeys(builder.names, 1), builder.language),
        frozenset(phrased),
        tuple(data["endings"]),
        kinds,
    )


@cache
def _usual(name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.load((WORDS / name).read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return content


def _add_vocabulary(builder: _Builder, knowledge: Knowledge) -> None:
    programme = knowledge.programme
    tables: tuple[tuple[str, Iterable[Level]], ...] = (
        ("level", programme.levels),
        ("theme", programme.themes),
        ("region", programme.regions),
    )
    for kind, rows in tables:
        for row in rows:
            for name in (*row.name.values(), *(word for listed in row.words.values() for word in listed)):
                builder.add(PARENTHESIS.sub("", name), (kind, row.id))
    for place in programme.places:
        for name in (place.name, *place.words):
            builder.add(name, ("city", place.name))


def _add_clusters(builder: _Builder, knowledge: Knowledge) -> None:
    general = set(builder.meanings)
    for cluster in knowledge.clusters.values():
        for name in (cluster.name, *cluster.former_names, *cluster.also):
            for variant in short_names(name):
                if variant == name or builder.key(variant) not in general:  # "NCE Media" is not all of media
                    builder.add(variant, ("cluster", cluster.id))


def _add_contacts(builder: _Builder, knowledge: Knowledge, phrased: set[str]) -> None:
    for contact in knowledge.contacts.values():
        if contact.name is None:
            outside = PARENTHESIS.sub("", contact.organisation)
            inside = PARENTHESIS.findall(contact.organisation)
            for name in (outside, COMPANY.sub("", outside), *inside, *contact.also):
                builder.add(name, ("contact", contact.id))
            continue
        builder.add(contact.name, ("contact", contact.id))
        first, surname = contact.name.split()[0], contact.name.split()[-1]
        builder.add(f"{first} {surname}", ("contact", contact.id))
        rare = len(surname) >= RARE_NAME or builder.key(surname) not in phrased
        if len(surname) > SHORTEST_REPAIRED and rare:
            builder.add(surname, ("contact", contact.id))


def _own_name_first(found: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """A stretch that is a cluster's name means that cluster, whatever its words mean apart."""
    return tuple(meaning for meaning in found if meaning[0] == "cluster") or tuple(found)


def short_names(name: str) -> list[str]:
    """A name as people shorten it: without NCE in front or Cluster behind, and each of its parts."""
    parts = dict.fromkeys([name, PARENTHESIS.sub("", name).strip(), *PARENTHESIS.findall(name)])
    parts |= dict.fromkeys(half.strip() for part in list(parts) for half in re.split(r" [–-] ", part))
    found = dict(parts)
    for part in parts:
        short = part
        for prefix in PREFIXES:
            short = short[len(prefix) :] if short.lower().startswith(prefix) else short
        for form in (part, short):
            found[form] = None
            for suffix in SUFFIXES:
                if form.lower().endswith(suffix):
                    found[form[: -len(suffix)].strip()] = None
    return [each for each in found if each == name or len(each) >= 4]  # "act" is a verb
