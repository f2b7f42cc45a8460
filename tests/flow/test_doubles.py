import pytest

from pipeline.flow.doubles import without_doubles
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Detection


def plate(left: float, top: float, right: float, bottom: float, score: float) -> Detection:
    return Detection(quad_from_box(left, top, right, bottom), "plate", score, "yolo_plate")


@pytest.mark.parametrize(
    "other",
    [(2, 1, 98, 21), (10, 2, 40, 18), (-60, -40, 160, 60)],
    ids=["nearly the same", "a part of it", "a box around it"],
)
def test_of_two_detections_of_one_plate_the_surer_stays(other):
    sure = plate(0, 0, 100, 20, 0.9)
    assert without_doubles([plate(*other, 0.5), sure]) == [sure]


def test_plates_side_by_side_both_stay_the_surer_first():
    left, right = plate(0, 0, 100, 20, 0.5), plate(90, 0, 190, 20, 0.9)
    assert without_doubles([left, right]) == [right, left]


def test_nothing_found_stays_nothing():
    assert without_doubles([]) == []
