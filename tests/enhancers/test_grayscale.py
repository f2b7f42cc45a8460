from __future__ import annotations

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.enhancers.grayscale import GrayscaleEnhancer, GrayscaleSettings
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import PlateCrop


@pytest.mark.parametrize(
    ("colour", "grey"), [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29), ((255, 255, 255), 255)]
)
def test_a_colour_becomes_its_luma_in_all_three_channels(colour: tuple[int, int, int], grey: int) -> None:
    crop = PlateCrop(np.full((4, 6, 3), colour, np.uint8), quad_from_box(0, 0, 6, 4))
    (enhanced,) = GrayscaleEnhancer(GrayscaleSettings(), load_config()).enhance([crop])
    assert enhanced.pixels.shape == (4, 6, 3)
    assert (enhanced.pixels == grey).all()
