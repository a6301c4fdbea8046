"""Softmax regression over phrasings, in the kernel of their likeness: which phrasings speak for which entry, and how much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = 60  # of accelerated gradient descent; the ranking no longer changes after about 40
EVENNESS = 0.5  # 0: each phrasing counts the same; 1: each entry does, however many phrasings it has
LEVEL = 100.0  # how large a weight may grow (the inverse of ridge regularisation)


def learn(kernel: NDArray[np.float32], entries: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Weights of shape (phrasings, `size` entries), so that likeness @ weights are log-odds of the entries.

    kernel: likeness of each phrasing with each, symmetric, ones on the diagonal.
    """
    count = len(kernel)
    target = np.eye(size, dtype=np.float32)[entries]
    ones = np.ones(count, np.float32)
    for _ in range(8):  # power iteration: the largest eigenvalue bounds the step
        ones = kernel @ ones
        largest = float(np.linalg.norm(ones))
        ones /= largest
    shares = (1 / np.bincount(entries, minlength=size)[entries].astype(np.float32)) ** np.float32(EVENNESS)
    shares = (shares / shares.mean())[:, None]
    step = np.float32(1 / (0.55 * largest * float(shares.max()) + 1 / LEVEL))
    weights = np.zeros((count, size), np.float32)
    ahead, pace = weights, 1.0
    for _ in range(STEPS):
        odds = kernel @ ahead
        odds -= odds.max(axis=1, keepdims=True)
        np.exp(odds, out=odds)
        odds /= odds.sum(axis=1, keepdims=True)
        odds -= target
        odds *= shares
        moved = ahead - step * (odds + ahead / np.float32(LEVEL))
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = moved + np.float32((pace - 1) / faster) * (moved - weights)
        weights, pace = moved, faster
    return weights
