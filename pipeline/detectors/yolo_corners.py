"""Finds licence plates with YOLOv8n, then each plate's four corners, so that tilted plates can be straightened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from pipeline.config import Config
from pipeline.detectors.yolo_plate import YoloPlateDetector, YoloPlateSettings
from pipeline.networks.onnx import open_session
from pipeline.networks.view import look, to_quad
from pipeline.plate.geometry import bounding_box, box_iou, is_convex, quad_area
from pipeline.plate.types import Detection, Frame, Quad, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest

_BATCH = 64  # boxes a run; bounds the memory of a picture full of plates
_WIDEST_MARGIN = 0.5  # far more than crops are padded by; a plate seen from the side bears it
_LEAST_FILLED = 0.15  # a long plate tilted by 45° fills 0.29 of its box


class YoloCornersSettings(YoloPlateSettings):
    agreement: float = Field(
        0.4, ge=0, le=1, description="least IoU of the corners' rectangle with the box; below it the box is kept"
    )


@register(
    Stage.DETECTOR,
    "yolo_corners",
    title="YOLOv8n plates with corners",
    packages=("onnxruntime",),
    weights=("yolo_plate", "corners"),
)
class YoloCornersDetector:
    """Quads that follow the plate's edges."""

    Settings: ClassVar[type[BackendSettings]] = YoloCornersSettings

    def __init__(self, settings: YoloCornersSettings, config: Config) -> None:
        self._agreement = settings.agreement
        self._boxes = YoloPlateDetector(settings, config)
        self._session = open_session(Manifest.of(config).verified("corners"), config.threads)

    def detect(self, frames: Sequence[Frame]) -> list[list[Detection]]:
        """Per frame its plates, best first."""
        return [self._refined(frame, boxes) for frame, boxes in zip(frames, self._boxes.detect(frames), strict=True)]

    def _refined(self, frame: Frame, detections: list[Detection]) -> list[Detection]:
        refined = []
        for start in range(0, len(detections), _BATCH):
            batch = detections[start : start + _BATCH]
            boxes = [bounding_box(detection.quad) for detection in batch]
            views = np.stack([look(frame.pixels, box) for box in boxes])
            shares = self._session.run(None, {"pictures": views})[0]
            for detection, box, corners in zip(batch, boxes, shares, strict=True):
                quad = self._trusted(to_quad(corners, box), detection.quad)
                refined.append(Detection(quad, detection.kind, detection.score, "yolo_corners"))
        return refined

    def _trusted(self, corners: Quad, box: Quad) -> Quad:
        """The corners, unless they are no plate's or lie elsewhere than the box."""
        a_plates = is_convex(corners, margin=_WIDEST_MARGIN) and quad_area(corners) >= _LEAST_FILLED * quad_area(box)
        return corners if a_plates and box_iou(bounding_box(corners), bounding_box(box)) >= self._agreement else box
