import numpy as np
import pytest

from pipeline.analysis.metrics import FoundPlate, LabelledPlate, SceneMatch
from pipeline.analysis.scores import CropScores, SceneScores, TrustScores, readings
from pipeline.plate.types import Doubt, SlotVote, Verdict

BOX = (0.0, 0.0, 10.0, 5.0)
QUAD = np.array([[0, 0], [10, 0], [10, 5], [0, 5]], np.float32)


def seen(truth: str, read: str | None, extra: int = 0) -> SceneMatch:
    """A scene of one labelled plate; ``read`` is None where it was not found."""
    found = None if read is None else FoundPlate(QUAD, 0.9, read)
    return SceneMatch(((LabelledPlate(BOX, truth), found),), (FoundPlate(QUAD, 0.5, ""),) * extra)


def test_crops_are_counted():
    scores = CropScores.of([("12가3456", "12가3456"), ("12가3456", "12거3456")])
    assert (scores.n, scores.exact, scores.cer) == (2, 1, pytest.approx(1 / 14))
    assert scores.exact_interval[0] < 0.5 < scores.exact_interval[1]


def test_nothing_to_score_is_no_division_by_zero():
    assert CropScores.of([]).n == 0
    assert SceneScores.of([]).plates == 0


def test_scenes_are_counted():
    scores = SceneScores.of([seen("12가3456", "12가 3456"), seen("34나5678", None, extra=2), seen("", "56다7890")])
    assert (scores.plates, scores.found, scores.readable, scores.exact, scores.extra) == (3, 2, 2, 1, 2)


def test_a_plate_that_recurs_counts_once():
    distinct = SceneScores.of([seen("가", "가"), seen("가", "나"), seen("다", "다"), seen("라", None)]).distinct
    assert (distinct.plates, distinct.once, distinct.always) == (3, 2, 1)


def test_a_blank_text_is_not_scored_and_a_lost_plate_reads_as_nothing():
    assert readings([seen("", "12가3456"), seen(" - ", "1"), seen("가", None)]) == [("가", "")]


def test_guesses_are_not_counted_as_answers_and_probabilities_are_held_to_their_word() -> None:
    def verdict(text: str, probability: float, *codes: str) -> Verdict:
        slots = tuple(SlotVote(char, probability) for char in text)
        return Verdict(text, probability, slots, doubts=tuple(Doubt(code) for code in codes))

    scores = TrustScores.of(
        [
            ("12가3456", verdict("12가3456", 1.0)),
            ("34나5678", verdict("34나5679", 1.0)),
            ("56다7890", verdict("99다9999", 0.5, "abstains")),
            ("78라1234", verdict("", 0.0)),
        ]
    )
    assert (scores.answers.n, scores.answers.answered, scores.answers.right) == (4, 2, 1)
    assert scores.calibration.n == 21
    last = scores.calibration.bins[-1]
    assert (last.n, last.right) == (14, pytest.approx(13 / 14))
