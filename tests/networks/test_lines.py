"""The order of boxes made by hand and of drawn plates."""

import numpy as np
import pytest

from pipeline.networks.lines import reading_orders

WIDTH, HEIGHT = 20.0, 30.0


def row(count: int, left: float, y: float, slope: float = 0.0, size: float = 1.0) -> list[tuple[float, ...]]:
    """Boxes side by side, rising by ``slope``."""
    step = WIDTH * size * 1.1
    return [(left + n * step, y + n * step * slope, WIDTH * size, HEIGHT * size) for n in range(count)]


def best_order(boxes: list[tuple[float, ...]], weights: list[float] | None = None) -> tuple[int, ...]:
    """Found after the boxes were shuffled, told by their places before."""
    shuffled = np.random.default_rng(3).permutation(len(boxes))
    given = np.asarray(weights or [1.0] * len(boxes))[shuffled]
    order = reading_orders(np.asarray(boxes, np.float64).reshape(-1, 4)[shuffled], given)[0]
    return tuple(int(shuffled[place]) for place in order.places)


@pytest.mark.parametrize("slope", [-0.6, -0.2, 0.0, 0.2, 0.6])
def test_one_line_is_read_from_left_to_right_however_it_is_tilted(slope: float) -> None:
    assert best_order(row(8, 10, 50, slope)) == tuple(range(8))


@pytest.mark.parametrize("slope", [-0.4, 0.0, 0.4])
def test_of_two_lines_the_upper_is_read_first(slope: float) -> None:
    assert best_order(row(4, 40, 20, slope, 0.6) + row(5, 10, 50, slope)) == tuple(range(9))


def test_two_small_syllables_one_above_the_other_are_read_from_the_top() -> None:
    stacked = [(20.0, 42.0, 20.0, 15.0), (19.0, 58.0, 20.0, 15.0)]
    assert best_order(stacked + row(7, 45, 50)) == tuple(range(9))


def test_a_weak_box_beside_the_line_does_not_bend_it() -> None:
    boxes = [*row(7, 10, 50), (60.0, 5.0, 8.0, 8.0)]
    order = best_order(boxes, [1.0] * 7 + [0.02])
    assert [place for place in order if place < 7] == list(range(7))


def test_the_shares_of_all_orders_come_to_one() -> None:
    for boxes in (row(7, 10, 50), row(3, 40, 20) + row(4, 10, 60), row(2, 10, 50), row(1, 10, 50), []):
        orders = reading_orders(np.asarray(boxes, np.float64).reshape(-1, 4), np.ones(len(boxes)))
        assert sum(order.share for order in orders) == pytest.approx(1.0)
        assert all(sorted(order.places) == list(range(len(boxes))) for order in orders)
