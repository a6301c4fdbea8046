"""All words of an entry as one text: those of its phrasings and, weaker, of its answer (BM25F)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understand.features import Vector
from bot.understand.index import Index
from bot.understand.vocabulary import Token, Vocabulary

IN_PHRASING = 3  # times a word of a phrasing counts; a word of the answer counts once
SATURATION = 0.5  # BM25's k1: a second mention says little
LENGTH = 0.75  # BM25's b: how far a long answer dilutes its words


@dataclass(frozen=True, slots=True)
class EntryWords:
    """Postings concept -> entries, and the concepts' rarity over entries."""

    index: Index
    rarity: NDArray[np.float32]  # by concept; 0: a stop word
    unseen: float  # rarity of a word no entry has

    @classmethod
    def of(cls, texts: Sequence[Counter[int]], vocabulary: Vocabulary) -> EntryWords:
        """texts: by entry, how often each concept is found, those of phrasings IN_PHRASING times."""
        counted = [{c: n for c, n in text.items() if c >= 0 and c not in vocabulary.light} for text in texts]
        lengths = [sum(text.values()) for text in counted]
        mean = max(sum(lengths) / max(len(lengths), 1), 1.0)
        found = np.zeros(vocabulary.size, np.int64)
        vectors = []
        for text, length in zip(counted, lengths, strict=True):
            ids = np.fromiter(text, np.int32, len(text))
            times = np.fromiter(text.values(), np.float32, len(text))
            found[ids] += 1
            damped = times * (1 + SATURATION) / (times + SATURATION * (1 - LENGTH + LENGTH * length / mean))
            vectors.append(Vector(ids, damped.astype(np.float32), np.zeros(len(ids), np.int8)))
        rarity = np.log(1 + len(texts) / (found + 0.5)).astype(np.float32)
        rarity[np.fromiter(vocabulary.light, np.int64, len(vocabulary.light))] = 0.0
        return cls(Index.of(vectors, vocabulary.size), rarity, float(np.log(1 + len(texts) / 0.5)))

    def scores(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> NDArray[np.float64]:
        """By entry: how much of the question, by weight, its words speak of; 0 to about 1.5."""
        weights: dict[int, float] = {}
        total = 1e-9
        for token in tokens:
            if token.concept >= 0:
                weight = float(self.rarity[token.concept])
                weights[token.concept] = weight * token.weight
            else:
                weight = 0.0 if token.light else self.unseen
            total += weight
        ids = np.fromiter(weights, np.int32, len(weights))
        values = np.fromiter(weights.values(), np.float32, len(weights)) / np.float32(total)
        return self.index.products(Vector(ids, values, np.zeros(len(ids), np.int8)), 1).reshape(-1)
