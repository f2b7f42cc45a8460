"""Backends small enough to say beforehand what they do, for tests of the flow itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from pydantic import Field

from pipeline import registry
from pipeline.config import Config
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Character, Detection, Frame, PlateCrop, Reading, Stage
from pipeline.registry import BackendSettings, register

TEXT = "12가3456"


class NoSettings(BackendSettings):
    """There is nothing to set."""


class Small:
    Settings: ClassVar[type[BackendSettings]] = NoSettings
    batches: ClassVar[list[int]] = []

    def __init__(self, settings: BackendSettings, config: Config) -> None:
        self.settings = settings


class WhiteBoxesSettings(BackendSettings):
    score: float = Field(0.9, ge=0, le=1)


class WhiteBoxes(Small):
    """Finds a plate in the middle of a white picture and none on a black one; a red one breaks it."""

    Settings = WhiteBoxesSettings

    def detect(self, frames: Sequence[Frame]) -> list[list[Detection]]:
        self.batches.append(len(frames))
        return [self._detect(frame) for frame in frames]

    def _detect(self, frame: Frame) -> list[Detection]:
        red, green, _ = frame.pixels[0, 0]
        if red > 200 and green < 100:
            raise RuntimeError("red is not for me\nand this line is for the log")
        quad = quad_from_box(0.2 * frame.width, 0.4 * frame.height, 0.8 * frame.width, 0.6 * frame.height)
        plate = Detection(quad, "plate", self.settings.score, "white_boxes")
        return [plate, replace(plate, kind="vehicle")] if green else []


class FlatBoxes(Small):
    """Finds a box that encloses nothing."""

    def detect(self, frames: Sequence[Frame]) -> list[list[Detection]]:
        quad = np.array([[5, 5], [9, 5], [9, 5], [5, 5]], np.float32)
        return [[Detection(quad, "plate", 0.9, "flat_boxes")] for _ in frames]


class Darker(Small):
    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        return [replace(crop, pixels=crop.pixels // 2, enhancers=(*crop.enhancers, "darker")) for crop in crops]


class BrokenEnhancer(Small):
    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        raise MemoryError


class Parrot(Small):
    """Reads the same on every crop, less surely on a dark one."""

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        self.batches.append(len(crops))
        return [
            Reading(
                tuple(Character(c, 0.9 if crop.pixels.mean() > 200 else 0.5) for c in TEXT),
                "parrot",
                "+".join(crop.enhancers),
            )
            for crop in crops
        ]


class BrokenReader(Small):
    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        raise ValueError("no glasses")


class ForgetfulReader(Small):
    """Breaks the contract: nothing comes back."""

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        return []


def install(patch: pytest.MonkeyPatch) -> None:
    """Puts them beside the real ones until ``patch`` is undone."""
    for stage in Stage:
        registry.backends(stage)  # the real ones register but once, so not into the copy
    patch.setattr(registry, "_backends", dict(registry._backends))
    Small.batches.clear()
    register(Stage.DETECTOR, "white_boxes", title="White boxes")(WhiteBoxes)
    register(Stage.DETECTOR, "flat_boxes", title="Flat boxes")(FlatBoxes)
    register(Stage.ENHANCER, "darker", title="Darker")(Darker)
    register(Stage.ENHANCER, "broken", title="Broken")(BrokenEnhancer)
    register(Stage.READER, "parrot", title="Parrot")(Parrot)
    register(Stage.READER, "broken", title="Broken")(BrokenReader)
    register(Stage.READER, "forgetful", title="Forgetful")(ForgetfulReader)
    register(Stage.READER, "lacking", title="Lacking", programs=("no-such-program",))(Parrot)
