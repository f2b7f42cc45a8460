"""Whether pictures are better or worse off, and whether it may be chance."""

from __future__ import annotations

import pytest

from pipeline.analysis.paired import holm, paired


def test_differences_are_counted_and_ties_say_nothing() -> None:
    tested = paired([3, 3, 3, 3, 1], [2, 2, 2, 3, 2])
    assert (tested.n, tested.more, tested.fewer) == (5, 1, 3)
    assert tested.mean == pytest.approx(-0.4)
    assert tested.low < tested.mean < tested.high
    assert tested.p == pytest.approx(2 * (1 + 4) / 2**4)


def test_ten_losses_and_no_gain_are_hardly_chance() -> None:
    tested = paired([1] * 10, [0] * 10)
    assert tested.p == pytest.approx(2 / 1024)
    assert (tested.low, tested.high) == (-1, -1)


def test_nothing_measured_shows_nothing() -> None:
    assert paired([], []).p == 1
    with pytest.raises(ValueError, match="paired"):
        paired([1], [])


def test_the_more_is_asked_at_once_the_less_one_chance_says() -> None:
    assert holm([0.01]) == [0.01]
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
