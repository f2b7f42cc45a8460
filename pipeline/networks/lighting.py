"""Lights pictures with an exported Zero-DCE: curves from a small look, applied to every pixel. Without torch."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.networks.onnx import open_session
from pipeline.plate.types import Pixels

LOOK = 128
"""Longest side of the look that gives the curves, pixels: about the scale on which they were learned."""

_NARROW = 16  # pixels; a look is at least so wide and high
_ROWS = 1 << 20  # pixels lit at once: 12 MB a curve, whatever the picture's size


class CurveModel:
    """An ONNX file of Zero-DCE, opened for serving."""

    def __init__(self, path: Path, threads: int) -> None:
        self._session = open_session(path, threads)

    def light(self, pixels: Pixels, look: int = LOOK) -> Pixels:
        """The picture, of any size, well lit.

        Args:
            look: longest side, in pixels, at which the curves are found; they are smooth, so a small one does.
        """
        curves = self._curves(pixels, look)
        lit = np.empty_like(pixels)
        height, width = pixels.shape[:2]
        step = max(1, _ROWS // width)
        for top in range(0, height, step):
            rows = slice(top, min(height, top + step))
            lit[rows] = _follow(pixels[rows], curves, (top, height))
        return lit

    def _curves(self, pixels: Pixels, look: int) -> NDArray[np.float32]:
        """``(curves, rows, columns, 3)`` of -1…1."""
        height, width = pixels.shape[:2]
        scale = min(1.0, look / max(height, width))
        size = tuple(max(_NARROW, round(side * scale)) for side in (width, height))
        shown = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        picture = np.ascontiguousarray(shown.transpose(2, 0, 1)[None], np.float32) / 255
        (written,) = self._session.run(None, {"pictures": picture})
        found = written[0].reshape(-1, 3, *written.shape[2:]).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(found, np.float32)


def _follow(rows: Pixels, curves: NDArray[np.float32], place: tuple[int, int]) -> Pixels:
    """Some rows of a picture sent through its curves; ``place`` is the first row's number and the picture's height."""
    top, height = place
    lit = rows.astype(np.float32) / 255
    count, width = rows.shape[:2]
    for curve in curves:
        a = _enlarge(curve, (count, width), top, height)
        lit += a * (lit * lit - lit)
    return np.asarray(np.clip(lit * 255 + 0.5, 0, 255), np.uint8)


def _enlarge(curve: NDArray[np.float32], shape: tuple[int, int], top: int, height: int) -> NDArray[np.float32]:
    """Rows ``top…`` of the curve, as it is when enlarged to the picture's ``height``."""
    count, width = shape
    across, down = curve.shape[1] / width, curve.shape[0] / height
    # where the middle of a pixel of these rows lies in the small curve
    to_curve = np.asarray([(across, 0, across / 2 - 0.5), (0, down, (top + 0.5) * down - 0.5)], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(curve, to_curve, (width, count), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
