"""Evens out light and shadow on the crop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np
from pydantic import Field

from pipeline.config import Config
from pipeline.plate.types import Pixels, PlateCrop, Stage
from pipeline.registry import BackendSettings, register


class ContrastSettings(BackendSettings):
    """How hard, and how locally, contrast is raised."""

    limit: float = Field(2.0, ge=1, le=10, description="how far contrast may be raised; 1 changes little")
    tiles: int = Field(4, ge=1, le=16, description="parts of the width and of the height that are evened out apart")


@register(Stage.ENHANCER, "contrast", title="Contrast (CLAHE)")
class ContrastEnhancer:
    """Contrast-limited adaptive histogram equalisation of the lightness L of Lab; hue and saturation stay."""

    Settings: ClassVar[type[BackendSettings]] = ContrastSettings

    def __init__(self, settings: ContrastSettings, config: Config) -> None:
        self._equaliser = cv2.createCLAHE(settings.limit, (settings.tiles, settings.tiles))

    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        """The crops with their contrast raised."""
        return [
            replace(crop, pixels=self._raise_contrast(crop.pixels), enhancers=(*crop.enhancers, "contrast"))
            for crop in crops
        ]

    def _raise_contrast(self, pixels: Pixels) -> Pixels:
        lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
        lab[..., 0] = self._equaliser.apply(lab[..., 0])
        return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).astype(np.uint8, copy=False)
