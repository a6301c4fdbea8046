"""A base questioned with its own phrasings: as if one were new, and as if its entry did not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understand.entry_words import EntryWords
from bot.understand.evidence import NAMES, figures, share
from bot.understand.features import Features
from bot.understand.learn import learn
from bot.understand.texts import Texts
from bot.understand.vocabulary import Vocabulary

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Evidence for the best entry: of new phrasings (and whether it was right), and of questions nothing answers."""

    inside: NDArray[np.float64]  # (questions, figures)
    right: NDArray[np.bool_]
    outside: NDArray[np.float64]


def rehearse(
    texts: Texts, vocabulary: Vocabulary, features: Features, blocks: NDArray[np.float32], field_weight: float
) -> Rehearsal:
    """In each fold a fifth of the entries is away, and of the others a fifth of the phrasings.

    blocks: likeness of all phrasings with all, shape (phrasings, blocks, phrasings). The features stay numbered and
    weighed as for the whole base: a feature that only what is away has meets no phrasing, as an unknown one would.
    """
    kernel = blocks.mean(axis=1)
    entries = texts.entry_of
    size = texts.size
    place = np.concatenate([np.arange(n) for n in np.bincount(entries, minlength=size)])
    several = np.bincount(entries, minlength=size)[entries] > 1
    inside, right, outside = [], [], []
    for fold in range(FOLDS):
        away = entries % FOLDS == fold
        new = ~away & several & ((place + entries) % FOLDS == fold)
        rest = np.flatnonzero(~away & ~new)
        if not len(rest):
            continue
        present = np.unique(entries[rest])
        seat = np.zeros(size, np.int64)
        seat[present] = np.arange(len(present))
        weights = learn(np.ascontiguousarray(kernel[np.ix_(rest, rest)]), seat[entries[rest]], len(present))
        counters = texts.counted(rest, present)
        words = EntryWords.of(counters, vocabulary)
        concepts = texts.concepts(rest, present)
        everything = frozenset[int]().union(*counters)
        for row in np.flatnonzero(away | new).tolist():
            tokens = texts.tokens[row]
            spoken = words.scores(tokens, vocabulary)
            odds = kernel[row, rest] @ weights + field_weight * spoken
            best = int(np.argmax(odds))
            own = rest[entries[rest] == present[best]]
            nearest = own[np.argmax(kernel[row, own])]
            seen = figures(
                odds,
                blocks[row, :, nearest].astype(np.float64),
                float(spoken[best]),
                share(tokens, concepts[best], features),
                share(tokens, everything, features),
                len(tokens),
            )
            if away[row]:
                outside.append(seen)
            else:
                inside.append(seen)
                right.append(bool(present[best] == entries[row]))
    return Rehearsal(_matrix(inside), np.array(right, np.bool_), _matrix(outside))


def _matrix(rows: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.array(rows).reshape(-1, len(NAMES))
