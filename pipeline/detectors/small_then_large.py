"""A quick look at a small picture proposes plates, a second look from near verifies each: for few false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from pipeline.config import Config
from pipeline.detectors.yolo_corners import YoloCornersDetector, YoloCornersSettings
from pipeline.detectors.yolo_plate import YoloPlateDetector, YoloPlateSettings
from pipeline.networks.yolo import STRIDE
from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.plate.types import Detection, Frame, Stage
from pipeline.registry import BackendSettings, register

_SAME = 0.3  # IoU from which both looks mean the same plate


class SmallThenLargeSettings(BackendSettings):
    size: int = Field(
        640, ge=320, le=2048, multiple_of=STRIDE, description="long side of the picture that proposes, in pixels"
    )
    propose: float = Field(0.08, ge=0.01, le=1, description="least score of a proposal")
    confidence: float = Field(0.4, ge=0.01, le=1, description="least score of a plate in the second look")
    reach: float = Field(4.0, ge=1.5, le=20, description="side of the second look, in widths of the plate")
    most: int = Field(40, ge=1, le=500, description="proposals verified in a picture, the surest ones")


@register(
    Stage.DETECTOR,
    "small_then_large",
    title="Small look, then large",
    packages=("onnxruntime",),
    weights=("yolo_plate", "corners"),
)
class SmallThenLargeDetector:
    """Plates that both looks find, with corners; a detection's score is that of the second look."""

    Settings: ClassVar[type[BackendSettings]] = SmallThenLargeSettings

    def __init__(self, settings: SmallThenLargeSettings, config: Config) -> None:
        self._settings = settings
        self._small = YoloPlateDetector(YoloPlateSettings(size=settings.size, confidence=settings.propose), config)
        self._large = YoloCornersDetector(YoloCornersSettings(size=640, confidence=settings.confidence), config)

    def detect(self, frames: Sequence[Frame]) -> list[list[Detection]]:
        """Per frame its plates, best first."""
        return [
            self._verified(frame, [bounding_box(proposal.quad) for proposal in proposals[: self._settings.most]])
            for frame, proposals in zip(frames, self._small.detect(frames), strict=True)
        ]

    def _verified(self, frame: Frame, proposals: Sequence[Box]) -> list[Detection]:
        places = [self._place(frame, box) for box in proposals]
        pieces = [Frame(frame.pixels[y1:y2, x1:x2], frame.sha256) for x1, y1, x2, y2 in places]
        kept: list[Detection] = []
        for box, (left, top, _, _), found in zip(proposals, places, self._large.detect(pieces), strict=True):
            for plate in found:
                quad = plate.quad + np.asarray((left, top), np.float32)
                known = any(box_iou(bounding_box(quad), bounding_box(other.quad)) > _SAME for other in kept)
                if not known and box_iou(bounding_box(quad), box) >= _SAME:
                    kept.append(Detection(quad, plate.kind, plate.score, "small_then_large"))
        return sorted(kept, key=lambda plate: plate.score, reverse=True)

    def _place(self, frame: Frame, box: Box) -> tuple[int, int, int, int]:
        """A square around the proposal, inside the picture as far as it goes."""
        x, y, half = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[2] - box[0]) * self._settings.reach / 2
        left, top = int(max(0, x - half)), int(max(0, y - half))
        return left, top, max(left + 1, int(min(frame.width, x + half))), max(top + 1, int(min(frame.height, y + half)))
