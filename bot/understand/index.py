"""The inverted index: feature -> texts that have it, so that a question's cost follows the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap

import numpy as np
from numpy.typing import NDArray

from bot.understand.features import Vector

MOST_POSTINGS = (
    60_000  # read for one question; beyond, features of many texts are left out, for they say least
)


@dataclass(frozen=True, slots=True)
class Index:
    """Postings by feature: those of feature f are starts[f]:starts[f + 1] of `texts` and `values`."""

    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    values: NDArray[np.float32]
    size: int  # texts

    @classmethod
    def of(cls, vectors: Sequence[Vector], features: int) -> Index:
        """Turn texts' vectors (text by text) into postings."""
        ids = np.concatenate([np.zeros(0, np.int32), *(v.ids for v in vectors)])
        texts = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(v.ids) for v in vectors])
        values = np.concatenate([np.zeros(0, np.float32), *(v.values for v in vectors)])
        order = np.argsort(ids, kind="stable")
        starts = np.zeros(features + 1, np.int64)
        np.cumsum(np.bincount(ids, minlength=features), out=starts[1:])
        return cls(starts, texts[order], values[order], len(vectors))

    def products(self, vector: Vector, blocks: int) -> NDArray[np.float64]:
        """Inner product of `vector` with every text, block by block; shape (blocks, texts)."""
        return self.all_products(self.affordable(vector), blocks)

    def all_products(self, vector: Vector, blocks: int) -> NDArray[np.float64]:
        """The same, however many postings the vector has."""
        begin, end = self.starts[vector.ids], self.starts[vector.ids + 1]
        ranges = list(starmap(slice, zip(begin.tolist(), end.tolist(), strict=True)))
        weights = np.concatenate([self.values[:0], *(self.values[each] for each in ranges)])
        weights *= np.repeat(vector.values, end - begin)
        texts = np.concatenate([self.texts[:0], *(self.texts[each] for each in ranges)])
        cuts = np.append(0, np.cumsum(end - begin))[np.searchsorted(vector.blocks, range(blocks + 1))]
        products = np.empty((blocks, self.size))
        for block, mine in enumerate(starmap(slice, pairwise(cuts.tolist()))):
            products[block] = np.bincount(texts[mine], weights[mine], self.size)
        return products

    def affordable(self, vector: Vector) -> Vector:
        """The vector, or of one with too many postings the features of the fewest texts."""
        lengths = self.starts[vector.ids + 1] - self.starts[vector.ids]
        if lengths.sum() <= MOST_POSTINGS:
            return vector
        order = np.argsort(lengths, kind="stable")
        kept = np.sort(order[np.cumsum(lengths[order]) <= MOST_POSTINGS])
        return Vector(vector.ids[kept], vector.values[kept], vector.blocks[kept])
