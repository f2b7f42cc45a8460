from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.errors import DegenerateQuad
from pipeline.media.rectify import rectify
from pipeline.plate.geometry import homography, quad_from_box
from pipeline.plate.types import Frame, Pixels, Quad
from tests.media.pictures import colours_at_the_corners, corners


def frame_of(pixels: Pixels) -> Frame:
    return Frame(pixels, "0" * 64)


def noise(width: int, height: int) -> Pixels:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def quad_of(*points: tuple[float, float]) -> Quad:
    return np.array(points, np.float32)


def photographed(plate: Pixels, quad: Quad, width: int, height: int) -> Frame:
    """A grey picture with ``plate`` seen inside ``quad``."""
    canvas = np.full((height, width, 3), 128, np.uint8)
    matrix = homography(quad_from_box(0, 0, plate.shape[1], plate.shape[0]), quad)
    cv2.warpPerspective(plate, matrix, (width, height), dst=canvas, borderMode=cv2.BORDER_TRANSPARENT)
    return frame_of(canvas)


def test_an_upright_plate_of_the_right_height_comes_through_to_the_pixel() -> None:
    pixels = noise(400, 200)
    crop = rectify(frame_of(pixels), quad_from_box(30, 50, 330, 114))
    assert np.array_equal(crop.pixels, pixels[50:114, 30:330])


def test_a_large_plate_becomes_the_mean_of_its_pixels() -> None:
    small = noise(300, 64)
    large = frame_of(small.repeat(5, axis=0).repeat(5, axis=1))
    assert np.array_equal(rectify(large, quad_from_box(0, 0, 1500, 320)).pixels, small)


def test_fine_stripes_turn_grey_and_not_into_false_stripes() -> None:
    stripes = np.zeros((640, 3000, 3), np.uint8)
    stripes[:, ::2] = 255
    pixels = rectify(frame_of(stripes), quad_from_box(0, 0, 3000, 640)).pixels
    assert np.ptp(pixels) <= 2
    assert abs(int(pixels.mean()) - 127) <= 2


def test_a_plate_seen_aslant_is_put_straight() -> None:
    quad = quad_of((60, 40), (250, 80), (240, 150), (50, 90))
    crop = rectify(photographed(corners(520, 110), quad, 320, 200), quad)
    assert colours_at_the_corners(crop.pixels) == ["red", "green", "blue", "yellow"]
    assert np.array_equal(crop.quad, quad)


def test_a_plate_upside_down_is_read_from_its_own_top_left() -> None:
    pixels = corners(300, 100)
    crop = rectify(frame_of(pixels), quad_of((300, 100), (0, 100), (0, 0), (300, 0)), height=100)
    assert np.array_equal(crop.pixels, pixels[::-1, ::-1])


@pytest.mark.parametrize(("width", "height"), [(520, 110), (335, 170), (150, 210)])
def test_the_aspect_is_kept(width: int, height: int) -> None:
    pixels = rectify(frame_of(noise(700, 300)), quad_from_box(10, 10, 10 + width, 10 + height), height=48).pixels
    assert pixels.shape == (48, round(48 * width / height), 3)


def test_a_small_plate_is_enlarged_smoothly() -> None:
    pixels = rectify(frame_of(corners(60, 16)), quad_from_box(0, 0, 60, 16)).pixels
    assert pixels.shape == (64, 240, 3)
    assert colours_at_the_corners(pixels) == ["red", "green", "blue", "yellow"]


def test_a_margin_shows_what_is_around_and_counts_into_the_height() -> None:
    pixels = noise(400, 200)
    crop = rectify(frame_of(pixels), quad_from_box(100, 50, 300, 100), height=60, margin=0.1)
    assert np.array_equal(crop.pixels, pixels[45:105, 80:320])
    assert np.array_equal(crop.quad, quad_from_box(100, 50, 300, 100))


def test_where_the_plate_leaves_the_picture_the_edge_is_repeated() -> None:
    pixels = noise(100, 40)
    crop = rectify(frame_of(pixels), quad_from_box(-20, 10, 100, 50), height=40).pixels
    assert np.array_equal(crop[:30, 20:], pixels[10:])
    assert (crop[:, :20] == crop[:, 20:21]).all()
    assert (crop[30:] == crop[29:30]).all()


def test_a_corner_far_outside_the_picture_costs_no_memory() -> None:
    crop = rectify(frame_of(noise(100, 40)), quad_of((0, 0), (1e6, 0), (1e6, 20), (0, 20)))
    assert crop.pixels.shape == (64, 64 * 12, 3)


def test_long_plates_have_one_line_and_short_ones_are_not_known() -> None:
    frame = frame_of(noise(700, 300))
    lines = {size: rectify(frame, quad_from_box(0, 0, *size)).lines for size in ((520, 110), (335, 155), (335, 170))}
    assert lines == {(520, 110): 1, (335, 155): 0, (335, 170): 0}


def test_corners_that_enclose_too_little_are_refused() -> None:
    frame = frame_of(noise(100, 40))
    assert rectify(frame, quad_from_box(0, 0, 4, 4)).pixels.size
    with pytest.raises(DegenerateQuad, match=r"\(0, 0\) .* enclose 12 pixels; a plate needs 16 or more"):
        rectify(frame, quad_from_box(0, 0, 4, 3))
    with pytest.raises(DegenerateQuad, match="enclose 0 pixels"):
        rectify(frame, quad_of((0, 0), (50, 30), (50, 0), (0, 30)))  # folded over itself


@pytest.mark.parametrize("box", [(-30, 0, 0, 20), (100, 0, 130, 20), (0, -30, 20, -1), (0, 40, 20, 60)])
def test_corners_outside_the_picture_are_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(DegenerateQuad, match="lie outside the picture of 100×40 pixels"):
        rectify(frame_of(noise(100, 40)), quad_from_box(*box))


def test_three_corners_on_a_line_are_refused() -> None:
    with pytest.raises(DegenerateQuad):
        rectify(frame_of(noise(100, 40)), quad_of((0, 0), (20, 0), (40, 0), (0, 30)))
