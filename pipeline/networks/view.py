"""What the corner network looks at, in numpy: a detector's box with a border, and corners back to the frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.geometry import Box
from pipeline.plate.types import Pixels, Quad

VIEW_HEIGHT, VIEW_WIDTH = 64, 128
BORDER = 0.22
"""Added on each side, as a share of the box's side: detectors cut tilted plates."""


def look(pixels: Pixels, box: Box) -> NDArray[np.float32]:
    """The view around ``box`` as float32 ``(1, 64, 128)``, normalised; beyond the picture its edge is repeated."""
    (left, top), piece = _piece(pixels, box)
    shrink = (box[2] - box[0]) * (1 + 2 * BORDER) / VIEW_WIDTH
    if shrink > 1.5:  # sampling would skip pixels
        piece = np.asarray(cv2.blur(piece, (round(shrink), round(shrink))), np.uint8)
    to_view = _transform((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    size = (VIEW_WIDTH, VIEW_HEIGHT)
    view = cv2.warpAffine(piece, to_view, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray((grey - grey.mean()) / (grey.std() + 4.0), np.float32)[None]


def to_shares(quad: Quad, box: Box) -> NDArray[np.float32]:
    """Corners of the frame as shares of the view around ``box``, float32 (8,)."""
    points = cv2.transform(quad[None].astype(np.float64), _transform(box))[0]
    return np.asarray(points / (VIEW_WIDTH, VIEW_HEIGHT), np.float32).ravel()


def to_quad(shares: NDArray[np.float32], box: Box) -> Quad:
    """Back from shares of the view to pixels of the frame."""
    back = cv2.invertAffineTransform(_transform(box))
    points = shares.reshape(1, 4, 2).astype(np.float64) * (VIEW_WIDTH, VIEW_HEIGHT)
    return np.asarray(cv2.transform(points, back)[0], np.float32)


def _transform(box: Box) -> NDArray[np.float64]:
    x1, y1, x2, y2 = box
    width, height = (x2 - x1) * (1 + 2 * BORDER), (y2 - y1) * (1 + 2 * BORDER)
    left, top = x1 - (x2 - x1) * BORDER, y1 - (y2 - y1) * BORDER
    return np.asarray(
        [(VIEW_WIDTH / width, 0, -left * VIEW_WIDTH / width), (0, VIEW_HEIGHT / height, -top * VIEW_HEIGHT / height)]
    )


def _piece(pixels: Pixels, box: Box) -> tuple[tuple[int, int], Pixels]:
    """The part of the frame that the view shows, at least one pixel, and where its corner is."""
    height, width = pixels.shape[:2]
    dx, dy = (box[2] - box[0]) * BORDER + 2, (box[3] - box[1]) * BORDER + 2
    left, top = min(max(0, int(box[0] - dx)), width - 1), min(max(0, int(box[1] - dy)), height - 1)
    right, bottom = max(left + 1, int(box[2] + dx)), max(top + 1, int(box[3] + dy))
    return (left, top), pixels[top:bottom, left:right]
