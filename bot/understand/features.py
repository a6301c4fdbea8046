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
        self._letters_of: dict[str, tuple[list[int], int]] = {}

    @property
    def size(self) -> int:
        return len(self._block_of)

    @classmethod
    def of(
        cls, texts: Sequence[Sequence[Token]], entries: Sequence[int], vocabulary: Vocabulary, languages: int
    ) -> FeatureSpace:
        """Number the features of all phrasings, and weigh each by how few entries have it."""
        pairs: dict[tuple[int, int], int] = {}
        letters: dict[str, int] = {}
        for tokens in texts:
            for pair in _pairs(tokens):
                pairs.setdefault(pair, len(pairs))
            for token in tokens:
                for group in letter_groups(token.word):
                    letters.setdefault(group, len(letters))
        number = len(set(entries))
        light = max(1 - UNTAUGHT, 1 - UNTAUGHT * number * languages / max(len(texts), 1))
        unseen = float(np.log(1 + number / 0.5))
        plain = np.zeros(vocabulary.size + len(pairs) + len(letters), np.float32)
        space = cls(Features(vocabulary.size, pairs, letters, plain, unseen, light), vocabulary)
        found = np.zeros(len(plain), np.int64)
        had: dict[int, set[int]] = {}
        for tokens, entry in zip(texts, entries, strict=True):
            had.setdefault(entry, set()).update(feature for feature, _ in space._known_and_unknown(tokens)[0])
        for features in had.values():
            found[np.fromiter(features, np.int64, len(features))] += 1
        rarity = np.log(1 + number / (found + 0.5)) / unseen
        plain[:] = unseen * rarity ** np.array(SHARPNESS)[space._block_of]
        plain[np.fromiter(vocabulary.light, np.int64, len(vocabulary.light))] *= light
        return space

    def vector(self, tokens: Sequence[Token]) -> Vector:
        known, unknown = self._known_and_unknown(tokens)
        strongest: dict[int, float] = {}
        for feature, weight in known:
            if weight > strongest.get(feature, 0.0):
                strongest[feature] = weight
        ids = np.fromiter(strongest, np.int32, len(strongest))
        values = np.fromiter(strongest.values(), np.float32, len(strongest)) * self.features.weights[ids]
        blocks = self._block_of[ids]
        squares = np.array(unknown) * self.features.unseen**2
        squares = squares + np.bincount(blocks, weights=values * values, minlength=len(Block))
        values /= np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)[blocks]
        return Vector(ids, values, blocks)

    def _known_and_unknown(self, tokens: Sequence[Token]) -> tuple[list[tuple[int, float]], list[float]]:
        """Known features with how strongly each is there (0..1), and how many unknown ones in each block."""
        known: list[tuple[int, float]] = []
        unknown = [0.0, 0.0, 0.0]
        for concept, strength in self._concepts(tokens):
            if concept >= 0:
                known.append((concept, strength))
            else:
                unknown[Block.WORDS] += strength
        start = self.features.concepts
        for pair in _pairs(tokens):
            feature = self.features.pairs.get(pair, -1)
            if feature >= 0:
                known.append((start + feature, 1.0))
            else:
                unknown[Block.PAIRS] += 1
        start += len(self.features.pairs)
        for token in tokens:
            ids, missing = self._letters(token.word)
            unknown[Block.LETTERS] += missing
            known.extend((start + feature, 1.0) for feature in ids)
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

    def _letters(self, word: str) -> tuple[list[int], int]:
        """The word's known letter groups, and how many it has that are not."""
        found = self._letters_of.get(word)
        if found is None:
            if len(self._letters_of) >= REMEMBERED:
                self._letters_of.clear()
            groups = sorted(letter_groups(word))
            ids = [self.features.letters[g] for g in groups if g in self.features.letters]
            found = self._letters_of[word] = (ids, len(groups) - len(ids))
        return found


def _pairs(tokens: Sequence[Token]) -> set[tuple[int, int]]:
    concepts = [EDGE, *(t.shape for t in tokens), EDGE]
    return set(pairwise(concepts))


def letter_groups(word: str) -> set[str]:
    """All runs of 2 to 5 letters inside the word, its ends marked."""
    marked = f" {shape(word)} "
    return {marked[i : i + n] for n in GRAMS for i in range(len(marked) - n + 1)}
