"""Cuts plates out of a frame, flattened."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from pipeline.errors import DegenerateQuad
from pipeline.plate.geometry import bounding_box, homography, pad_quad, quad_area, quad_from_box, quad_size
from pipeline.plate.types import Frame, Pixels, PlateCrop, Quad

SMALLEST_AREA = 16
# No plate is longer than 520×110 mm (4.7); the bounds keep a sliver from becoming a huge crop.
_ASPECTS = (0.25, 12.0)
# Plates of two lines stay below 2.3, seen from straight ahead; short ones of one line are no longer than they.
_ONE_LINE_ASPECT = 3.0
_FINEST_SAMPLING = 16


def rectify(frame: Frame, quad: Quad, *, height: int = 64, margin: float = 0.0) -> PlateCrop:
    """Flatten the plate inside ``quad`` to ``height`` pixels, keeping its aspect.

    Where the quad leaves the picture, the picture's edge is repeated. The crop's ``lines`` is 1 for a long plate and
    otherwise 0, not known.

    Args:
        margin: what to add on every side, as a share of the quad's sides; ``height`` includes it.

    Raises:
        DegenerateQuad: the corners enclose less than 16 square pixels, fold over, or miss the picture.
    """
    _check_shows_something(frame, quad)
    padded = pad_quad(quad, margin)
    seen_width, seen_height = quad_size(padded)
    width = max(1, round(height * float(np.clip(seen_width / seen_height, *_ASPECTS))))
    # Sampling alone would skip pixels of a large plate: take several for a pixel of the crop, and their mean.
    fine = int(np.clip(round(seen_height / height), 1, _FINEST_SAMPLING))
    pixels = _flatten(frame.pixels, padded, width * fine, height * fine, enlarge=seen_height < height)
    if fine > 1:
        pixels = cast(Pixels, cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))
    plate_width, plate_height = quad_size(quad)
    return PlateCrop(pixels, quad, lines=1 if plate_width >= _ONE_LINE_ASPECT * plate_height else 0)


def _flatten(pixels: Pixels, quad: Quad, width: int, height: int, *, enlarge: bool) -> Pixels:
    # OpenCV counts from the middle of the first pixel, quads count from its corner.
    half = np.float32(0.5)
    flattened = cv2.warpPerspective(
        pixels,
        homography(quad - half, quad_from_box(0, 0, width, height) - half),
        (width, height),
        flags=cv2.INTER_CUBIC if enlarge else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return cast(Pixels, flattened)


def _check_shows_something(frame: Frame, quad: Quad) -> None:
    corners = " ".join(f"({x:.0f}, {y:.0f})" for x, y in quad)
    if (area := quad_area(quad)) < SMALLEST_AREA:
        raise DegenerateQuad(f"the corners {corners} enclose {area:.0f} pixels; a plate needs {SMALLEST_AREA} or more")
    x1, y1, x2, y2 = bounding_box(quad)
    if min(x2, y2) <= 0 or x1 >= frame.width or y1 >= frame.height:
        raise DegenerateQuad(f"the corners {corners} lie outside the picture of {frame.width}×{frame.height} pixels")
