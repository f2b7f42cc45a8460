"""Draws one plate as it leaves the factory: flat, clean, with a box for every character."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.grammar import FORMATS, Match, sample
from pipeline.plate.types import Pixels, PlateColour
from pipeline.synth.glyphs import HEIGHT, STROKES, Glyphs
from pipeline.synth.layout import LAYOUTS, Cell, Colour, Layout, paints, place

SHARES: dict[str, float] = {
    "film_8": 12, "painted_8": 10, "long_7": 20, "short_7": 14, "large_7": 2, "electric": 7, "corporate": 3,
    "commercial_long": 8, "commercial_short": 5, "commercial_large": 2, "green_regional": 7, "green_national": 7,
    "diplomatic_long": 0.5, "diplomatic_short": 0.5, "temporary_long": 0.7, "temporary_short": 0.7,
    "motorcycle_new": 1.2, "motorcycle_old": 1.6, "construction_new": 2, "construction_old": 4,
    "construction_old_long": 1, "green_one_digit": 0.5, "military": 0.8,
}  # fmt: skip
"""How often each format is drawn, in percent or so: as on the road, the rare ones lifted."""

_USUAL, _THIN = (0.1, 0.22, 0.5, 0.18), (0.28, 0.34, 0.33, 0.05)
"""How often each of ``STROKES`` is met; the letters of green plates were cut thinner."""

_NAMES = tuple(SHARES)
_CUMULATIVE = np.cumsum([SHARES[name] for name in _NAMES]) / sum(SHARES.values())


@dataclass(frozen=True, slots=True)
class DrawnPlate:
    """``boxes`` is float32 ``(characters, 4, 2)``: each character's corners in pixels of ``pixels``."""

    pixels: Pixels
    match: Match
    colour: PlateColour
    boxes: NDArray[np.float32]


def draw_match(rng: np.random.Generator, formats: tuple[str, ...] = ()) -> Match:
    """A legal plate of one of ``formats``, or of any format as often as :data:`SHARES` says."""
    if formats:
        name = formats[int(rng.integers(len(formats)))]
    else:
        name = _NAMES[int(np.searchsorted(_CUMULATIVE, rng.random()))]
    return sample(FORMATS[name], rng)


def draw_plate(match: Match, glyphs: Glyphs, rng: np.random.Generator, width: int, worn: bool = True) -> DrawnPlate:
    """The plate ``width`` pixels wide, seen straight on in even light; ``worn`` ones differ in paint and strokes."""
    layouts = LAYOUTS[match.format.name]
    layout = layouts[int(rng.integers(len(layouts)))]
    colours = match.format.colours
    colour = colours[0] if rng.random() < 0.85 else colours[int(rng.integers(len(colours)))]
    background, ink = paints(match, colour, rng)
    scale = width / layout.width
    height = max(8, round(layout.height * scale))
    paper = np.empty((height, width, 3), np.uint8)
    paper[:] = background
    _furniture(paper, layout, ink, scale, rng)
    cells = place(match, layout, rng)
    stroke = STROKES[int(rng.choice(4, p=_THIN if colour is PlateColour.GREEN else _USUAL))] if worn else 0
    coverage: NDArray[np.uint8] = np.zeros((height, width), np.uint8)
    for cell in cells:
        small = cell.height * scale * (0.5 if cell.stacked else 1.0) <= HEIGHT / 2  # then half of a mask's pixels do
        _stamp(coverage, glyphs.mask(cell.text, rng, stroke, cell.stacked, small), cell, scale)
    if worn and rng.random() < 0.2:
        coverage = _worn_off(coverage, rng)
    pixels = _paint(paper, coverage, ink)
    _bolts(pixels, layout, scale, rng)
    return DrawnPlate(pixels, match, colour, _boxes(cells, scale))


def _stamp(coverage: NDArray[np.uint8], mask: NDArray[np.uint8], cell: Cell, scale: float) -> None:
    left, top = round(cell.left * scale), round(cell.top * scale)
    size = (max(2, round(cell.width * scale)), max(2, round(cell.height * scale)))
    ink = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    height, width = coverage.shape
    x1, y1, x2, y2 = max(0, left), max(0, top), min(width, left + size[0]), min(height, top + size[1])
    if x2 > x1 and y2 > y1:
        place = coverage[y1:y2, x1:x2]
        np.maximum(place, ink[y1 - top : y2 - top, x1 - left : x2 - left], out=place)


