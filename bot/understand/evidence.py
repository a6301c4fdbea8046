"""What speaks for an entry: the figures a confidence is made of, each readable on its own (`ask --why`)."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray

from bot.understand.features import Features
from bot.understand.vocabulary import Token

NAMES = (
    "chance",  # log of the entry's share of all odds
    "margin",  # log of its share over the runner-up's
    "words",  # likeness of the best phrasing, 0..1, by block
    "pairs",
    "letters",
    "entry",  # how much of the question the entry's words and its answer's speak of,
    "apart",  # and how much more than any other entry's
    "covered",  # share of the question's words, by weight, in the entry's phrasings
    "known",  # share of them in the base at all
    "length",  # words, 12 or more being 1
)
LEAST = 1e-6
LONG = 12  # words


def share(tokens: Sequence[Token], concepts: Set[int], features: Features) -> float:
    """The share (0..1, by weight) of the question's words that are among `concepts`; repaired ones less."""
    found = total = 0.0
    for token in tokens:
        if token.concept in concepts:
            weight = float(features.weights[token.concept])
            found += weight * token.weight
        elif any(part in concepts for part in token.parts):
            weight = features.unseen
            found += weight / 2
        elif token.concept >= 0:
            weight = float(features.weights[token.concept])
        else:
            weight = features.unseen * (features.light / 2 if token.light else 1.0)
        total += weight
    return found / total if total else 0.0


def figures(
    odds: NDArray[np.float64],
    likeness: NDArray[np.float64],
    spoken: NDArray[np.float64],
    covered: float,
    known: float,
    length: int,
) -> NDArray[np.float64]:
    """The figures of NAMES for the entry with the highest of `odds` (log-odds of all that may be meant).

    likeness: of its best phrasing, by block; spoken: of each entry, how much its words speak of the question.
    """
    top = int(np.argmax(odds))
    chance = -float(np.log(np.exp(np.maximum(odds - odds[top], -50)).sum()))
    chance = max(chance, np.log(LEAST))
    margin = min(_ahead(odds, top), -np.log(LEAST))
    apart = _ahead(spoken, top) if len(spoken) > 1 else float(spoken[top])
    shares = covered, known, min(length, LONG) / LONG
    return np.array([chance, margin, *likeness, spoken[top], apart, *shares])


def _ahead(values: NDArray[np.float64], place: int) -> float:
    """How far the value at `place` is above the highest of the others."""
    if len(values) < 2:
        return np.inf
    others = np.partition(values, -2)[-2:]
    return float(values[place] - others[0 if values[place] >= others[1] else 1])
