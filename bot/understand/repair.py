"""Misspelt words -> words the base knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.understand.language import Language
from bot.understand.normalize import folded

SHORTEST = 3  # letters; in shorter words every edit makes another word
ONE_EDIT_UNDER = 7  # letters; longer words may have two
REMEMBERED = 4096  # repairs kept, so that what many mistype is looked up once


@dataclass(frozen=True, slots=True)
class Repair:
    word: str  # of the base
    likeness: float  # 0..1


class Repairer:
    """Finds the nearest known word: fewest letters to insert, drop, replace or swap (OSA), letters folded."""

    def __init__(self, counts: Mapping[str, int], known: Language) -> None:
        self._known = known
        self._spelt: dict[str, str] = {}  # folded -> the most frequent word folded so
        for word in sorted(counts, key=lambda w: (counts[w], w)):
            self._spelt[folded(word, known)] = word
        for typed, word in known.spellings.items():  # korlies is korleis, which is hvordan here
            if word in counts:
                self._spelt.setdefault(folded(typed, known), word)
        self._counts = counts
        # by length and first letter, and by length and last letter
        self._alike: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for plain in self._spelt:
            if len(plain) >= SHORTEST and not plain.isdigit():
                self._alike[len(plain), plain[0]].append(plain)
                self._alike[len(plain), f"-{plain[-1]}"].append(plain)
        self._remembered: dict[str, Repair | None] = {}

    def repair(self, word: str) -> Repair | None:
        """The known word meant by `word`, which itself is not known; None where none is near enough."""
        if word not in self._remembered:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[word] = self._look_up(word)
        return self._remembered[word]

    def _look_up(self, word: str) -> Repair | None:
        plain = folded(word, self._known)
        if plain in self._spelt:
            return Repair(self._spelt[plain], 1.0)
        length = len(plain)
        if length < SHORTEST or word in self._known.common or any(c.isdigit() for c in plain):
            return None
        edits = 1 if length < ONE_EDIT_UNDER else 2
        ends = plain[0], f"-{plain[-1]}"  # people seldom miss both, and it saves nine tenths of the words
        sizes = range(length - 1, length + 2)  # of two letters too many or too few people are aware
        choices = [c for size in sizes for end in ends for c in self._alike.get((size, end), ())]
        near = extract(plain, choices, scorer=OSA.distance, score_cutoff=edits, limit=8)
        if length == SHORTEST:
            near = [n for n in near if sorted(n[0]) == sorted(plain)]  # only letters swapped
        if not near:
            return None
        # nearest, then with the same first letter, then most frequent
        distance, _, _, best = min(
            (n[1], n[0][0] != plain[0], -self._counts[self._spelt[n[0]]], n[0]) for n in near
        )
        return Repair(self._spelt[best], 1.0 - distance / length)
