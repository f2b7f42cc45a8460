from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.analysis.when_to_enhance import Rule
from pipeline.config import Config, load_config
from pipeline.enhancers.auto import AutoEnhancer, AutoSettings
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Pixels, PlateCrop, Stage
from pipeline.registry import find_backend
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.workbench.tune import Tuning, adopt_rules, draw_degraded

BLURRED = Rule((0, 1e9), (0, 0.1), (0, 1e9), ("deblur", "grayscale"), 100, 20, 1)


def crop_of(pixels: Pixels) -> PlateCrop:
    height, width = pixels.shape[:2]
    return PlateCrop(pixels, quad_from_box(0, 0, width, height), enhancers=("first",))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Weights in which ``auto`` has a rule for blurred plates alone."""
    shutil.copytree(load_config().weights, tmp_path / "weights", symlinks=True)
    config = load_config(weights=tmp_path / "weights", home=tmp_path / "home")
    adopt_rules(config, Tuning(100, ("crnn",), (), (BLURRED,)), "python -m pipeline tune auto --ship")
    return config


def test_a_plate_that_a_rule_holds_for_goes_through_its_chain_and_others_stay(config: Config) -> None:
    style = PhotoStyle(tilted=0.0, hard=0.0, blank=0.0)
    sharp = photograph(load_glyphs(None), (), 3, 1, style).pixels
    blurred = np.asarray(cv2.GaussianBlur(sharp, (0, 0), sharp.shape[0] * 0.08), np.uint8)
    kept, changed = AutoEnhancer(AutoSettings(), config).enhance([crop_of(sharp), crop_of(blurred)])
    assert kept.pixels is sharp
    (deblurred,) = (
        find_backend(Stage.ENHANCER, "deblur")
        .build(find_backend(Stage.ENHANCER, "deblur").settings(), config)
        .enhance([crop_of(blurred)])
    )
    grey = cv2.cvtColor(cv2.cvtColor(deblurred.pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert np.array_equal(changed.pixels, grey)
    assert kept.enhancers == changed.enhancers == ("first", "auto")


def test_as_shipped_it_loses_no_plate_on_balance_that_is_read_without_it() -> None:
    """On plates that the rules were not measured on; the command ``tune auto`` reads thousands."""
    config = load_config(threads=1)
    crops, texts = draw_degraded(config, 200, seed=7)
    backend = find_backend(Stage.READER, "crnn")
    reader, auto = backend.build(backend.settings(), config), AutoEnhancer(AutoSettings(), config)

    def right(given: list[PlateCrop]) -> int:
        return sum(reading.text == text for reading, text in zip(reader.read(given), texts, strict=True))

    assert right(auto.enhance(crops)) >= right(crops)
