"""Lights dark pictures with curves that our own Zero-DCE finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from pipeline.config import Config
from pipeline.networks.lighting import LOOK, CurveModel
from pipeline.plate.types import PlateCrop, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest


class ZeroDceSettings(BackendSettings):
    look: int = Field(
        LOOK, ge=32, le=512, description="longest side, in pixels, at which the light is judged; more is slower"
    )


@register(Stage.ENHANCER, "zero_dce", title="Zero-DCE light", packages=("onnxruntime",), weights=("zero_dce",))
class ZeroDceEnhancer:
    """Crops and whole frames of any size come out as large as they were, dark ones brighter and glaring ones calmer."""

    Settings: ClassVar[type[BackendSettings]] = ZeroDceSettings

    def __init__(self, settings: ZeroDceSettings, config: Config) -> None:
        self._look = settings.look
        self._model = CurveModel(Manifest.of(config).verified("zero_dce"), config.threads)

    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        """The crops, well lit."""
        return [
            replace(crop, pixels=self._model.light(crop.pixels, self._look), enhancers=(*crop.enhancers, "zero_dce"))
            for crop in crops
        ]
