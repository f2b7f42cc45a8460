"""Finds vehicles first and then the plate on each, looked at from near: for high cameras and wide views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from pipeline.config import Config
from pipeline.detectors.yolo_corners import YoloCornersDetector, YoloCornersSettings
from pipeline.networks.yolo import STRIDE, Boxes, YoloNetwork
from pipeline.plate.types import Detection, Frame, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest

_CAR, _MOTORCYCLE, _BUS, _TRUCK = 2, 3, 5, 7
"""Classes of COCO."""

_SMALLEST = 12  # pixels of a vehicle's shorter side; on a smaller one no plate can be read


class VehicleThenPlateSettings(BackendSettings):
    size: int = Field(
        960,
        ge=320,
        le=2048,
        multiple_of=STRIDE,
        description="long side of the picture searched for vehicles, in pixels",
    )
    vehicle_confidence: float = Field(0.2, ge=0.01, le=1, description="least score of a vehicle")
    plate_size: int = Field(
        640,
        ge=160,
        le=1280,
        multiple_of=STRIDE,
        description="long side of a vehicle as searched for its plate, in pixels",
    )
    confidence: float = Field(0.35, ge=0.01, le=1, description="least score of a plate")
    border: float = Field(0.08, ge=0, le=0.5, description="added around a vehicle, as a share of its sides")
    most: int = Field(40, ge=1, le=500, description="vehicles looked at in a picture, the surest ones")


@register(
    Stage.DETECTOR,
    "vehicle_then_plate",
    title="Vehicles, then their plates",
    packages=("onnxruntime",),
    weights=("yolo_coco", "yolo_plate", "corners"),
)
class VehicleThenPlateDetector:
    """At most one plate a vehicle, with corners; plates without a vehicle around them are not found."""

    Settings: ClassVar[type[BackendSettings]] = VehicleThenPlateSettings

    def __init__(self, settings: VehicleThenPlateSettings, config: Config) -> None:
        self._settings = settings
        weights = Manifest.of(config).verified("yolo_coco")
        self._vehicles = YoloNetwork(weights, config.threads, (_CAR, _MOTORCYCLE, _BUS, _TRUCK))
        near = YoloCornersSettings(size=max(320, settings.plate_size), confidence=settings.confidence)
        self._plates = YoloCornersDetector(near, config)

    def detect(self, frames: Sequence[Frame]) -> list[list[Detection]]:
        """Per frame its plates, best first."""
        chosen = self._settings
        found = self._vehicles.find([f.pixels for f in frames], chosen.size, chosen.vehicle_confidence, 0.6)
        return [self._on_vehicles(frame, boxes[: chosen.most]) for frame, (boxes, _) in zip(frames, found, strict=True)]

    def _on_vehicles(self, frame: Frame, boxes: Boxes) -> list[Detection]:
        pieces: list[Frame] = []
        corners: list[tuple[int, int]] = []
        for x1, y1, x2, y2 in boxes.tolist():
            dx, dy = (x2 - x1) * self._settings.border, (y2 - y1) * self._settings.border
            left, top, right, bottom = int(max(0, x1 - dx)), int(max(0, y1 - dy)), int(x2 + dx) + 1, int(y2 + dy) + 1
            piece = frame.pixels[top:bottom, left:right]
            if min(piece.shape[:2]) >= _SMALLEST:
                pieces.append(Frame(piece, frame.sha256))
                corners.append((left, top))
        plates = []
        for found, corner in zip(self._plates.detect(pieces), corners, strict=True):
            for best in found[:1]:
                quad = best.quad + np.asarray(corner, np.float32)
                plates.append(Detection(quad, best.kind, best.score, "vehicle_then_plate"))
        return sorted(plates, key=lambda plate: plate.score, reverse=True)