def _worn_off(coverage: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Thin paint, in patches."""
    height, width = coverage.shape
    patches = rng.integers(90, 256, (max(2, height // 8), max(2, width // 8)), dtype=np.uint8)
    return np.asarray(cv2.multiply(coverage, cv2.resize(patches, (width, height)), scale=1 / 255), np.uint8)


def _paint(paper: Pixels, coverage: NDArray[np.uint8], ink: Colour) -> Pixels:
    """Ink over paper."""
    alpha = cv2.merge([coverage] * 3)
    ink_layer = np.empty_like(paper)
    ink_layer[:] = ink
    painted = cv2.multiply(ink_layer, alpha, scale=1 / 255)
    return np.asarray(cv2.add(painted, cv2.multiply(paper, cv2.bitwise_not(alpha), scale=1 / 255)), np.uint8)


def _furniture(paper: Pixels, layout: Layout, ink: Colour, scale: float, rng: np.random.Generator) -> None:
    """Everything printed that is no character: rim, band, emblem, EV mark, diagonal."""
    height, width = paper.shape[:2]
    thin = max(1, round(3 * scale))
    if rng.random() < 0.6:
        inset = round(rng.uniform(1, 6) * scale)
        cv2.rectangle(paper, (inset, inset), (width - 1 - inset, height - 1 - inset), ink, thin, cv2.LINE_AA)
    if layout.electric:
        under = paper[height // 2, width // 2]
        soft = (int(under[0] * 0.55), int(under[1] * 0.55), int(under[2] * 0.55))
        centre = (round(30 * scale), height // 2)
        cv2.circle(paper, centre, round(15 * scale), soft, thin, cv2.LINE_AA)
        cv2.circle(paper, centre, round(6 * scale), soft, -1, cv2.LINE_AA)
        _letters(paper, "EV", (492, 52), 26, soft, scale)
    elif layout.band:
        blue = (40 + int(rng.integers(60)), 80 + int(rng.integers(60)), 170 + int(rng.integers(70)))
        right = round(layout.band * scale)
        cv2.rectangle(paper, (round(8 * scale), round(10 * scale)), (right, height - round(10 * scale)), blue, -1)
        cv2.circle(paper, (round(29 * scale), round(40 * scale)), round(13 * scale), (210, 214, 224), thin, cv2.LINE_AA)
        _letters(paper, "KOR", (29, 82), 16, (235, 238, 244), scale)
    if layout.emblem and rng.random() < 0.5:
        _emblem(paper, layout, ink, scale)
    if layout.diagonal:
        cv2.line(paper, (0, height), (width, 0), (200, 40, 40), max(1, round(8 * scale)), cv2.LINE_AA)


def _emblem(paper: Pixels, layout: Layout, ink: Colour, scale: float) -> None:
    """The owner's mark left of the region: a ring with a word nobody can read."""
    x, y = layout.width * 0.13, layout.height * 0.24
    centre, radius = (round(x * scale), round(y * scale)), round(layout.height * 0.1 * scale)
    cv2.circle(paper, centre, radius, ink, max(1, round(4 * scale)), cv2.LINE_AA)
    cv2.circle(paper, centre, radius // 2, ink, max(1, round(5 * scale)), cv2.LINE_AA)


def _letters(
    paper: Pixels, text: str, centre: tuple[float, float], height: float, colour: Colour, scale: float
) -> None:
    size = height * scale / 22
    (w, h), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    where = (round(centre[0] * scale - w / 2), round(centre[1] * scale + h / 2))
    cv2.putText(paper, text, where, cv2.FONT_HERSHEY_SIMPLEX, size, colour, max(1, round(2 * scale)), cv2.LINE_AA)


def _bolts(pixels: Pixels, layout: Layout, scale: float, rng: np.random.Generator) -> None:
    if rng.random() < 0.25:
        return
    radius = rng.uniform(5, 9)
    level = int(rng.integers(40, 230))
    for x, y in layout.bolts:
        centre = (round((x + rng.normal(0, 3)) * scale), round((y + rng.normal(0, 2)) * scale))
        cv2.circle(pixels, centre, max(1, round(radius * scale)), (level, level, level), -1, cv2.LINE_AA)
        shine = min(255, level + 60)
        cv2.circle(pixels, centre, max(1, round(radius * 0.45 * scale)), (shine, shine, shine), -1, cv2.LINE_AA)


def _boxes(cells: list[Cell], scale: float) -> NDArray[np.float32]:
    """One box a character; a region's cell is cut in two, side by side or one above the other."""
    corners = []
    for cell in cells:
        count = len(cell.text)
        width = cell.width if cell.stacked else cell.width / count
        height = cell.height / count if cell.stacked else cell.height
        for index in range(count):
            left = cell.left + (0 if cell.stacked else index * width)
            top = cell.top + (index * height if cell.stacked else 0)
            corners.append([(left, top), (left + width, top), (left + width, top + height), (left, top + height)])
    return np.asarray(corners, np.float32) * scale
