"""The inverted index: feature -> texts that have it, so that a question's cost follows the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        begin = self.starts[vector.ids]
        lengths = self.starts[vector.ids + 1] - begin
        if lengths.sum() > MOST_POSTINGS:
            order = np.argsort(lengths, kind="stable")
            rare = order[np.cumsum(lengths[order]) <= MOST_POSTINGS]
            vector = Vector(vector.ids[rare], vector.values[rare], vector.blocks[rare])
            begin, lengths = begin[rare], lengths[rare]
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        where = np.arange(total) + np.repeat(begin - (ends - lengths), lengths)
        cells = self.texts[where] + np.repeat(vector.blocks.astype(np.int64) * self.size, lengths)
        weights = self.values[where] * np.repeat(vector.values, lengths)
        sums = np.bincount(cells, weights=weights, minlength=blocks * self.size)
        return sums.astype(np.float64, copy=False).reshape(blocks, self.size)
