"""Evidence -> confidence: a logistic regression over questions the base holds out from itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# In the order of NAMES: where a base starts, and stays if it has one phrasing an entry to learn from.
# About what bases of several kinds learn of themselves, in the mean.
BY_DEFAULT = np.array([0.2, 0.4, 1.6, 0.5, 1.4, 0.2, 0.2, 0.9, 1.7, 0.3])
OFFSET = -4.7
PULL = 8.0  # how many held-out questions the start weighs
STEPS = 25


@dataclass(frozen=True, slots=True)
class Calibration:
    weights: NDArray[np.float64]
    offset: float

    def confidence(self, figures: NDArray[np.float64]) -> NDArray[np.float64]:
        """0..1: how likely the entry is the right answer; `figures` of one question or of many, one a row."""
        odds = np.clip(figures @ self.weights + self.offset, -30, 30)
        return np.asarray(1 / (1 + np.exp(-odds)))

    @classmethod
    def fit(cls, figures: NDArray[np.float64], right: NDArray[np.bool_]) -> Calibration:
        """Newton's method; right and wrong ones weigh the same in sum, so that 0.5 means undecided."""
        start = np.append(BY_DEFAULT, OFFSET)
        if right.all() or not right.any():
            return cls(BY_DEFAULT, OFFSET)
        x = np.hstack([figures, np.ones((len(figures), 1))])
        share = np.where(right, 0.5 / right.sum(), 0.5 / (~right).sum()) * len(right)
        weights = start.copy()
        for _ in range(STEPS):
            chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
            slope = x.T @ (share * (chance - right)) + PULL * (weights - start)
            curve = (x * (share * chance * (1 - chance))[:, None]).T @ x + PULL * np.eye(len(weights))
            change = np.linalg.solve(curve, slope)
            weights -= change
            if np.abs(change).max() < 1e-6:
                break
        return cls(weights[:-1], float(weights[-1]))
