"""Into and out of the plate reader, in numpy: prepared pictures, decoded texts."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels

INPUT_HEIGHT, INPUT_WIDTH = 64, 224
BLANK = 0
CHANGES_WITH = 1
"""Raise it when :func:`prepare` changes: results made before are then worked anew."""


def prepare(pixels: Pixels) -> NDArray[np.float32]:
    """A crop of any size as float32 ``(1, 64, 224)``, zero mean, unit deviation."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    shrinks = grey.shape[1] > INPUT_WIDTH and grey.shape[0] > INPUT_HEIGHT / 2
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    picture = cv2.resize(grey, (INPUT_WIDTH, INPUT_HEIGHT), interpolation=how).astype(np.float32)
    return ((picture - picture.mean()) / (picture.std() + 4.0))[None]


def greedy(written: NDArray[np.float32]) -> NDArray[np.int64]:
    """The classes of the best path through log-probabilities ``(steps, classes)``."""
    best = written.argmax(axis=1)
    changed = np.diff(best, prepend=BLANK - 1) != 0
    return np.asarray(best[changed & (best != BLANK)], np.int64)
