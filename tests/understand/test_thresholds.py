import numpy as np

from bot.understand.calibrate import Calibration
from bot.understand.evidence import NAMES
from bot.understand.thresholds import OUTSIDE, WRONG, calibrated

GENERATOR = np.random.default_rng(1)


def test_few_questions_that_nothing_fits_are_answered() -> None:
    outside = GENERATOR.uniform(0, 0.8, 1000)
    inside = GENERATOR.uniform(0.75, 1, 1000)

    thresholds = calibrated(inside, np.ones(1000, np.bool_), outside)

    assert thresholds.outside <= OUTSIDE + 0.02
    assert thresholds.answered > 0.9


def test_few_direct_answers_are_wrong() -> None:
    inside = np.linspace(0, 1, 1000)
    right = GENERATOR.uniform(0, 1, 1000) < inside

    assert calibrated(inside, right, GENERATOR.uniform(0, 0.5, 1000)).wrong <= WRONG + 0.02


def test_a_base_too_small_to_rehearse_has_thresholds() -> None:
    nothing = np.zeros(0)

    thresholds = calibrated(nothing, np.zeros(0, np.bool_), nothing)

    assert 0 < thresholds.unsure < thresholds.sure < 1


def test_confidence_rises_with_evidence_that_told_right_from_wrong() -> None:
    figures = GENERATOR.uniform(0, 1, (400, len(NAMES)))
    covered = NAMES.index("covered")
    calibration = Calibration.fit(figures, figures[:, covered] > 0.5)
    little, much = np.full(len(NAMES), 0.5), np.full(len(NAMES), 0.5)
    little[covered], much[covered] = 0.2, 0.9

    assert calibration.confidence(little) < calibration.confidence(much)
