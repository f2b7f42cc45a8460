"""Named boxes of one picture, and the plates they make: a plate's box, or a box for each of its characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from pipeline.corpus.classes import is_character, is_plate
from pipeline.corpus.labels import Label, LabelKind
from pipeline.plate.geometry import Box

_FILLS = 0.9
"""A lone plate whose box takes this share of both sides is the whole picture: a crop."""
_NEXT_LINE = 0.4
"""Gap between two lines' centres, as a share of a character's height; within a tilted line it stays below 0.2."""

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class NamedBox:
    """A box in pixels and the name of its class; ``text`` is a plate's where the label gives it."""

    name: str
    box: Box
    text: str = ""
    corners: Corners | None = None
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Plates:
    """A picture's labels; ``outside`` counts characters that lie in no plate's box."""

    labels: list[Label]
    outside: int = 0


def plates_of(file: str, size: tuple[int, int], boxes: Sequence[NamedBox], source: str) -> Plates:
    """The plates of a picture of ``size`` (width, height); boxes of other classes do not count.

    Characters alone make the picture a crop of one plate. With plates, each character belongs to the plate that its
    centre lies in.
    """
    plates = [box for box in boxes if is_plate(box.name) or box.text]
    characters = [box for box in boxes if is_character(box.name) and not box.text]
    if not plates:
        text = text_by_place(characters)
        return Plates([Label(file, LabelKind.PLATE_CROP, text, None, source)] if characters else [])
    inside = [[char for char in characters if _holds(plate.box, char.box)] for plate in plates]
    if len(plates) == 1 and not plates[0].ignored and _fills(plates[0].box, size):
        text = plates[0].text or text_by_place(inside[0])
        labels = [Label(file, LabelKind.PLATE_CROP, text, None, source, plates[0].corners)]
    else:
        labels = [
            Label(
                file,
                LabelKind.IGNORE if plate.ignored else LabelKind.SCENE,
                plate.text or text_by_place(its),
                plate.box,
                source,
                plate.corners,
            )
            for plate, its in zip(plates, inside, strict=True)
        ]
    return Plates(labels, sum(not any(_holds(plate.box, char.box) for plate in plates) for char in characters))


def text_by_place(characters: Sequence[NamedBox]) -> str:
    """What the characters say in reading order: the upper line first, each from left to right."""
    return "".join(char.name.strip() for line in _lines(characters) for char in _in_line(line))


def _lines(characters: Sequence[NamedBox]) -> Iterator[list[NamedBox]]:
    """One line or two. Heights are taken from the line through all centres, so that a tilted plate stays in one."""
    if len(characters) < 2:
        yield list(characters)
        return
    centres = np.array([_centre(char.box) for char in characters])
    x, y = centres[:, 0] - centres[:, 0].mean(), centres[:, 1]
    slope = float(x @ (y - y.mean()) / (x @ x)) if (x @ x) > 0 else 0.0
    heights = y - slope * x
    order = np.argsort(heights, kind="stable").tolist()
    gaps = [float(heights[low] - heights[high]) for high, low in pairwise(order)]
    split = int(np.argmax(gaps)) + 1
    tall = median(char.box[3] - char.box[1] for char in characters)
    parts = (order[:split], order[split:]) if gaps[split - 1] > _NEXT_LINE * tall else (order,)
    for part in parts:
        yield [characters[n] for n in part]


def _in_line(line: Sequence[NamedBox]) -> list[NamedBox]:
    """From left to right; of two above each other, as the syllables of a region stand, the upper one first."""
    ordered = sorted(line, key=lambda char: _centre(char.box)[0])
    for n in range(len(ordered) - 1):
        left, right = ordered[n], ordered[n + 1]
        apart = _centre(right.box)[0] - _centre(left.box)[0]
        narrow = min(left.box[2] - left.box[0], right.box[2] - right.box[0])
        if apart < narrow / 2 and _centre(right.box)[1] < _centre(left.box)[1]:
            ordered[n], ordered[n + 1] = right, left
    return ordered


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(outer: Box, inner: Box) -> bool:
    x, y = _centre(inner)
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _fills(box: Box, size: tuple[int, int]) -> bool:
    return box[2] - box[0] >= _FILLS * size[0] and box[3] - box[1] >= _FILLS * size[1]
