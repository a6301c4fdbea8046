"""The words a base knows, and which of them mean the same."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.understand.language import COMPOUNDING, Language, stemmer
from bot.understand.repair import Repairer

DIGITS = re.compile(r"\d+")
SHORTEST_PART = 4  # letters of a compound's part; shorter ones are found in too many words
SHORTEST_REST = 3  # letters beside a part that the base has only inside compounds
LONG = SHORTEST_PART + SHORTEST_REST  # letters of a word in which another may stand
RELATIVES = 3  # compounds at most that a part stands for
LINKS = ("", "s", "e")  # what may stand between the parts: søknad-s-frist
REMEMBERED = 20_000  # words of questions


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a question as the base understands it."""

    typed: str
    word: str  # after repair
    concept: int  # -1: not known
    weight: float  # 1 as typed, less the more had to be repaired
    shape: int  # the concept that stands in pairs: the same, but of a number that of all written so ("5pm")
    parts: tuple[int, ...]  # concepts of a compound's parts, or of the compounds it is part of
    light: bool  # a stop word

    @property
    def topical(self) -> bool:
        """Says what a question is about: neither a stop word nor a number."""
        return not self.light and not self.word.isdecimal()


@dataclass(frozen=True, slots=True)
class Concepts:
    """Words -> concepts, as plain data.

    A concept is what remains without endings, languages and synonyms: all words of one stem, the stems of one
    word in several languages, the words of one line of synonyms.
    """

    size: int
    counts: Mapping[str, int]  # word -> in how many places of the base
    words: Mapping[str, int]
    stems: Mapping[str, int]
    phrases: Mapping[
        int, Sequence[tuple[tuple[int, ...], int]]
    ]  # first concept -> (all of a row, what it means)
    long: Sequence[str]  # words and stems of compounding languages in which another word may stand

    @classmethod
    def of(
        cls,
        texts: Iterable[tuple[Sequence[str], str]],
        synonyms: Sequence[Sequence[Sequence[str]]],
        codes: Sequence[str],
    ) -> Concepts:
        """texts: (words, language); synonyms: lines of phrases of words, of any of the languages `codes`."""
        counts: Counter[str] = Counter()
        spoken: defaultdict[str, set[str]] = defaultdict(set)
        long: set[str] = set()
        said = [(phrase, code) for line in synonyms for phrase in line for code in codes]
        for words, code in (*texts, *said):
            stem = stemmer(code)
            for word in words:
                for form in {word, shape(word)}:
                    counts[form] += 1
                    spoken[form].add(stem(form))
            if code in COMPOUNDING:
                long |= {form for word in words for form in (word, stem(word)) if len(form) >= LONG}
        merged = _Merged()
        for word in sorted(spoken):
            merged.join(sorted(spoken[word]))
        for number, line in enumerate(synonyms):
            singles = [stem for phrase in line if len(phrase) == 1 for stem in sorted(spoken[phrase[0]])]
            merged.join([f"={number}", *singles])
        ids: dict[str, int] = {}
        stems = {stem: ids.setdefault(merged.root(stem), len(ids)) for stem in sorted(merged.parents)}
        words_ = {word: stems[min(spoken[word])] for word in counts}
        phrases: defaultdict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
        for number, line in enumerate(synonyms):
            for phrase in line:
                if len(phrase) > 1:
                    row = tuple(words_[word] for word in phrase)
                    phrases[row[0]].append((row, stems[f"={number}"]))
        return cls(len(ids), counts, words_, stems, phrases, sorted(long))


