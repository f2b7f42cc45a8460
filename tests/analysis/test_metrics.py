import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.metrics import (
    FoundPlate,
    LabelledPlate,
    character_error_rate,
    corner_error,
    edit_distance,
    exact,
    match_plates,
    wilson,
)


def found(box: tuple[float, float, float, float], score: float = 0.9, text: str = "12가3456") -> FoundPlate:
    left, top, right, bottom = box
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return FoundPlate(quad, score, text)


@pytest.mark.parametrize(
    ("truth", "read", "edits"),
    [("", "", 0), ("12가3456", "12가3456", 0), ("12가3456", "12거3456", 1), ("12가3456", "", 7), ("1234", "2345", 2)],
)
def test_edit_distance_counts_single_edits(truth, read, edits):
    assert edit_distance(truth, read) == edits


@given(st.text("가나1234", max_size=8), st.text("가나1234", max_size=8))
def test_edit_distance_is_symmetric_and_bounded(one, other):
    assert edit_distance(one, other) == edit_distance(other, one)
    assert abs(len(one) - len(other)) <= edit_distance(one, other) <= max(len(one), len(other))


def test_exact_looks_past_spaces_hyphens_and_composition():
    assert exact("외교 321-678", "외교321678")
    assert exact("12가3456", unicodedata.normalize("NFD", "12가3456"))
    assert not exact("12가3456", "12거3456")


def test_character_error_rate_weighs_by_length():
    assert character_error_rate([("12가3456", "12거3456"), ("가", "가")]) == pytest.approx(1 / 8)


def test_no_truth_has_no_error_rate():
    assert character_error_rate([]) == 0.0


def test_wilson_knows_that_few_are_unsure():
    low, high = wilson(60, 99)
    assert (low, high) == (pytest.approx(0.5075, abs=1e-3), pytest.approx(0.6966, abs=1e-3))
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(3, 3)[0] < 0.5


def test_a_box_is_found_from_half_overlap_on():
    plate = LabelledPlate((0, 0, 100, 20), "12가3456")
    assert match_plates([plate], [found((0, 0, 50, 20))]).pairs[0][1] is not None
    missed = match_plates([plate], [found((0, 0, 49, 20))])
    assert (missed.pairs[0][1], len(missed.extra)) == (None, 1)


def test_a_tilted_quad_counts_by_its_bounding_rectangle():
    quad = np.array([[0, 10], [100, 0], [100, 20], [0, 30]], np.float32)
    match = match_plates([LabelledPlate((0, 0, 100, 30), "")], [FoundPlate(quad, 0.5, "")])
    assert match.extra == ()


def test_the_best_score_takes_the_box_and_the_double_is_extra():
    plate = LabelledPlate((0, 0, 100, 20), "12가3456")
    match = match_plates([plate], [found((0, 0, 100, 20), 0.4, "weak"), found((0, 0, 90, 20), 0.8, "strong")])
    assert match.pairs[0][1].text == "strong"
    assert [plate.text for plate in match.extra] == ["weak"]


def test_each_quad_takes_the_box_it_overlaps_most():
    boxes = [LabelledPlate((0, 0, 100, 20), "left"), LabelledPlate((20, 0, 120, 20), "right")]
    match = match_plates(boxes, [found((19, 0, 119, 20), 0.9), found((0, 0, 100, 20), 0.5)])
    assert [plate.score for _, plate in match.pairs] == [0.5, 0.9]


def test_an_ignored_box_is_neither_right_nor_extra():
    ignored = LabelledPlate((0, 0, 100, 20), "", ignored=True)
    assert match_plates([ignored], [found((0, 0, 100, 20)), found((2, 0, 100, 20))]) == match_plates([], [])


def test_a_counting_box_goes_before_an_ignored_one():
    boxes = [LabelledPlate((0, 0, 100, 20), "", ignored=True), LabelledPlate((0, 0, 100, 20), "12가3456")]
    match = match_plates(boxes, [found((0, 0, 100, 20))])
    assert match.pairs[0][1] is not None


def test_corners_are_off_by_a_share_of_the_plates_width() -> None:
    corners = ((0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0))
    assert corner_error(corners, np.asarray(corners, np.float32)) == 0
    moved = np.asarray(corners, np.float32) + np.asarray((3, 4), np.float32)
    assert corner_error(corners, moved) == pytest.approx(0.05)
