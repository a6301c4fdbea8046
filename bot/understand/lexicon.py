"""What rows, themes, regions, towns, levels and the usual questions about them are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.model import Knowledge, Level
from bot.understand.language import Language, merged
from bot.understand.normalize import folded, read_words, typed_words

WORDS = Path(__file__).parent / "words" / "directory.yaml"
LONGEST_NAME = 7  # words
SHORTEST_REPAIRED = 4  # letters; a shorter word is too easily another one
RARE_NAME = 8  # letters; a surname as long is no everyday word
SENTENCE = re.compile(r"(\S.*?)([.?!;\n]+(?=\s|$)|$)", re.DOTALL)
MOST_CLAUSES = 6  # of a message; a longer one is a story, not questions
PARENTHESIS = re.compile(r"\(([^)]*)\)")
COMPANY = re.compile(r" (AS|ASA|SF|HF|IKS)$")  # legal forms nobody types
PREFIXES = ("the norwegian ", "the ", "nce ", "gce ", "arena ")
SUFFIXES = (" clusters", " cluster", "klyngen", " klyngen", " klynge")

# what a stretch of words can mean: its kind (cluster, contact, theme, region, city, level, attribute, about,
# cluster_word, clusters, lists, light, beyond, private) and which of that kind
Meaning = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a question and all that it can mean; no meanings: a word of no concern here."""

    tokens: tuple[str, ...]
    meanings: tuple[Meaning, ...]

    def has(self, *kinds: str) -> bool:
        """Whether it can mean something of one of `kinds`."""
        return any(kind in kinds for kind, _ in self.meanings)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names by their letters run together, so that split and joined words are the same."""

    language: Language
    meanings: Mapping[str, tuple[Meaning, ...]]
    names: frozenset[str]  # single words of names and vocabulary, folded: what a misspelt word may have been
    phrased: frozenset[str]  # words of the phrasings, folded: never taken for a misspelt name
    endings: tuple[str, ...]
    kinds: Mapping[str, frozenset[str]]  # folded: words that part questions (follow, joins, asks), stop words

    def words(self, text: str) -> tuple[str, ...]:
        """The words of a text, in the one spelling that names have here."""
        return words(text, self.language)

    def says_nothing(self, token: str) -> bool:
        """Whether it is a stop word, however its letters are typed ("paa")."""
        stop_words = self.language.stop_words
        return token in stop_words or folded(token, self.language) in self.kinds["stop"]

    def is_kind(self, tokens: Sequence[str], kind: str) -> bool:
        """Whether the words together are of `kind`: follow, joins, asks."""
        return folded("".join(tokens), self.language) in self.kinds[kind]

    def questions(self, message: str) -> tuple[str, ...]:
        """The questions of a message of more than one clause; what is told beside them is none."""
        found: list[list[str]] = []
        count = 0
        for sentence, mark in SENTENCE.findall(message):
            clauses = self._clauses(sentence.split())
            count += len(clauses)
            found += [
                clause for clause in clauses if "?" in mark or self.is_kind(self.words(clause[0]), "asks")
            ]
        asked = tuple(" ".join(clause) for clause in found if len(clause) > 1)
        return asked if 1 < count <= MOST_CLAUSES else ()

    def _clauses(self, tokens: list[str]) -> list[list[str]]:
        """Cut where a second question begins: "what is Arena and who leads NODE"."""
        for place in range(1, len(tokens) - 1):
            joins = self.is_kind(self.words(tokens[place]), "joins")
            if joins and self.is_kind(self.words(tokens[place + 1]), "asks"):
                return [tokens[:place], *self._clauses(tokens[place + 1 :])]
        return [tokens] if tokens else []

    def read(self, question: str) -> tuple[tuple[Span, ...], Mapping[str, str]]:
        """Cut a question into the longest spans that mean something; beside them the repaired words."""
        tokens, repaired = self._repaired(words(question, self.language))
        spans = []
        start = 0
        while start < len(tokens):
            span = self._longest(tokens[start : start + LONGEST_NAME])
            spans.append(span)
            start += len(span.tokens)
        return tuple(spans), repaired

    def _longest(self, tokens: Sequence[str]) -> Span:
        for end in range(len(tokens), 0, -1):
            if meanings := self._meanings(tokens[:end]):
                return Span(tuple(tokens[:end]), meanings)
        return Span((tokens[0],), ())

    def _meanings(self, tokens: Sequence[str]) -> tuple[Meaning, ...]:
        typed = "".join(tokens)
        return self.meanings.get(typed) or self.meanings.get(folded(typed, self.language)) or ()

    def _repaired(self, typed: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """Write compounds apart, drop endings, and put right what is close to a name and is no other word."""
        tokens: list[str] = []
        repaired: dict[str, str] = {}
        for position, token in enumerate(typed):
            if self._stands(token, typed, position):
                tokens.append(token)
            elif parts := self._apart(token) or self._without_ending(token):
                tokens.extend(parts)
            elif token not in self.language.common and (close := self._close(folded(token, self.language))):
                repaired[token] = close
                tokens.append(close)
            else:
                tokens.append(token)
        return tokens, repaired

    def _stands(self, token: str, typed: Sequence[str], position: int) -> bool:
        """Whether the word means something as it is, alone or with a neighbour ("sub sea")."""
        if folded(token, self.language) in self.names or token in self.language.stop_words:
            return True
        before = typed[max(0, position - 1) : position + 1]
        around = (typed[position : position + 1], before, typed[position : position + 2])
        return any(self._meanings(each) for each in around)

    def _close(self, plain: str) -> str | None:
        if len(plain) < SHORTEST_REPAIRED or plain in self.phrased:
            return None
        allowed = 1 if len(plain) < 7 else 2
        best = process.extractOne(plain, self.names, scorer=OSA.distance, score_cutoff=allowed)
        return best[0] if best else None

    def _apart(self, token: str) -> list[str] | None:
        """`helseklynger` -> helse, klynger."""
        for cut in range(2, len(token) - 2):
            head, tail = token[:cut], token[cut:]
            if not {("clusters", ""), ("cluster_word", "")}.isdisjoint(self._meanings([tail])):
                for form in (head, head.removesuffix("s")):
                    if self._meanings([form]):
                        return [form, tail]
        return None

    def _without_ending(self, token: str) -> list[str] | None:
        for ending in self.endings:
            base = token.removesuffix(ending)
            if base != token and len(base) >= SHORTEST_REPAIRED and self._meanings([base]):
                return [base]
        return None


def words(text: str, language: Language) -> tuple[str, ...]:
    """The words of a name or question, in the one spelling that the index has."""
    return read_words(typed_words(text, language), language)


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
    """Collect what everything in `knowledge` is called; what is usually asked is in words/directory.yaml."""
    builder = _Builder(merged(knowledge.languages))
    data = _usual()
    _add_vocabulary(builder, knowledge)
    for attribute, phrases in data["attributes"].items():
        for phrase in phrases:
            builder.add(phrase, ("attribute", attribute), repairable=False)
    for kind in ("about", "cluster_word", "clusters", "lists", "light", "beyond", "private"):
        for phrase in data[kind]:
            builder.add(phrase, (kind, ""), repairable=kind in {"cluster_word", "clusters"})
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
        kind: frozenset(builder.key(phrase) for phrase in data[kind]) for kind in ("follow", "joins", "asks")
    }
    kinds["stop"] = frozenset(folded(word, builder.language) for word in builder.language.stop_words)
    return Lexicon(
        builder.language,
        meanings,
        frozenset(builder.names),
        frozenset(phrased),
        tuple(data["endings"]),
        kinds,
    )


@cache
def _usual() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.load(WORDS.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
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
            for name in (outside, COMPANY.sub("", outside), *PARENTHESIS.findall(contact.organisation)):
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
