"""Calibration on numbers made by hand: what was stated becomes what was right."""

from dataclasses import asdict

import numpy as np
import pytest

from pipeline.analysis.reliability import reliability
from pipeline.ensemble.calibrate import Calibration, Curve, fit_curve, precise_from


def overconfident(count: int, seed: int) -> tuple[list[float], list[bool]]:
    """Stated probabilities whose truth is their square."""
    rng = np.random.default_rng(seed)
    stated = rng.uniform(0.2, 1.0, count)
    return stated.tolist(), (rng.random(count) < stated**2).tolist()


def test_probabilities_that_promise_too_much_keep_their_word_afterwards() -> None:
    fitted = fit_curve(*overconfident(20_000, 1))
    stated, right = overconfident(20_000, 2)
    assert reliability(stated, right).error > 0.1
    assert reliability(fitted.apply(stated), right).error < 0.02


def test_the_order_of_probabilities_stays_and_they_stay_probabilities() -> None:
    fitted = fit_curve(*overconfident(500, 3))
    shaped = fitted.apply(np.linspace(0, 1, 101).tolist())
    assert shaped == sorted(shaped)
    assert shaped[0] >= 0
    assert shaped[-1] <= 1


def test_without_points_nothing_changes() -> None:
    assert Curve().apply([0.0, 0.3, 1.0]) == [0.0, 0.3, 1.0]


def test_there_must_be_something_to_fit_on() -> None:
    with pytest.raises(ValueError, match="read more plates"):
        fit_curve([], [])


def test_the_threshold_lies_where_the_surer_ones_are_right_often_enough() -> None:
    confidences = [0.9] * 99 + [0.8] + [0.5] * 10
    right = [True] * 99 + [False] + [False] * 10
    assert precise_from(confidences, right, 0.99) == 0.8
    assert precise_from(confidences, right, 0.995) == 0.9


def test_equal_confidences_count_together_and_none_may_be_enough() -> None:
    assert precise_from([0.9, 0.9], [True, False], 0.99) > 1
    assert precise_from([0.9, 0.9], [False, True], 0.99) > 1


def test_a_calibration_survives_json() -> None:
    made = Calibration(fit_curve(*overconfident(50, 4)), fit_curve(*overconfident(50, 5)), 0.8)
    assert Calibration.of(asdict(made)) == made
    assert Calibration.of({}) == Calibration()
