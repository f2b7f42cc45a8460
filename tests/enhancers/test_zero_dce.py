from __future__ import annotations

import numpy as np
import pytest

from pipeline.analysis.detail import detail_kept
from pipeline.config import load_config
from pipeline.enhancers.zero_dce import ZeroDceEnhancer, ZeroDceSettings
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Pixels, PlateCrop
from pipeline.synth import degrade
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.synth.scenes import draw_example_scene


@pytest.fixture(scope="module")
def enhancer() -> ZeroDceEnhancer:
    return ZeroDceEnhancer(ZeroDceSettings(), load_config())


def lit(enhancer: ZeroDceEnhancer, pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    return enhancer.enhance([PlateCrop(pixels, quad_from_box(0, 0, width, height))])[0].pixels


def test_a_dark_frame_becomes_brighter_and_keeps_its_detail(enhancer: ZeroDceEnhancer) -> None:
    dark = degrade.stops(draw_example_scene(1).pixels, -3)
    made = lit(enhancer, dark)
    assert made.shape == dark.shape
    assert made.mean() > 1.6 * dark.mean()
    kept = detail_kept(dark, made)
    assert kept.gradient > 0.9
    assert kept.structure > 0.9


def test_the_darker_a_plate_the_more_it_gains(enhancer: ZeroDceEnhancer) -> None:
    style = PhotoStyle(tilted=0.0, hard=0.0, blank=0.0)
    plate = photograph(load_glyphs(None), (), 3, 1, style).pixels
    gains = []
    for stops in (0, -2, -4):
        dark = degrade.stops(plate, stops)
        gains.append(lit(enhancer, dark).mean() / dark.mean())
    assert gains == sorted(gains)
    assert gains[-1] > 1.5


def test_a_large_picture_is_lit_in_pieces_that_leave_no_seam(enhancer: ZeroDceEnhancer) -> None:
    dither = np.random.default_rng(0).random((2400, 1500, 3))  # so that a row's mean rises smoothly
    ramp = np.asarray(np.linspace(5, 60, 2400)[:, None, None] + dither, np.uint8)
    rows = lit(enhancer, ramp).astype(float)[100:-100].mean((1, 2))
    assert rows[-1] > rows[0] + 40
    assert np.abs(np.diff(rows)).max() < 0.5


def test_a_colour_does_not_turn_into_another(enhancer: ZeroDceEnhancer) -> None:
    yellow = np.full((64, 224, 3), (60, 50, 10), np.uint8)
    red, green, blue = lit(enhancer, yellow).mean((0, 1))
    assert red > green > blue
