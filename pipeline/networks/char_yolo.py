"""Runs the network that finds characters: pictures in, what each may say out. Uncalibrated, without torch.

A box tells which characters it may be, or that it is none. Boxes in reading order are steps of a text as a CTC network
writes it, with a pause after each, so the reader's search finds the likeliest texts, those of the grammar first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.networks.ctc import BLANK, Hypothesis, mix, search
from pipeline.networks.lines import reading_orders
from pipeline.networks.text import PlateNetwork
from pipeline.plate.prefix import GRAMMAR_AUTOMATON
from pipeline.plate.types import Pixels

INPUT_HEIGHT, INPUT_WIDTH = 64, 224

LEAST_SCORE = 0.05

_LIKELY, _STEEP = 0.3, 2.0
"""A box with this score is a character as likely as not; the log-odds grow this much faster than the score's."""

_SAME = 0.4
"""Boxes that overlap by more (IoU) are one character seen several times."""

_FAINT = 0.01  # share of a place's classes below which one is not followed
_RIVALS = 5  # classes that together tell how sure a cell is of a character
_MOST = 24  # boxes on one crop; a plate has ten characters at most


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where a character may stand: ``box`` is centre x, centre y, width, height in pixels of the input.

    ``present`` is the probability that there is one, ``classes`` (classes) that of each, if so.
    """

    box: tuple[float, float, float, float]
    present: float
    classes: NDArray[np.float32]


class CharacterNetwork(PlateNetwork):
    """An ONNX file that :func:`~pipeline.training.files.export_onnx` wrote for the character finder.

    ``least`` is the score below which a box is not looked at.
    """

    def __init__(self, path: Path, threads: int, least: float = LEAST_SCORE) -> None:
        super().__init__(path, threads)
        self._least = least

    def _hypotheses(self, pictures: Sequence[Pixels], beam: int) -> list[list[Hypothesis]]:
        heads = self._run([prepare(pixels) for pixels in pictures])
        return [spell(sightings(head, self._least), self._characters, beam) for head in heads]


def prepare(pixels: Pixels) -> NDArray[np.float32]:
    """A crop of any size as float32 ``(3, 64, 224)``, zero mean, unit deviation over all three colours."""
    shrinks = pixels.shape[1] > INPUT_WIDTH and pixels.shape[0] > INPUT_HEIGHT / 2
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    picture = cv2.resize(pixels, (INPUT_WIDTH, INPUT_HEIGHT), interpolation=how).astype(np.float32)
    picture = (picture - picture.mean()) * np.float32(1 / (picture.std() + 4.0))
    return np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32)


def sightings(head: NDArray[np.float32], least: float = LEAST_SCORE) -> list[Sighting]:
    """The places where characters may stand, the surest first.

    Args:
        head: (4 + classes, cells) as :func:`~pipeline.networks.yolo.decode_head` takes it.
        least: score below which one is not looked at.
    """
    head = head[:, head[4:].max(axis=0) >= least]
    likeliest = np.partition(head[4:], -_RIVALS, axis=0)[-_RIVALS:]
    scores = 1 - (1 - likeliest).prod(axis=0)  # 저 or 서, each half as likely, is a character for sure
    surest = np.argsort(-scores, kind="stable")
    boxes, classes, scores = head[:4, surest].T.astype(np.float64), head[4:, surest].T, scores[surest]
    left = np.ones(len(scores), bool)
    found: list[Sighting] = []
    while left.any() and len(found) < _MOST:
        best = int(left.argmax())
        same = left & (_overlaps(boxes[best], boxes) > _SAME)
        same[best] = True
        left &= ~same
        voices = scores[same] @ classes[same]  # the surer cells speak louder
        voices[voices < _FAINT * voices.sum()] = 0
        odds = (float(scores[best]) / max(1e-6, 1 - float(scores[best]))) / (_LIKELY / (1 - _LIKELY))
        x, y, width, height = boxes[best].tolist()
        found.append(Sighting((x, y, width, height), odds**_STEEP / (1 + odds**_STEEP), voices / voices.sum()))
    return found


def spell(found: Sequence[Sighting], characters: Sequence[str], beam: int = 8) -> list[Hypothesis]:
    """The texts these sightings may mean, likeliest first."""
    boxes = np.asarray([sighting.box for sighting in found], np.float64).reshape(-1, 4)
    orders = reading_orders(boxes, np.asarray([sighting.present for sighting in found], np.float64))
    searches = [
        search(_written([found[n] for n in order.places], len(characters)), characters, GRAMMAR_AUTOMATON, beam)
        for order in orders
    ]
    return mix(searches, [order.share for order in orders])


def _written(found: Sequence[Sighting], classes: int) -> NDArray[np.float32]:
    """Log-probabilities ``(steps, classes + 1)`` as a CTC network gives them: each sighting, then a sure pause."""
    written = np.zeros((2 * len(found), classes + 1), np.float32)
    written[1::2, BLANK] = 1.0
    for step, sighting in enumerate(found):
        written[2 * step, BLANK] = 1 - sighting.present
        written[2 * step, 1:] = sighting.present * sighting.classes
    with np.errstate(divide="ignore"):
        return np.log(written)


def _overlaps(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """IoU of one box with each of ``boxes`` (n, 4), all as centre x, centre y, width, height."""
    low = np.maximum(box[:2] - box[2:] / 2, boxes[:, :2] - boxes[:, 2:] / 2)
    high = np.minimum(box[:2] + box[2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2)
    shared = np.maximum(high - low, 0).prod(axis=1)
    return np.asarray(shared / np.maximum(box[2:].prod() + boxes[:, 2:].prod(axis=1) - shared, 1e-9))
