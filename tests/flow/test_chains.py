"""A chain of enhancers with real weights, from picture to verdict."""

from __future__ import annotations

import numpy as np

from pipeline.config import load_config
from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe, Step
from pipeline.plate.types import Frame
from pipeline.pool import Pool
from pipeline.synth import degrade
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph


def test_light_then_enlarging_then_grey_reads_a_dark_plate() -> None:
    style = PhotoStyle(tilted=0.0, hard=0.0, blank=0.0, formats=("long_7",))
    photo = photograph(load_glyphs(None), (), 3, 1, style)
    dark = degrade.stops(photo.pixels, -3)
    chain = tuple(Step(name=name) for name in ("zero_dce", "real_esrgan", "grayscale"))
    recipe = Recipe(name="dark", detector=None, chains=((Step(name="unchanged"),), chain), readers=(Step(name="crnn"),))
    config = load_config()
    assert recipe.missing(config) is None
    (result,) = inspect_frames([Frame(np.ascontiguousarray(dark), "0" * 64)], recipe, Pool(config))
    (inspection,) = result.inspections
    assert not result.all_failures
    texts = {reading.enhancer: reading.text for reading in inspection.readings}
    assert texts == {"unchanged": photo.text, "zero_dce+real_esrgan+grayscale": photo.text}
    assert inspection.verdict.text == photo.text
