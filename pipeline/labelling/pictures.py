"""What an annotator sees of a plate: the part of its source picture around it, as a JPEG."""

from __future__ import annotations

from typing import cast

import cv2

from pipeline.labelling.tasks import Json, Size, results
from pipeline.media.draw import encode_jpeg
from pipeline.plate.types import Frame, Pixels
from pipeline.store.outbox import Area, LabelTask

_LONGEST = 1280  # pixels; a plate that fills more is legible in fewer


def shown_size(area: Area) -> Size:
    """Width and height in pixels of the picture that shows an area; percent of the one are percent of the other."""
    x1, y1, x2, y2 = area
    shrink = min(1.0, _LONGEST / max(x2 - x1, y2 - y1))
    return max(1, round((x2 - x1) * shrink)), max(1, round((y2 - y1) * shrink))


def answer_results(task: LabelTask, text: str, state: str = "") -> list[Json]:
    """What an annotator leaves behind who says this and moves no corner."""
    return results(text, state=state, quad=task.quad, area=task.area, shown=shown_size(task.area))


def cut_out(frame: Frame, area: Area) -> bytes:
    x1, y1, x2, y2 = area
    pixels = frame.pixels[y1:y2, x1:x2]
    size = shown_size(area)
    if size != (x2 - x1, y2 - y1):
        pixels = cast(Pixels, cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    return encode_jpeg(pixels)
