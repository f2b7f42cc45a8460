from __future__ import annotations

import numpy as np

from pipeline.config import load_config
from pipeline.enhancers.unchanged import UnchangedEnhancer, UnchangedSettings
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import PlateCrop


def test_the_pixels_are_the_very_same_and_only_the_name_is_added() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 224, 3), dtype=np.uint8)
    crop = PlateCrop(pixels, quad_from_box(10, 20, 110, 50), lines=2, enhancers=("contrast",))
    (enhanced,) = UnchangedEnhancer(UnchangedSettings(), load_config()).enhance([crop])
    assert enhanced.pixels is pixels
    assert (enhanced.lines, enhanced.enhancers) == (2, ("contrast", "unchanged"))
