"""Where sure begins and where unknown ends, set by a base from itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Shares of rehearsed questions. Those that nothing fits are of the base's own entries held out, the hardest
# there are: of questions about something else altogether far fewer get through.
OUTSIDE = 0.09  # of questions that nothing fits may be answered,
OUTSIDE_AT_MOST = 0.20  # or so many, where fewer would leave too many good questions unanswered:
ANSWERED = 0.60  # of new phrasings should be answered rightly
OUTSIDE_UNHEARD = 0.25  # of questions that nothing fits, where there are no new phrasings to rehearse
WRONG = 0.07  # of direct answers may be wrong
OUTSIDE_ASKED = 0.40  # of questions that nothing fits may be asked back about
LOWEST_SURE, HIGHEST_SURE = 0.3, 0.95
LOWEST_UNSURE = 0.1
TIE = 0.95  # of the first hit's confidence

START = (0.55, 0.25)  # sure and unsure of a base too small to tell
START_WEIGHT = 20  # rehearsed questions


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences in 0..1, and what they cost on questions the base held out from itself (shares, 0..1)."""

    sure: float
    unsure: float
    tie: float  # a second entry with at least this share of the first's confidence is a tie
    answered: float  # of new phrasings: answered directly
    wrong: float  # of those answered: with the wrong entry
    outside: float  # of questions that nothing fits: answered directly


def calibrated(
    inside: NDArray[np.float64], right: NDArray[np.bool_], outside: NDArray[np.float64]
) -> Thresholds:
    """Thresholds for the confidences of rehearsed questions: new phrasings, and such as nothing fits."""
    sure, unsure = START
    if len(outside):
        unsure = _mixed(float(np.quantile(outside, 1 - OUTSIDE_ASKED)), unsure, len(outside))
        sure = _mixed(_sure(inside, right, outside), sure, len(outside))
    sure = min(max(sure, LOWEST_SURE), HIGHEST_SURE)
    answered = inside >= sure
    return Thresholds(
        sure=sure,
        unsure=min(max(unsure, LOWEST_UNSURE), sure),
        tie=TIE,
        answered=_share(answered),
        wrong=_share(~right[answered]),
        outside=_share(outside >= sure),
    )


def _sure(inside: NDArray[np.float64], right: NDArray[np.bool_], outside: NDArray[np.float64]) -> float:
    if not len(inside):
        return float(np.quantile(outside, 1 - OUTSIDE_UNHEARD))
    wished, lowest = np.quantile(outside, [1 - OUTSIDE, 1 - OUTSIDE_AT_MOST])
    good = np.sort(np.where(right, inside, 0.0))
    enough = good[int((1 - ANSWERED) * len(good))]
    return max(_few_wrong(inside, right), float(np.clip(enough, lowest, wished)))


def _few_wrong(inside: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest confidence above which at most WRONG of the answers are wrong."""
    order = np.argsort(-inside, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero(wrong <= WRONG)
    return float(inside[order[fine[-1]]]) if len(fine) else HIGHEST_SURE


def _mixed(measured: float, start: float, questions: int) -> float:
    return (measured * questions + start * START_WEIGHT) / (questions + START_WEIGHT)


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else 0.0
