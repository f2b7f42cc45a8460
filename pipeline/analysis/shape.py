"""What a plate looks like as a vector, so that plates that fail alike lie beside each other on a map.

Histograms of oriented gradients (Dalal & Triggs, CVPR 2005) of the crop in one size: they hold layout, ink, slant and
sharpness of the strokes, and hardly which characters stand there. No network is asked, so the map is the same for
every recipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.outcome import Measures
from pipeline.plate.types import Pixels

_WIDTH, _HEIGHT, _CELL = 96, 48, 16
_LENGTH = (_WIDTH // _CELL) * (_HEIGHT // _CELL) * 9
_KEPT = 8
"""Directions of the gradients that go into the map; the rest is mostly noise."""

Vectors = NDArray[np.float64]


def shape_of(pixels: Pixels) -> bytes:
    """The vector of a rectified crop: 162 numbers as little-endian float16."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    fitted = cv2.resize(grey, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    vector = np.asarray(_hog().compute(np.asarray(fitted, np.uint8)), np.float64).ravel()
    return np.sqrt(vector / max(1e-9, float(vector.sum()))).astype("<f2").tobytes()


def vectors(shapes: Sequence[bytes], seen: Sequence[Measures]) -> Vectors:
    """One row a plate: the main directions of its gradients and what was measured, each with the same weight."""
    raw = np.stack([_unpacked(shape) for shape in shapes])
    return np.hstack([_principal(raw, _KEPT), _standard(np.array([_measured(its) for its in seen]))])


def project(rows: Vectors) -> Vectors:
    """(n, 2): where each row lies on a map on which what is alike lies close.

    Principal components, their signs fixed: the same rows give the same map.
    """
    return _principal(rows, 2)


def _measured(seen: Measures) -> list[float]:
    """Height and detail by their logarithm, for they matter as ratios; what is not known counts as usual."""
    logs = [np.nan if value is None else float(np.log(max(value, 0.01))) for value in (seen.height, seen.detail)]
    return [*logs, *(np.nan if value is None else float(value) for value in (seen.brightness, seen.tilt))]


def _standard(columns: Vectors) -> Vectors:
    """Mean 0 and deviation 1 in every column; 0 where it is not known."""
    known = np.isfinite(columns)
    count = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, columns, 0.0)
    centred: Vectors = np.where(known, filled - filled.sum(axis=0) / count, 0.0)
    deviation = np.sqrt((centred**2).sum(axis=0) / count)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1.0))


def _principal(rows: Vectors, count: int) -> Vectors:
    """The first principal components, the first with deviation 1; zeros where there are fewer."""
    centred = rows - rows.mean(axis=0)
    directions = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :count]  # ascending otherwise
    peaks = np.abs(directions).argmax(axis=0)
    scores = centred @ (directions * np.sign(directions[peaks, np.arange(directions.shape[1])]))
    padded = np.zeros((len(rows), count))
    padded[:, : scores.shape[1]] = scores
    first = float(padded[:, 0].std())
    return padded / first if first > 1e-9 else np.zeros((len(rows), count))


def _unpacked(shape: bytes) -> Vectors:
    """Zeros for a plate of which nobody has a picture."""
    vector = np.frombuffer(shape, "<f2").astype(np.float64)
    return vector if len(vector) == _LENGTH else np.zeros(_LENGTH)


@cache
def _hog() -> cv2.HOGDescriptor:
    cell = (_CELL, _CELL)
    return cv2.HOGDescriptor((_WIDTH, _HEIGHT), cell, cell, cell, 9)
