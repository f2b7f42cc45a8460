"""Leaves the crop as it is: what every other enhancer is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from pipeline.config import Config
from pipeline.plate.types import PlateCrop, Stage
from pipeline.registry import BackendSettings, register


class UnchangedSettings(BackendSettings):
    """There is nothing to set."""


@register(Stage.ENHANCER, "unchanged", title="Unchanged")
class UnchangedEnhancer:
    """Hands on the very pixels it was given."""

    Settings: ClassVar[type[BackendSettings]] = UnchangedSettings

    def __init__(self, settings: UnchangedSettings, config: Config) -> None: ...

    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        """The same crops, marked as having passed here."""
        return [replace(crop, enhancers=(*crop.enhancers, "unchanged")) for crop in crops]
