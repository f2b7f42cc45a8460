"""Enlarges small plates four times with Real-ESRGAN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from pipeline.config import Config
from pipeline.downloads import find_download, locate
from pipeline.errors import WeightsError
from pipeline.networks.super_resolution import Upscaler, export_upscaler
from pipeline.plate.geometry import quad_size
from pipeline.plate.types import Pixels, PlateCrop, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest

_SHIPPED = "animevideov3"
_MOST_PIXELS = 24_000
"""Of what is enlarged: a crop of 64 × 375, 0.6 s and 384,000 pixels out with the small network."""
_BORDER = 1.2  # what a crop shows beyond its plate: flow adds a margin of 8 % on each side, and a little


class RealEsrganSettings(BackendSettings):
    variant: Literal["animevideov3", "general-x4v3", "x4plus"] = Field(
        "animevideov3", description="the network: from the quickest to one that takes twenty times as long"
    )


@register(
    Stage.ENHANCER,
    "real_esrgan",
    title="Real-ESRGAN ×4",
    packages=("onnxruntime",),
    weights=("real_esrgan",),
)
class RealEsrganEnhancer:
    """Enlarges what the camera saw: a crop that was only scaled up is first scaled down to that.

    ``animevideov3`` is shipped. The others are fetched, or found in the shared folder, and exported when first used.
    """

    Settings: ClassVar[type[BackendSettings]] = RealEsrganSettings

    def __init__(self, settings: RealEsrganSettings, config: Config) -> None:
        shipped = settings.variant == _SHIPPED
        network = Manifest.of(config).verified("real_esrgan") if shipped else _exported(settings, config)
        self._upscaler = Upscaler(network, config.threads)

    @staticmethod
    def lacks(settings: RealEsrganSettings, config: Config) -> str | None:
        """How to get the variant's weights where they are not here."""
        if settings.variant == _SHIPPED:
            return None
        try:
            locate(config, find_download(settings.variant))
        except WeightsError as error:
            return f"{error}; the variant '{_SHIPPED}' is here"
        return None

    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        """The crops, enlarged."""
        return [replace(crop, pixels=self._enlarge(crop), enhancers=(*crop.enhancers, "real_esrgan")) for crop in crops]

    def _enlarge(self, crop: PlateCrop) -> Pixels:
        return self._upscaler.enlarge(_as_seen(crop), _MOST_PIXELS)


def _exported(settings: RealEsrganSettings, config: Config) -> Path:
    """The variant's ONNX, made once for each file of weights."""
    weights = locate(config, find_download(settings.variant))
    made = config.home / "onnx" / f"{weights.name}.onnx"
    return made if made.is_file() else export_upscaler(weights, made)


def _as_seen(crop: PlateCrop) -> Pixels:
    """The crop at the size at which its plate stood in the picture, if it was enlarged since."""
    height, width = crop.pixels.shape[:2]
    shrink = _BORDER * quad_size(crop.quad)[1] / height
    if shrink >= 1:
        return crop.pixels
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return np.asarray(cv2.resize(crop.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
