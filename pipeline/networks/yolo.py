"""Runs a YOLO detector (v8, 11): letterbox, batches, boxes in the pictures' own pixels.

Gives what ultralytics' predict gives, without torch. A box is a row of four: x1, y1, x2, y2 in pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.networks.onnx import open_session
from pipeline.plate.types import Pixels

STRIDE = 32  # the coarsest feature map: both sides of the input are multiples of it
TRAINED_SIZE = 640  # long side of the pictures that the network learnt from
_GREY = (114, 114, 114)  # padding that ultralytics trains with
_MOST_ENLARGED = 2.0
_LARGEST_BATCH = 4  # on a CPU more is no faster, and each 960 × 960 picture takes 30 MB

Boxes = NDArray[np.float32]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How a picture lies in the network's input: scaled with its aspect kept, then centred on grey."""

    picture: tuple[int, int]  # width, height
    scaled: tuple[int, int]
    padded: tuple[int, int]
    scale: float

    @classmethod
    def fit(cls, width: int, height: int, size: int) -> Letterbox:
        """The long side becomes ``size`` pixels.

        A picture that is smaller keeps its size: enlarging finds no more plates, but more things that are none.
        Only below ``TRAINED_SIZE`` it helps, up to twofold.
        """
        long_side = max(width, height)
        target = min(size, max(long_side, min(TRAINED_SIZE, round(long_side * _MOST_ENLARGED))))
        scale = target / long_side
        scaled = max(1, round(width * scale)), max(1, round(height * scale))
        padded = -(-scaled[0] // STRIDE) * STRIDE, -(-scaled[1] // STRIDE) * STRIDE
        return cls((width, height), scaled, padded, scale)

    @property
    def offset(self) -> tuple[int, int]:
        """Left and top padding in pixels."""
        return (self.padded[0] - self.scaled[0]) // 2, (self.padded[1] - self.scaled[1]) // 2

    def apply(self, pixels: Pixels) -> Pixels:
        """The network's input as uint8 (padded height, padded width, 3)."""
        left, top = self.offset
        right, bottom = self.padded[0] - self.scaled[0] - left, self.padded[1] - self.scaled[1] - top
        scaled = pixels if self.scaled == self.picture else cv2.resize(pixels, self.scaled)
        padded = cv2.copyMakeBorder(scaled, top, bottom, left, right, cv2.BORDER_CONSTANT, value=_GREY)
        return padded.astype(np.uint8, copy=False)

    def undo(self, boxes: Boxes) -> Boxes:
        """Boxes (n, 4) of the network's input in pixels of the picture, cut at its edges."""
        moved = (boxes - np.array(self.offset * 2, dtype=np.float32)) / np.float32(self.scale)
        return np.clip(moved, 0, np.array(self.picture * 2, dtype=np.float32))


def decode_head(
    head: NDArray[np.float32], confidence: float, overlap: float, classes: Sequence[int] = (0,)
) -> tuple[Boxes, Scores]:
    """Boxes (n, 4) in pixels of the input with their scores (n), best first.

    ``head`` is (4 + classes, anchors): centre x, centre y, width, height, a score for each class. A box's score is
    the best of ``classes``; the others do not count. Of boxes whose IoU is above ``overlap`` only the best stays.
    """
    scores = head[[4 + number for number in classes]].max(axis=0)
    likely, scores = head[:, scores >= confidence], scores[scores >= confidence]
    centres, sizes = likely[:2].T, likely[2:4].T
    corners = centres - sizes / np.float32(2)
    kept = np.array(cv2.dnn.NMSBoxes(np.hstack([corners, sizes]).tolist(), scores, 0.0, overlap), dtype=np.intp)
    return np.hstack([corners, corners + sizes])[kept], scores[kept]


class YoloNetwork:
    """An ONNX export with dynamic batch, height and width; only boxes of ``classes`` are found."""

    def __init__(self, path: Path, threads: int, classes: Sequence[int] = (0,)) -> None:
        self._classes = classes
        self._session = open_session(path, threads)
        self._input = self._session.get_inputs()[0].name

    def find(
        self, pictures: Sequence[Pixels], size: int, confidence: float, overlap: float
    ) -> list[tuple[Boxes, Scores]]:
        """Per picture its boxes (n, 4), in its own pixels, and their scores (n), best first."""
        letterboxes = [Letterbox.fit(p.shape[1], p.shape[0], size) for p in pictures]
        found: dict[int, tuple[Boxes, Scores]] = {}
        for batch in _batches(letterboxes):
            inputs = cv2.dnn.blobFromImages([letterboxes[n].apply(pictures[n]) for n in batch], 1 / 255)
            (heads,) = self._session.run(None, {self._input: inputs})
            for n, head in zip(batch, heads, strict=True):
                boxes, scores = decode_head(head, confidence, overlap, self._classes)
                found[n] = letterboxes[n].undo(boxes), scores
        return [found[n] for n in range(len(pictures))]


def _batches(letterboxes: Sequence[Letterbox]) -> Iterator[list[int]]:
    """Positions of pictures that fit into one tensor, a few at a time."""
    alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for n, letterbox in enumerate(letterboxes):
        alike[letterbox.padded].append(n)
    for positions in alike.values():
        for start in range(0, len(positions), _LARGEST_BATCH):
            yield positions[start : start + _LARGEST_BATCH]
