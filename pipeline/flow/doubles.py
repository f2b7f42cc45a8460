"""Of several detections of one plate, the surest stays."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.plate.types import Detection

# Plates do not hide each other by more than this, as a share of the smaller one's box.
SAME_PLATE = 0.6


def without_doubles(detections: Sequence[Detection]) -> list[Detection]:
    """One detection a plate, best score first."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda detection: detection.score, reverse=True):
        box = bounding_box(detection.quad)
        if all(_shared(box, bounding_box(other.quad)) < SAME_PLATE for other in kept):
            kept.append(detection)
    return kept


def _shared(one: Box, other: Box) -> float:
    """How much of the smaller box lies in the other, 0…1. Unlike IoU it is high for a small box inside a large one."""
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    iou = box_iou(one, other)
    return iou / (1 + iou) * sum(areas) / min(areas) if iou else 0.0
