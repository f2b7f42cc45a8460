"""Lines cut from crops, and which of them is believed."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.networks.strips import LOWER, STRIP_HEIGHT, STRIP_WIDTH, UPPER, WHOLE, LineNetwork, cut, windows
from pipeline.plate.types import Pixels
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.plates import DrawnPlate, draw_match, draw_plate
from pipeline.weights import Manifest


@pytest.fixture(scope="module")
def network() -> LineNetwork:
    return LineNetwork(Manifest.load(load_config().weights).verified("easy_ocr"), 1)


def drawn(name: str, count: int) -> list[DrawnPlate]:
    glyphs, rng = load_glyphs(None), np.random.default_rng(5)
    return [draw_plate(draw_match(rng, (name,)), glyphs, rng, 240, worn=False) for _ in range(count)]


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 1), (110, 520), (48, 144)])
def test_a_strip_has_one_size_whatever_the_crop(height: int, width: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for window in (WHOLE, UPPER, LOWER):
        strip = cut(pixels, window)
        assert (strip.shape, strip.dtype) == ((1, STRIP_HEIGHT, STRIP_WIDTH), np.float32)
        assert np.isfinite(strip).all()


def test_the_upper_strip_holds_the_upper_line_and_the_lower_one_the_lower() -> None:
    striped: Pixels = np.full((100, 200, 3), 255, np.uint8)
    striped[10:30, 20:180] = 0
    rows = lambda window: (cut(striped, window)[0] < 0).any(axis=1)  # noqa: E731
    assert rows(UPPER).any()
    assert not rows(LOWER)[1:].any()


def test_a_long_crop_is_read_as_one_line_only() -> None:
    assert windows(np.zeros((110, 520, 3), np.uint8)) == (WHOLE,)
    assert windows(np.zeros((170, 335, 3), np.uint8)) == (WHOLE, UPPER, LOWER)


@pytest.mark.parametrize("name", ["short_7", "commercial_short", "green_regional"])
def test_short_plates_of_one_line_and_of_two_are_told_apart(name: str, network: LineNetwork) -> None:
    plates = drawn(name, 12)
    guesses = network.read([plate.pixels for plate in plates])
    assert sum(guess.text == plate.match.text for guess, plate in zip(guesses, plates, strict=True)) >= 8
