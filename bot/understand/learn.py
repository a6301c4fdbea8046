"""Softmax regression in the kernel of the phrasings' likeness: how much each speaks for which entry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

STEPS = 25  # at most
ENOUGH = 1e-5  # a step that lessens the loss by a smaller share is the last
LEVEL = 100.0  # how large a weight may grow (the inverse of ridge regularisation)
TO_THE_END = 4000  # phrasings that are learnt to the end in STEPS at LEVEL; of more, weights grow less
EVENNESS = 0.5  # 0: each phrasing counts the same; 1: each entry does, however many phrasings it has
HALVINGS = 6  # of a step that went too far
NOTHING = 1e-30


def learn(kernel: Matrix, entries: NDArray[np.int64], size: int) -> Matrix:
    """Weights of shape (phrasings, `size` entries), so that likeness @ weights are log-odds of the entries.

    kernel: likeness of each phrasing with each, symmetric, ones on the diagonal; entries: of each phrasing.
    By conjugate gradients (Polak-Ribière) whose lengths are measured in the kernel, so that a step costs one
    product with it.
    """
    lesson = _Lesson.of(entries, size)
    now = lesson.start()
    ahead = steepest = _Way(now.weights, now.odds)
    before = 1.0
    for _ in range(STEPS):
        missing = lesson.missing(now)
        down = _Way(missing, kernel @ missing)
        steepness = _dot(down.weights, down.odds)
        kept = max(0.0, (steepness - _dot(down.weights, steepest.odds)) / before)
        before, steepest = max(steepness, NOTHING), down
        ahead = down.plus(ahead, kept)
        if _dot(down.weights, ahead.odds) <= 0:
            ahead = down
        then = lesson.moved(now, ahead, _dot(down.weights, ahead.odds))
        if then is None or now.loss - then.loss < ENOUGH * now.loss:
            return now.weights if then is None else then.weights
        now = then
    return now.weights


@dataclass(frozen=True, slots=True)
class _Way:
    """Weights to add, and what they add to the odds of every phrasing (kernel @ weights)."""

    weights: Matrix
    odds: Matrix

    def plus(self, other: _Way, times: float) -> _Way:
        factor = np.float32(times)
        weights, odds = factor * other.weights, factor * other.odds
        weights += self.weights
        odds += self.odds
        return _Way(weights, odds)


@dataclass(frozen=True, slots=True)
class _State(_Way):
    """What has been learnt so far."""

    chances: Matrix  # of every entry, by phrasing
    length: float  # of the weights, squared
    loss: float


@dataclass(frozen=True, slots=True)
class _Lesson:
    entries: NDArray[np.int64]
    target: Matrix
    shares: Matrix  # how much each phrasing counts, as a column
    level: float

    @classmethod
    def of(cls, entries: NDArray[np.int64], size: int) -> _Lesson:
        shares = (1 / np.bincount(entries, minlength=size)[entries].astype(np.float32)) ** np.float32(
            EVENNESS
        )
        level = LEVEL * min(1.0, TO_THE_END / len(entries))
        target = np.eye(size, dtype=np.float32)[entries]
        return cls(entries, target, (shares / shares.mean())[:, None], level)

    def start(self) -> _State:
        nothing = np.zeros_like(self.target)
        return self._state(nothing, nothing, 0.0)

    def missing(self, now: _State) -> Matrix:
        """Where the loss lessens fastest (its gradient, negative), as weights."""
        missing: Matrix = self.target - now.chances
        missing *= self.shares
        missing -= now.weights / np.float32(self.level)
        return missing

    def moved(self, now: _State, ahead: _Way, slope: float) -> _State | None:
        """A Newton step along `ahead`, halved until the loss is less; None where it will not be."""
        along, across = _dot(ahead.weights, ahead.odds), _dot(now.weights, ahead.odds)
        spread = now.chances * ahead.odds
        middle = spread.sum(axis=1, keepdims=True)
        np.subtract(ahead.odds, middle, out=spread)
        bends = self.shares * now.chances
        bends *= spread
        bends *= spread
        curvature = float(bends.sum()) + along / self.level
        stride = slope / max(curvature, NOTHING)
        for _ in range(HALVINGS):
            way = _Way(now.weights, now.odds).plus(ahead, stride)
            then = self._state(way.weights, way.odds, now.length + stride * (2 * across + stride * along))
            if then.loss <= now.loss:
                return then
            stride /= 2
        return None

    def _state(self, weights: Matrix, odds: Matrix, length: float) -> _State:
        highest = odds.max(axis=1, keepdims=True)
        chances = odds - highest
        np.exp(chances, out=chances)
        total = chances.sum(axis=1, keepdims=True)
        chances /= total
        right = odds[np.arange(len(odds)), self.entries][:, None]
        misfit = float((self.shares * (np.log(total) + highest - right)).sum(dtype=np.float64))
        return _State(weights, odds, chances, length, misfit + length / (2 * self.level))


def _dot(one: Matrix, other: Matrix) -> float:
    return float(np.vdot(one, other))
