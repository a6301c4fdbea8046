"""The inverted index: feature -> texts that have it, so that a question's cost follows the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understand.features import Vector


@dataclass(frozen=True, slots=True)
class Index:
    """Postings, feature by feature: those of feature f are starts[f]:starts[f + 1] of `texts` and `values`."""

    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    values: NDArray[np.float32]
    size: int  # texts

    @classmethod
    def of(cls, vectors: Sequence[Vector], features: int) -> Index:
        """Turn texts' vectors (text by text) into postings."""
        ids = np.concatenate([v.ids for v in vectors])
        texts = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(v.ids) for v in vectors])
        values = np.concatenate([v.values for v in vectors])
        order = np.argsort(ids, kind="stable")
        starts = np.zeros(features + 1, np.int64)
        np.cumsum(np.bincount(ids, minlength=features), out=starts[1:])
        return cls(starts, texts[order], values[order], len(vectors))

    def products(self, vector: Vector, blocks: int) -> NDArray[np.float64]:
        """Inner product of `vector` with every text, block by block; shape (blocks, texts)."""
        begin = self.starts[vector.ids]
        lengths = self.starts[vector.ids + 1] - begin
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        where = np.arange(total) + np.repeat(begin - (ends - lengths), lengths)
        cells = self.texts[where] + np.repeat(vector.blocks.astype(np.int64) * self.size, lengths)
        weights = self.values[where] * np.repeat(vector.values, lengths)
        return np.bincount(cells, weights=weights, minlength=blocks * self.size).reshape(blocks, self.size)
