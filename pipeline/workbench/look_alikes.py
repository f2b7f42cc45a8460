"""Plates that look the same to the pixel, or nearly: one picture that came twice, saved anew."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels

_SIZE = (48, 24)
_ALIKE = 0.99
"""Correlation from which two crops are one picture. Of 60 drawn plates of one format, each saved anew as JPEG keeps
0.99 and more, and no two have more than 0.74."""
_ROWS = 256  # compared at a time, to bound the memory


def look_alikes(crops: Mapping[int, Pixels]) -> dict[int, tuple[int, ...]]:
    """For each crop that has some, the others that look like it, by how their brightness correlates when small."""
    if not crops:
        return {}
    numbers = np.array(list(crops))
    small = np.stack([_small(crop) for crop in crops.values()])
    found: dict[int, tuple[int, ...]] = {}
    for start in range(0, len(small), _ROWS):
        for row, its in enumerate(small[start : start + _ROWS] @ small.T >= _ALIKE, start=start):
            others = tuple(int(n) for n in numbers[its] if n != numbers[row])
            if others:
                found[int(numbers[row])] = others
    return found


def _small(crop: Pixels) -> NDArray[np.float32]:
    """Mean 0 and length 1, so that the product of two is their correlation; zeros for a crop of one colour."""
    grey = cv2.resize(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), _SIZE, interpolation=cv2.INTER_AREA)
    flat = grey.astype(np.float32).ravel()
    flat -= flat.mean()
    return np.asarray(flat / max(1e-6, float(np.linalg.norm(flat))), np.float32)
