"""Boxes that a detector found, against boxes that are labelled, on pictures that were enhanced or were not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.plate.geometry import Box, box_iou

_IOU = 0.5  # from which a box lies on its label: PASCAL VOC, and our own evaluation


@dataclass(frozen=True, slots=True)
class FoundBox:
    """In pixels of the picture as it was looked at; ``score`` 0…1."""

    box: Box
    score: float


def right_boxes(labelled: Sequence[Box], found: Sequence[FoundBox]) -> list[bool]:
    """Which of ``found``, best first, lie on a label that no better one has taken."""
    free = list(labelled)
    marks = []
    for guess in found:
        overlaps = [box_iou(guess.box, label) for label in free]
        best = int(np.argmax(overlaps)) if overlaps else -1
        marks.append(best >= 0 and overlaps[best] >= _IOU)
        if marks[-1]:
            free.pop(best)
    return marks


def average_precision(pictures: Sequence[tuple[Sequence[Box], Sequence[FoundBox]]]) -> float | None:
    """Of one class, over pictures of (labelled, found best first); None where nothing is labelled.

    The area under precision over recall at IoU 0.5, precision made to fall (PASCAL VOC from 2010 on). 0…1.
    """
    total = sum(len(labelled) for labelled, _ in pictures)
    if not total:
        return None
    marked = [
        (guess.score, right)
        for labelled, found in pictures
        for guess, right in zip(found, right_boxes(labelled, found), strict=True)
    ]
    marked.sort(key=lambda pair: -pair[0])
    hits = np.cumsum([right for _, right in marked])
    precision = hits / np.arange(1, len(marked) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float(sum(p for p, (_, right) in zip(falling.tolist(), marked, strict=True) if right) / total)
