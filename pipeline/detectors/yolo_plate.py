"""Finds licence plates with YOLOv8n."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from pipeline.config import Config
from pipeline.networks.yolo import STRIDE, Boxes, Scores, YoloNetwork
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Detection, Frame, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest

_LEAST_HEIGHT = 4.0  # pixels; no reader makes anything of a lower box


class YoloPlateSettings(BackendSettings):
    """The defaults found most plates, with few boxes too many, on real scenes near, far, dark and blurred."""

    size: int = Field(
        960, ge=320, le=2048, multiple_of=STRIDE, description="long side of the picture the network sees, in pixels"
    )
    confidence: float = Field(0.35, ge=0.01, le=1, description="least score of a plate")
    overlap: float = Field(0.45, ge=0, le=1, description="IoU above which two boxes are one plate")
    trim: float = Field(
        0.05, ge=0, le=0.3, description="part of a box's height by which each of its sides moves inwards"
    )


@register(Stage.DETECTOR, "yolo_plate", title="YOLOv8n plates", packages=("onnxruntime",), weights=("yolo_plate",))
class YoloPlateDetector:
    """Boxes as upright quads.

    Half of the network's weights learned generous boxes, 1.4 times as high as the plate: ``trim`` takes that back.
    """

    Settings: ClassVar[type[BackendSettings]] = YoloPlateSettings

    def __init__(self, settings: YoloPlateSettings, config: Config) -> None:
        self._settings = settings
        self._network = YoloNetwork(Manifest.of(config).verified("yolo_plate"), config.threads)

    def detect(self, frames: Sequence[Frame]) -> list[list[Detection]]:
        """Per frame its plates, best first."""
        chosen = self._settings
        found = self._network.find([f.pixels for f in frames], chosen.size, chosen.confidence, chosen.overlap)
        return [list(self._plates(boxes, scores)) for boxes, scores in found]

    def _plates(self, boxes: Boxes, scores: Scores) -> Iterator[Detection]:
        margin = self._settings.trim * (boxes[:, 3:] - boxes[:, 1:2])
        for box, score in zip(np.hstack([boxes[:, :2] + margin, boxes[:, 2:] - margin]), scores, strict=True):
            x1, y1, x2, y2 = box.tolist()
            # The squarest Korean plate is 1.4 times as wide as high: what is upright is a sign or a lamp.
            if x2 - x1 >= y2 - y1 >= _LEAST_HEIGHT:
                yield Detection(quad_from_box(x1, y1, x2, y2), "plate", min(1.0, float(score)), "yolo_plate")
