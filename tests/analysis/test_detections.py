"""Found boxes against labelled ones."""

from __future__ import annotations

import pytest

from pipeline.analysis.detections import FoundBox, average_precision, right_boxes

LEFT, RIGHT, ELSEWHERE = (0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 30.0, 10.0), (50.0, 0.0, 60.0, 10.0)


def test_a_label_is_found_once_by_the_best() -> None:
    found = [FoundBox(LEFT, 0.9), FoundBox((1.0, 0.0, 10.0, 10.0), 0.8), FoundBox(RIGHT, 0.7)]
    assert right_boxes([LEFT, RIGHT], found) == [True, False, True]
    assert right_boxes([], found) == [False] * 3


def test_average_precision_falls_with_what_is_missed_and_with_sure_boxes_too_many() -> None:
    whole = ([LEFT, RIGHT], [FoundBox(LEFT, 0.9), FoundBox(RIGHT, 0.6)])
    assert average_precision([whole]) == 1
    assert average_precision([([LEFT, RIGHT], [FoundBox(LEFT, 0.9)])]) == 0.5
    assert average_precision([whole, ([], [FoundBox(ELSEWHERE, 0.8)])]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([whole, ([], [FoundBox(ELSEWHERE, 0.1)])]) == 1  # below all that are right
    assert average_precision([([], [FoundBox(LEFT, 0.9)])]) is None
