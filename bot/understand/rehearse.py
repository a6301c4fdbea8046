"""A base questioned with its own phrasings: as if one were new, and as if its entry did not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understand.entry_words import EntryWords
from bot.understand.evidence import NAMES, figures, share
from bot.understand.features import Block, Features, FeatureSpace, Vector
from bot.understand.index import Index
from bot.understand.learn import learn
from bot.understand.texts import Texts
from bot.understand.vocabulary import Token, Vocabulary

FOLDS = 5
ENOUGH = 400  # questions of a kind in a fold; more of them move a threshold by less than a hundredth
PLENTY = 1000  # questions of a kind in all; a large base has so many after three or four folds
BESIDE = 3  # of so many new phrasings, one is also asked about a thing the base does not know
UNKNOWN = "\N{OBJECT REPLACEMENT CHARACTER}" * 6  # a word of usual length whose letter groups no word has


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Evidence for the best entry, each of shape (questions, figures)."""

    inside: NDArray[np.float64]  # new phrasings,
    right: NDArray[np.bool_]  # and whether the best entry was theirs
    outside: NDArray[np.float64]  # phrasings of entries that are away
    beside: NDArray[np.float64]  # new phrasings with a thing in them that the base does not know

    @classmethod
    def none(cls) -> Rehearsal:
        return cls(_matrix([]), np.zeros(0, np.bool_), _matrix([]), _matrix([]))


@dataclass(frozen=True, slots=True)
class Taught:
    """What a fold has learnt from the phrasings left to it."""

    rows: NDArray[np.int64]  # those phrasings
    entries: NDArray[np.int64]  # those entries, ascending
    seats: NDArray[np.int64]  # of each of `rows`: place of its entry in `entries`
    weights: NDArray[np.float32]  # (rows, entries)
    words: EntryWords
    concepts: Sequence[frozenset[int]]  # by entry
    everything: frozenset[int]


class Rehearser:
    """Teaches and questions the base fold by fold.

    The features stay numbered and weighed as for the whole base: one that only what is away has meets no
    phrasing, as an unknown one would.
    """

    def __init__(
        self,
        texts: Texts,
        vocabulary: Vocabulary,
        space: FeatureSpace,
        index: Index,  # of the whole base
        vectors: Sequence[Vector],  # of the phrasings
        field_weight: float,
    ) -> None:
        self.texts, self.vocabulary, self.space, self.field_weight = texts, vocabulary, space, field_weight
        self._index = index
        self._lessons = Index.of(vectors, space.size)
        self._kernel = np.empty((len(vectors), len(vectors)), np.float32)  # the one thing that is phrasings²
        self._vectors = vectors
        for row, vector in enumerate(vectors):
            self._kernel[row] = self._likeness(vector)

    def _likeness(self, vector: Vector) -> NDArray[np.float32]:
        """To each phrasing, of blocks rounded to half a float.

        Learning a large base ends before it is done, and where it then stands hangs on the last digits: with
        others the shipped base ranks 0.7 % fewer of its questions right.
        """
        products = self._lessons.all_products(self._index.affordable(vector), len(Block))
        blocks = products.astype(np.float16).astype(np.float32)
        likeness: NDArray[np.float32] = blocks.sum(axis=0)
        likeness /= len(Block)
        return likeness

    def learn_all(self) -> NDArray[np.float32]:
        """The weights of all phrasings, (phrasings, entries)."""
        return _by_entry(learn(self._kernel, self.texts.entry_of, self.texts.size))

    def rehearse(self) -> Rehearsal:
        """In each fold a fifth of the entries is away, and of the others a fifth of the phrasings.

        There is no other fold when plenty was asked of both kinds.
        """
        entries, size = self.texts.entry_of, self.texts.size
        counts = np.bincount(entries, minlength=size)
        place = np.arange(len(entries)) - np.repeat(np.cumsum(counts) - counts, counts)
        inside: list[NDArray[np.float64]] = []
        outside: list[NDArray[np.float64]] = []
        right, beside = [], []
        for fold in range(FOLDS):
            if min(len(inside), len(outside)) >= PLENTY:
                break
            away = entries % FOLDS == fold
            new = ~away & (counts[entries] > 1) & ((place + entries) % FOLDS == fold)
            rest = np.flatnonzero(~away & ~new)
            if not len(rest):
                continue
            taught = self._taught(rest)
            for row in _spread(np.flatnonzero(new)):
                tokens, likeness = self.texts.tokens[row], self._kernel[row]
                seen, best = self._judge(taught, tokens, self._vectors[row], likeness)
                inside.append(seen)
                right.append(best == entries[row])
                other = _about_something_else(tokens, self.space.features)
                if other is not None and len(inside) % BESIDE == 0:
                    vector = self.space.vector(other)
                    beside.append(self._judge(taught, other, vector, self._likeness(vector))[0])
            for row in _spread(np.flatnonzero(away)):
                tokens, likeness = self.texts.tokens[row], self._kernel[row]
                outside.append(self._judge(taught, tokens, self._vectors[row], likeness)[0])
        return Rehearsal(_matrix(inside), np.array(right, np.bool_), _matrix(outside), _matrix(beside))

    def _taught(self, rest: NDArray[np.int64]) -> Taught:
        """Learn from the phrasings `rest` alone."""
        entries = self.texts.entry_of[rest]
        present, seats = np.unique(entries, return_inverse=True)
        counted = self.texts.counted(rest, present)
        kernel = np.ascontiguousarray(self._kernel[np.ix_(rest, rest)])
        return Taught(
            rows=rest,
            entries=present,
            seats=seats,
            weights=_by_entry(learn(kernel, seats, len(present))),
            words=EntryWords.of(counted, self.vocabulary),
            concepts=self.texts.concepts(rest, present),
            everything=frozenset[int]().union(*counted),
        )

    def _judge(
        self, taught: Taught, tokens: Sequence[Token], vector: Vector, likeness: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], int]:
        """The figures of the best entry, and which it is; likeness: of the question to each phrasing."""
        features = self.space.features
        spoken = taught.words.scores(tokens, self.vocabulary)
        odds = likeness[taught.rows] @ taught.weights + self.field_weight * spoken
        best = int(np.argmax(odds))
        own = taught.rows[taught.seats == best]
        nearest = self._vectors[own[np.argmax(likeness[own])]]
        seen = figures(
            odds,
            self._index.affordable(vector).product(nearest, len(Block)),
            spoken,
            share(tokens, taught.concepts[best], features),
            share(tokens, taught.everything, features),
            len(tokens),
        )
        return seen, int(taught.entries[best])


def _by_entry(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same with each entry's weights side by side in memory: one question's odds cost a quarter then."""
    return np.asfortranarray(weights)


def _spread(rows: NDArray[np.int64]) -> list[int]:
    """The rows, or as many of them as are enough, at even distances."""
    return [int(row) for row in rows[:: -(-len(rows) // ENOUGH)]] if len(rows) else []


def _about_something_else(tokens: Sequence[Token], features: Features) -> list[Token] | None:
    """The same question about a thing the base does not know: its rarest word of topic made an unknown one.

    What does membership cost in GCE Subsea -> what does membership cost in (the motorists' association).
    """
    topical = [i for i, token in enumerate(tokens) if token.topical and token.concept >= 0]
    if not topical:
        return None
    rarest = max(topical, key=lambda i: float(features.weights[tokens[i].concept]))
    other = list(tokens)
    other[rarest] = Token("", UNKNOWN, -1, 1.0, -1, (), False)
    return other


def _matrix(rows: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.array(rows).reshape(-1, len(NAMES))
