"""Takes the colour out of the crop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np

from pipeline.config import Config
from pipeline.plate.types import Pixels, PlateCrop, Stage
from pipeline.registry import BackendSettings, register


class GrayscaleSettings(BackendSettings):
    """There is nothing to set."""


@register(Stage.ENHANCER, "grayscale", title="Grayscale")
class GrayscaleEnhancer:
    """Luma of ITU-R BT.601 in all three channels."""

    Settings: ClassVar[type[BackendSettings]] = GrayscaleSettings

    def __init__(self, settings: GrayscaleSettings, config: Config) -> None: ...

    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        """The crops in grey."""
        return [
            replace(crop, pixels=_without_colour(crop.pixels), enhancers=(*crop.enhancers, "grayscale"))
            for crop in crops
        ]


def _without_colour(pixels: Pixels) -> Pixels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB).astype(np.uint8, copy=False)
