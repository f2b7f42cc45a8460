"""Colours of drawn plates, in good light and in bad."""

import numpy as np
import pytest

from pipeline.media.rectify import rectify
from pipeline.plate.colour import estimate_colour
from pipeline.plate.formats import FORMATS
from pipeline.plate.types import Frame, Pixels, PlateColour
from pipeline.synth.glyphs import Glyphs, load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.synth.plates import draw_match, draw_plate

UNKNOWN = (PlateColour.UNKNOWN, 0.0)


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return load_glyphs(None)


def drawn(name: str, glyphs: Glyphs, seed: int = 1) -> tuple[Pixels, PlateColour]:
    rng = np.random.default_rng(seed)
    plate = draw_plate(draw_match(rng, (name,)), glyphs, rng, 240)
    return plate.pixels, plate.colour


def lit(pixels: Pixels, factor: tuple[float, ...] | float = 1.0, floor: float = 0.0) -> Pixels:
    return np.clip(pixels * np.asarray(factor) + floor, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", FORMATS)
def test_a_drawn_plate_has_the_colour_it_was_painted(name, glyphs):
    for seed in range(8):
        pixels, colour = drawn(name, glyphs, seed)
        assert estimate_colour(pixels)[0] == colour


@pytest.mark.parametrize("name", ["long_7", "commercial_short", "green_national", "electric", "diplomatic_long"])
@pytest.mark.parametrize("light", [(1.0, 0.97, 0.9), (0.92, 0.97, 1.0), 0.45], ids=["lamp", "shade", "dusk"])
def test_the_light_does_not_change_the_colour(name, light, glyphs):
    pixels, colour = drawn(name, glyphs)
    assert estimate_colour(lit(pixels, light))[0] == colour


@pytest.mark.parametrize("name", ["short_7", "commercial_long", "green_regional", "electric", "construction_new"])
@pytest.mark.parametrize("body", [(20, 20, 24), (230, 232, 235), (150, 20, 30)], ids=["black", "white", "red"])
def test_the_car_around_the_plate_does_not_count(name, body, glyphs):
    pixels, colour = drawn(name, glyphs)
    height, width = pixels.shape[:2]
    around = np.full((height + height // 3, width + width // 4, 3), body, np.uint8)
    around[height // 6 : height // 6 + height, width // 8 : width // 8 + width] = pixels
    assert estimate_colour(around)[0] == colour


@pytest.mark.parametrize("name", FORMATS)
def test_a_grey_picture_tells_no_colour(name, glyphs):
    pixels, _ = drawn(name, glyphs)
    grey = pixels.mean(axis=2).astype(np.uint8)
    assert estimate_colour(np.stack([grey] * 3, axis=2)) == UNKNOWN


@pytest.mark.parametrize("name", ["long_7", "green_national", "electric"])
def test_the_dark_tells_no_colour(name, glyphs):
    assert estimate_colour(lit(drawn(name, glyphs)[0], 0.15)) == UNKNOWN


def test_a_purple_plate_is_none_of_ours():
    assert estimate_colour(np.full((20, 90, 3), (150, 40, 170), np.uint8)) == UNKNOWN


def test_the_fainter_a_colour_the_less_clear_it_is(glyphs):
    pixels, _ = drawn("commercial_long", glyphs)
    clear, hazy = estimate_colour(pixels), estimate_colour(lit(pixels, 0.5, 110))
    assert (clear[0], hazy[0]) == (PlateColour.YELLOW, PlateColour.YELLOW)
    assert 0 < hazy[1] < clear[1] <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (300, 2), (2, 2000)])
def test_a_crop_of_one_colour_and_any_size_has_that_colour(size):
    assert estimate_colour(np.full((*size, 3), (250, 196, 22), np.uint8))[0] == PlateColour.YELLOW


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="RGB uint8"):
        estimate_colour(np.zeros((20, 90), np.uint8))


def test_of_drawn_photographs_most_colours_are_told_and_nearly_all_of_them_right(glyphs):
    told = []
    for index in range(150):
        photo = photograph(glyphs, (), 21, index, PhotoStyle(blank=0.0))
        crop = rectify(Frame(photo.pixels, ""), photo.quad, margin=0.08)
        colour, _ = estimate_colour(crop.pixels)
        if colour is not PlateColour.UNKNOWN:
            told.append(colour is photo.colour)
    assert len(told) > 90  # about one in six is grey
    assert np.mean(told) > 0.9
