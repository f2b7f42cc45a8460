from __future__ import annotations

import colorsys

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.enhancers.contrast import ContrastEnhancer, ContrastSettings
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Pixels, PlateCrop


def enhanced(pixels: Pixels, **settings: float) -> Pixels:
    enhancer = ContrastEnhancer(ContrastSettings.model_validate(settings), load_config())
    height, width = pixels.shape[:2]
    return enhancer.enhance([PlateCrop(pixels, quad_from_box(0, 0, width, height))])[0].pixels


def striped(dark: tuple[int, int, int], light: tuple[int, int, int]) -> Pixels:
    """A crop of 64 × 224 with strokes of 8 pixels."""
    strokes = (np.arange(224) // 8 % 2 == 0)[None, :, None]
    return np.broadcast_to(np.where(strokes, dark, light), (64, 224, 3)).astype(np.uint8)


def spread(pixels: Pixels) -> float:
    return float(pixels.astype(float).std())


def test_a_dull_plate_gets_more_contrast_and_more_with_a_higher_limit() -> None:
    dull = striped((90, 90, 90), (110, 110, 110))
    assert spread(dull) < spread(enhanced(dull, limit=1.5)) < spread(enhanced(dull, limit=6))


def test_with_more_tiles_a_half_in_shadow_gets_contrast_of_its_own() -> None:
    plate = striped((90, 90, 90), (180, 180, 180))
    plate[:, 112:] //= 3
    whole, tiled = (enhanced(plate, limit=10, tiles=tiles)[:, 112:] for tiles in (1, 4))
    assert spread(tiled) > spread(whole)


def test_a_yellow_plate_stays_yellow() -> None:
    before = striped((30, 25, 5), (190, 150, 20))
    (hue_before, *_), (hue_after, *_) = (
        colorsys.rgb_to_hsv(*(pixels[32, 12] / 255.0)) for pixels in (before, enhanced(before))
    )
    assert hue_after == pytest.approx(hue_before, abs=0.03)
