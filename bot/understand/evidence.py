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
    "entry",  # how much of the question the entry's words and its answer's speak of
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
    entry: float,
    covered: float,
    known: float,
    length: int,
) -> NDArray[np.float64]:
    """The figures of NAMES for the entry with the highest of `odds` (log-odds of all that may be meant)."""
    highest = np.partition(odds, -2)[-2:] if len(odds) > 1 else odds
    first, *rest = sorted(highest.tolist(), reverse=True)
    chance = -float(np.log(np.exp(np.maximum(odds - first, -50)).sum()))
    margin = min(first - rest[0], -np.log(LEAST)) if rest else -np.log(LEAST)
    chance = max(chance, np.log(LEAST))
    return np.array([chance, margin, *likeness, entry, covered, known, min(length, LONG) / LONG])