class Vocabulary:
    """Finds the concept of any word of a question: as it stands, by its stem, repaired, or in compounds."""

    def __init__(self, concepts: Concepts, known: Language, codes: Sequence[str]) -> None:
        self.concepts = concepts
        self.size = concepts.size
        self.known = known
        self._codes = tuple(codes)
        self.light = frozenset(self.concept(word) for word in known.stop_words & concepts.words.keys())
        self._repairer = Repairer(concepts.counts, known)
        self._from_start = concepts.long
        self._from_end = sorted(word[::-1] for word in concepts.long)
        self._remembered: dict[str, Token] = {}
        self._of_parts: dict[tuple[int, ...], str] = {}  # a compound's parts -> its most frequent writing
        for word in sorted(concepts.long, key=lambda w: (concepts.counts.get(w, 0), w)):
            if word in concepts.words and (parts := self._parts(word)):
                self._of_parts[parts] = word

    def concept(self, word: str) -> int:
        """The concept of a word as it stands or of its stem in any of the base's languages, or -1."""
        found = self.concepts.words.get(word, -1)
        if found >= 0:
            return found
        for code in self._codes:
            found = self.concepts.stems.get(stemmer(code)(word), -1)
            if found >= 0:
                return found
        return -1

    def tokens(self, words: Sequence[str]) -> list[Token]:
        """Find each word's concept, repairing words that are not known and joining what was typed apart."""
        tokens: list[Token] = []
        for word in words:
            token = self._remembered.get(word) or self._remember(word)
            if tokens and (whole := self._whole(tokens[-1], token)):
                tokens[-1] = whole
            else:
                tokens.append(token)
        return tokens

    def _whole(self, first: Token, second: Token) -> Token | None:
        """The one known word that two make of which one alone is unknown: blue print, kvante sprang."""
        if min(first.concept, second.concept) >= 0 or first.word.isdecimal() or second.word.isdecimal():
            return None
        for link in LINKS:
            word = first.word + link + second.word
            if word in self.concepts.words:
                return replace(
                    self._remembered.get(word) or self._remember(word), typed=f"{first.typed} {second.typed}"
                )
        return None

    def _remember(self, word: str) -> Token:
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        token = self._remembered[word] = self._token(word)
        return token

    def _token(self, word: str) -> Token:
        light = word in self.known.stop_words
        concept = self.concept(word)
        if concept >= 0 or light:
            form = self.concepts.words.get(shape(word), concept)
            return Token(word, word, concept, 1.0, form, self._parts(word), light or concept in self.light)
        parts = self._parts(word)
        if same := self._of_parts.get(parts):  # klyngjeprogrammet is klyngeprogrammet
            return Token(word, same, self.concepts.words[same], 1.0, self.concepts.words[same], parts, False)
        parts = parts or self._compounds_of(word)
        repair = None if parts else self._repairer.repair(word)
        if repair is None:
            return Token(word, word, -1, 1.0, self.concepts.words.get(shape(word), -1), parts, False)
        concept = self.concepts.words[repair.word]
        parts = self._parts(repair.word)
        return Token(word, repair.word, concept, repair.likeness, concept, parts, concept in self.light)

    def _parts(self, word: str) -> tuple[int, ...]:
        """The concepts of a compound's two parts; empty where it is none of known parts."""
        known = self.concepts.words
        for end in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            tail = known.get(word[end:], -1)
            if tail < 0:
                continue
            for link in LINKS:
                head = word[: end - len(link)]
                found = known.get(head, -1) if word[:end].endswith(link) else -1
                if found >= 0 and len(head) >= SHORTEST_PART:
                    return (found, tail)
        return ()

    def _compounds_of(self, word: str) -> tuple[int, ...]:
        """The concepts of the base's most frequent compounds that end or begin with `word`."""
        if len(word) < SHORTEST_PART:
            return ()
        ending = [w[::-1] for w in _starting(self._from_end, word[::-1])]
        longer = ending or _starting(self._from_start, word)
        found = [w for w in longer if len(w) >= len(word) + SHORTEST_REST]
        found.sort(key=lambda w: (-self.concepts.counts.get(w, 0), w))
        return tuple(dict.fromkeys(self.concept(w) for w in found[:RELATIVES]))

    def joined(self, first: Token, second: Token) -> int:
        """The concept of two words typed apart that the base writes in one, or -1."""
        for link in LINKS:
            found = self.concepts.words.get(first.word + link + second.word, -1)
            if found < 0 and self.known.compounding and min(first.concept, second.concept) < 0:
                found = self.concept(first.word + link + second.word)
            if found >= 0:
                return found
        return -1


def shape(word: str) -> str:
    """The word with each number as 0: people ask the same of 5pm and 6pm."""
    return DIGITS.sub("0", word)


def _starting(ordered: Sequence[str], start: str) -> list[str]:
    """The words of an ordered list that begin with `start`."""
    first = last = bisect_left(ordered, start)
    while last < len(ordered) and ordered[last].startswith(start):
        last += 1
    return list(ordered[first:last])


class _Merged:
    """Sets of names that mean the same (union-find; a set goes by its first name)."""

    def __init__(self) -> None:
        self.parents: dict[str, str] = {}

    def root(self, name: str) -> str:
        while self.parents.setdefault(name, name) != name:
            name = self.parents[name]
        return name

    def join(self, names: Sequence[str]) -> None:
        roots = sorted({self.root(name) for name in names})
        for root in roots:
            self.parents[root] = roots[0]
