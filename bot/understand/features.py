"""Tokens -> weighted features in three blocks: concepts, pairs of neighbouring ones, letters inside words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.understand.vocabulary import Token, Vocabulary, shape

SHARPNESS = (0.5, 0.7, 0.3)  # by block: the power of rarity; more would be what learning finds anyway
UNTAUGHT = (
    0.7  # what a stop word loses of its weight at one phrasing an entry; of more, learning finds its weight
)
PART = 0.5  # how much a compound's parts count, and a compound where only parts are asked for
GRAMS = range(2, 6)  # letters
EDGE = -2  # stands before the first and after the last word
REMEMBERED = 20_000  # words whose letter groups are kept


class Block(IntEnum):
    WORDS = 0
    PAIRS = 1
    LETTERS = 2


@dataclass(frozen=True, slots=True)
class Vector:
    """A text's features. Each block's values have length 1 over all features, known and unknown ones."""

    ids: NDArray[np.int32]
    values: NDArray[np.float32]
    blocks: NDArray[np.int8]  # ascending

    def product(self, other: Vector, blocks: int) -> NDArray[np.float64]:
        """The inner product with `other`, by block."""
        _, mine, theirs = np.intersect1d(self.ids, other.ids, assume_unique=True, return_indices=True)
        weights = self.values[mine] * other.values[theirs]
        return np.bincount(self.blocks[mine], weights, blocks).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text's features before they are weighed."""

    ids: NDArray[np.int32]
    strengths: NDArray[np.float32]  # 0..1
    unknown: NDArray[np.float64]  # features, by block

    @classmethod
    def of(cls, known: Mapping[int, float], unknown: Sequence[float]) -> _Reading:
        ids = np.fromiter(known, np.int32, len(known))
        return cls(ids, np.fromiter(known.values(), np.float32, len(known)), np.array(unknown))


@dataclass(frozen=True, slots=True)
class Features:
    """The numbered features of a base's phrasings: concepts first, then pairs, then letters; plain data."""

    concepts: int
    pairs: Mapping[tuple[int, int], int]
    letters: Mapping[str, int]
    weights: NDArray[np.float32]  # by feature: inverse entry frequency, less for stop words
    unseen: float  # the weight of what no entry has
    light: float  # how much a stop word counts of what its rarity says

    @property
    def block_of(self) -> NDArray[np.int8]:
        return np.repeat(
            np.arange(len(Block), dtype=np.int8), [self.concepts, len(self.pairs), len(self.letters)]
        )


