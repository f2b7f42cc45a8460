import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.errors import DegenerateQuad
from pipeline.plate.geometry import (
    bounding_box,
    box_iou,
    homography,
    is_convex,
    pad_quad,
    quad_area,
    quad_from_box,
    quad_size,
)
from pipeline.plate.types import Quad, check_quad

BOX = (10.0, 20.0, 110.0, 45.0)

numbers = st.floats(0, 2000, width=32)
boxes = st.tuples(numbers, numbers, st.floats(1, 500, width=32), st.floats(1, 500, width=32)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@st.composite
def plates(draw: st.DrawFn) -> Quad:
    """Plates as cameras see them: turned by less than 45°, each corner a little off."""
    width = draw(st.floats(40, 400))
    height = width / draw(st.floats(1.4, 5))
    angle = math.radians(draw(st.floats(-40, 40)))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    shake = np.array(draw(st.lists(st.floats(-0.02, 0.02), min_size=8, max_size=8))).reshape(4, 2) * height
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)]) + shake
    return np.asarray(corners @ turn + 500, dtype=np.float32)


@given(plate=plates(), margin=st.floats(0, 0.5))
def test_a_plate_is_convex_with_any_margin_and_its_mirror_image_is_not(plate: Quad, margin: float) -> None:
    assert is_convex(plate, margin=margin)
    assert not is_convex(plate[::-1], margin=margin)


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (1, 1), (2, 2), (3, 3)],
        [(5, 5)] * 4,
        [(0, 0), (10, 0), (10, 10), (10, 0)],
        [(0, 0), (30, 0), (10, 10), (0, 30)],  # a corner that points inwards
        [(0, 0), (5, 0), (10, 0), (5, 5)],  # three on one line
        [(0, 0), (10, 5), (10, 0), (0, 5)],  # sides that cross
        [(0, 0), (10, 0), (10, 5), (0, math.nan)],
    ],
)
def test_corners_that_enclose_nothing_are_no_plate(points: list[tuple[float, float]]) -> None:
    quad = np.array(points, dtype=np.float32)
    assert not is_convex(quad)
    with pytest.raises(DegenerateQuad, match="convex"):
        homography(quad, quad_from_box(*BOX))


def test_a_nearly_flat_corner_bears_no_margin() -> None:
    quad = np.array([(0, 0), (50, -1), (100, 0), (100, 20)], dtype=np.float32)
    assert is_convex(quad)
    assert not is_convex(quad, margin=0.08)


@given(box=boxes)
def test_a_box_becomes_a_quad_and_back(box: tuple[float, float, float, float]) -> None:
    quad = quad_from_box(*box)
    check_quad(quad)
    assert bounding_box(quad) == pytest.approx(box)
    assert is_convex(quad)


@pytest.mark.parametrize("box", [(10, 0, 10, 5), (10, 0, 0, 5), (0, 5, 10, 5), (0, 0, math.inf, 5)])
def test_an_empty_box_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(DegenerateQuad, match="x1 < x2"):
        quad_from_box(*box)


@given(a=boxes, b=boxes)
def test_iou_lies_between_nought_and_one_whichever_comes_first(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> None:
    assert 0 <= box_iou(a, b) <= 1
    assert box_iou(a, b) == box_iou(b, a)
    assert box_iou(a, a) == 1


def test_iou_of_boxes_that_share_half_is_a_third() -> None:
    assert box_iou((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert box_iou((0, 0, 10, 10), (10, 0, 20, 10)) == 0
    assert box_iou((0, 0, 0, 0), (0, 0, 0, 0)) == 0


def test_area_and_size_of_an_upright_plate() -> None:
    assert quad_area(quad_from_box(*BOX)) == 2500
    assert quad_size(quad_from_box(*BOX)) == (100, 25)


@given(plate=plates())
def test_area_does_not_depend_on_the_direction(plate: Quad) -> None:
    assert quad_area(plate) == pytest.approx(quad_area(plate[::-1]))
    width, height = quad_size(plate)
    assert quad_area(plate) == pytest.approx(width * height, rel=0.1)


def carried(matrix: NDArray[np.floating], quad: Quad) -> NDArray[np.float64]:
    points = np.column_stack([quad, np.ones(4)]) @ matrix.T
    return points[:, :2] / points[:, 2:]


@given(source=plates(), target=plates())
def test_a_homography_takes_corners_to_corners_and_its_inverse_back(source: Quad, target: Quad) -> None:
    matrix = homography(source, target)
    assert matrix.dtype == np.float64
    assert matrix[2, 2] == 1
    np.testing.assert_allclose(carried(matrix, source), target, atol=0.05)
    np.testing.assert_allclose(carried(np.linalg.inv(matrix), target), source, atol=0.05)


def test_a_homography_of_a_flat_quad_is_refused() -> None:
    flat = np.array([(0, 0), (10, 0), (20, 0), (30, 0)], dtype=np.float32)
    with pytest.raises(DegenerateQuad, match="convex"):
        homography(flat, quad_from_box(*BOX))
    with pytest.raises(DegenerateQuad, match="convex"):
        homography(quad_from_box(*BOX), flat)


def test_padding_moves_each_side_by_its_share() -> None:
    assert bounding_box(pad_quad(quad_from_box(*BOX), 0.1)) == pytest.approx((0, 17.5, 120, 47.5))


@given(plate=plates(), fraction=st.floats(0, 0.5))
def test_padding_grows_a_plate_and_keeps_its_corners_in_order(plate: Quad, fraction: float) -> None:
    padded = pad_quad(plate, fraction)
    check_quad(padded)
    assert quad_area(padded) == pytest.approx(quad_area(plate) * (1 + 2 * fraction) ** 2, rel=0.05)
    assert is_convex(padded)
