"""Softmax regression in the kernel of the phrasings' likeness: how much each speaks for which entry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

STEPS = 25  # of accelerated gradient descent; more fit the phrasings better and other questions no better
LEVEL = 100.0  # how large a weight may grow (the inverse of ridge regularisation)
EVENNESS = 0.5  # 0: each phrasing counts the same; 1: each entry does, however many phrasings it has
RANK = 32  # directions whose curvature is known; the step in all others follows the steepest of them
ROUNDS = 5  # of subspace iteration


def learn(kernel: Matrix, entries: NDArray[np.int64], size: int) -> Matrix:
    """Weights of shape (phrasings, `size` entries), so that likeness @ weights are log-odds of the entries.

    kernel: likeness of each phrasing with each, symmetric, ones on the diagonal; entries: of each phrasing.
    """
    target = np.eye(size, dtype=np.float32)[entries]
    shares = (1 / np.bincount(entries, minlength=size)[entries].astype(np.float32)) ** np.float32(EVENNESS)
    shares = (shares / shares.mean())[:, None]
    directions, curvatures = _steepest(kernel)
    # the softmax's own curvature is at most a half (Böhning), the rest of the bound is for shares above 1
    steps = 1 / (0.55 * float(shares.max()) * curvatures + 1 / LEVEL)
    further = (steps - steps[-1])[:, None]
    weights = np.zeros((len(kernel), size), np.float32)
    ahead, pace = weights, 1.0
    for _ in range(STEPS):
        wrong = (_softmax(kernel @ ahead) - target) * shares + ahead / np.float32(LEVEL)
        moved = ahead - steps[-1] * wrong - directions @ (further * (directions.T @ wrong))
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = moved + np.float32((pace - 1) / faster) * (moved - weights)
        weights, pace = moved, faster
    return weights


def _softmax(odds: Matrix) -> Matrix:
    odds -= odds.max(axis=1, keepdims=True)
    np.exp(odds, out=odds)
    odds /= odds.sum(axis=1, keepdims=True)
    return odds


def _steepest(kernel: Matrix) -> tuple[Matrix, NDArray[np.float32]]:
    """The leading eigenvectors (as columns) and eigenvalues, highest first, by subspace iteration."""
    rank = min(RANK, len(kernel))
    directions = np.linalg.qr(
        np.random.default_rng(0).standard_normal((len(kernel), rank)).astype(np.float32)
    )[0]
    for _ in range(ROUNDS):
        directions = np.linalg.qr(kernel @ directions)[0]
    values, turn = np.linalg.eigh(directions.T @ kernel @ directions)
    values = np.maximum(values[::-1], 1e-3)
    return directions @ turn[:, ::-1], (values * np.float32(1.1)).astype(
        np.float32
    )  # 1.1: not quite converged