class FeatureSpace:
    """Makes vectors of texts."""

    def __init__(self, features: Features, vocabulary: Vocabulary) -> None:
        self.features = features
        self._vocabulary = vocabulary
        self._block_of = features.block_of
        self._letters_of: dict[str, tuple[dict[int, float], int]] = {}

    @property
    def size(self) -> int:
        return len(self._block_of)

    @classmethod
    def of(
        cls, texts: Sequence[Sequence[Token]], entries: Sequence[int], vocabulary: Vocabulary, languages: int
    ) -> tuple[FeatureSpace, list[Vector]]:
        """Number the features of all phrasings, and weigh each by how few entries have it; their vectors."""
        pairs: dict[tuple[int, int], int] = {}
        letters: dict[str, int] = {}
        for tokens in texts:
            for pair in _pairs(tokens):
                pairs.setdefault(pair, len(pairs))
        for word in dict.fromkeys(token.word for tokens in texts for token in tokens):
            for group in letter_groups(word):
                letters.setdefault(group, len(letters))
        number = len(set(entries))
        light = max(1 - UNTAUGHT, 1 - UNTAUGHT * number * languages / max(len(texts), 1))
        unseen = float(np.log(1 + number / 0.5))
        plain = np.zeros(vocabulary.size + len(pairs) + len(letters), np.float32)
        space = cls(Features(vocabulary.size, pairs, letters, plain, unseen, light), vocabulary)
        found = np.zeros(len(plain), np.int64)
        had: dict[int, set[int]] = {}
        readings = []
        for tokens, entry in zip(texts, entries, strict=True):
            strongest, unknown = space._known_and_unknown(tokens)
            had.setdefault(entry, set()).update(strongest)
            readings.append(_Reading.of(strongest, unknown))
        for features in had.values():
            found[np.fromiter(features, np.int64, len(features))] += 1
        rarity = np.log(1 + number / (found + 0.5)) / unseen
        plain[:] = unseen * rarity ** np.array(SHARPNESS)[space._block_of]
        plain[np.fromiter(vocabulary.light, np.int64, len(vocabulary.light))] *= light
        return space, [space._vector(reading) for reading in readings]

    def vector(self, tokens: Sequence[Token]) -> Vector:
        return self._vector(_Reading.of(*self._known_and_unknown(tokens)))

    def _vector(self, reading: _Reading) -> Vector:
        ids = reading.ids
        values = reading.strengths * self.features.weights[ids]
        blocks = self._block_of[ids]
        squares = reading.unknown * self.features.unseen**2
        squares = squares + np.bincount(blocks, weights=values * values, minlength=len(Block))
        values /= np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)[blocks]
        return Vector(ids, values, blocks)

    def _known_and_unknown(self, tokens: Sequence[Token]) -> tuple[dict[int, float], list[float]]:
        """Known features with how strongly each is there (0..1), and how many unknown ones in each block."""
        known: dict[int, float] = {}
        unknown = [0.0, 0.0, 0.0]
        for concept, strength in self._concepts(tokens):
            if concept < 0:
                unknown[Block.WORDS] += strength
            elif strength > known.get(concept, 0.0):
                known[concept] = strength
        start = self.features.concepts
        for pair in _pairs(tokens):
            feature = self.features.pairs.get(pair, -1)
            if feature >= 0:
                known[start + feature] = 1.0
            else:
                unknown[Block.PAIRS] += 1
        for token in tokens:
            groups, missing = self._letters(token.word)
            unknown[Block.LETTERS] += missing
            known.update(groups)
        return known, unknown

    def _concepts(self, tokens: Sequence[Token]) -> Iterator[tuple[int, float]]:
        phrases = self._vocabulary.concepts.phrases
        for position, token in enumerate(tokens):
            unknown_stop_word = token.light and token.concept < 0
            yield token.concept, self.features.light / 2 if unknown_stop_word else token.weight
            if token.shape != token.concept:
                yield token.shape, 1.0
            for part in token.parts:
                yield part, PART
            if position + 1 < len(tokens):
                whole = self._vocabulary.joined(token, tokens[position + 1])
                if whole >= 0:
                    yield whole, PART
            for row, meaning in phrases.get(token.concept, ()):
                if tuple(t.concept for t in tokens[position : position + len(row)]) == row:
                    yield meaning, 1.0

    def _letters(self, word: str) -> tuple[dict[int, float], int]:
        """The features of the word's known letter groups, and how many it has that are not known."""
        found = self._letters_of.get(word)
        if found is None:
            if len(self._letters_of) >= REMEMBERED:
                self._letters_of.clear()
            groups = sorted(letter_groups(word))
            start = self.features.concepts + len(self.features.pairs)
            ids = [start + self.features.letters[g] for g in groups if g in self.features.letters]
            found = self._letters_of[word] = (dict.fromkeys(ids, 1.0), len(groups) - len(ids))
        return found


def _pairs(tokens: Sequence[Token]) -> set[tuple[int, int]]:
    concepts = [EDGE, *(t.shape for t in tokens), EDGE]
    return set(pairwise(concepts))


def letter_groups(word: str) -> set[str]:
    """All runs of 2 to 5 letters inside the word, its ends marked."""
    marked = f" {shape(word)} "
    return {marked[i : i + n] for n in GRAMS for i in range(len(marked) - n + 1)}
