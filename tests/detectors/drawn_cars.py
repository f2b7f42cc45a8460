"""Cars drawn with a few shapes: enough for the detector, and nobody's photo."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.plate.geometry import Box
from pipeline.plate.types import Pixels

BODY, ROAD, SKY, LIGHT, GRILLE, PLATE, INK = 50, 70, 110, 230, 25, 235, 15


def drawn_car(width: int, height: int, plate_width: int) -> tuple[Pixels, Box]:
    """A car seen from the front in a picture of ``width`` by ``height`` pixels, and the box of its long plate."""
    picture = np.full((height, width, 3), SKY, np.uint8)
    picture[height * 2 // 3 :] = ROAD
    plate_height = plate_width * 110 // 520
    left, top = (width - plate_width) // 2, height * 3 // 5
    right, bottom = left + plate_width, top + plate_height

    def box(x1: int, y1: int, x2: int, y2: int, grey: int) -> None:
        cv2.rectangle(picture, (x1, y1), (x2, y2), (grey, grey, grey), cv2.FILLED)

    box(left - plate_width, top - plate_width, right + plate_width, top + plate_width // 2, BODY)
    box(left - plate_width // 4, top - plate_width // 2, right + plate_width // 4, top - plate_width // 4, GRILLE)
    for x in (left - plate_width * 3 // 5, right + plate_width * 3 // 5):
        cv2.circle(picture, (x, top - plate_width // 3), plate_width // 6, (LIGHT, LIGHT, LIGHT), cv2.FILLED)
    box(left, top, right, bottom, PLATE)
    baseline = left + plate_width // 16, top + plate_height * 17 // 20
    stroke = max(1, plate_height // 9)
    cv2.putText(picture, "12 3456", baseline, cv2.FONT_HERSHEY_SIMPLEX, plate_height / 33, (INK, INK, INK), stroke)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), dtype=np.uint8), (left, top, right, bottom)
