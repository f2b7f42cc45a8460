"""Where each character stands on a plate, in millimetres, and how the plate looks.

Numbers come from the national plate notice where it gives them; the others were measured from
photos and vary from plate to plate, so every draw jitters them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.plate.grammar import Match, Part
from pipeline.plate.types import PlateColour

Colour = tuple[int, int, int]

BLACK, BLUE_INK, WHITE_INK = (22, 22, 24), (30, 50, 150), (240, 242, 238)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of characters. Widths and heights in mm; ``left`` None centres the line.

    ``tall`` bounds a letter's height as a share of the line's; ``wide`` letters fill their cell, as on green plates.
    """

    top: float
    height: float
    digit: float
    letter: float
    region: float = 0.0
    left: float | None = None
    gap: float = 0.0
    stacked: bool = False
    tall: tuple[float, float] = (0.62, 1.0)
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    width: float
    height: float
    lines: tuple[Line, ...]
    band: float = 0.0
    electric: bool = False
    diagonal: bool = False
    emblem: bool = False
    bolts: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit drawn as one shape (a character, or a region's two syllables) and its box in mm."""

    text: str
    left: float
    top: float
    width: float
    height: float
    stacked: bool = False


_SIDES = ((17.0, 55.0), (503.0, 55.0))
_ABOVE = ((95.0, 18.0), (240.0, 18.0))
_LOW, _FULL = (0.48, 0.85), (0.88, 1.0)


def _long(line: Line, **more: object) -> Layout:
    return Layout(520, 110, (line,), bolts=_SIDES, **more)  # type: ignore[arg-type]


LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "film_8": (_long(Line(12.5, 85, 50, 85, left=65), band=50),),
    "corporate": (_long(Line(12.5, 85, 50, 85, left=65), band=50),),
    "painted_8": (_long(Line(13.5, 83, 55, 75, left=30)),),
    "long_7": (_long(Line(13.5, 83, 56, 96, left=44)),),
    "military": (_long(Line(13.5, 83, 56, 96, left=44)),),
    "electric": (_long(Line(13.5, 83, 56, 72, left=54), band=36, electric=True),),
    "short_7": (Layout(335, 155, (Line(40, 83, 45, 49, left=8),), bolts=_ABOVE),),
    "large_7": (Layout(440, 200, (Line(55, 105, 59, 64, left=11),), bolts=((125, 22), (315, 22))),),
    "commercial_long": (_long(Line(13.5, 83, 55, 71, 55, left=32, stacked=True)),),
    "commercial_short": (
        Layout(335, 170, (Line(13, 48, 33, 34, 84, gap=3), Line(66, 92, 58, 62)), bolts=((62, 32), (273, 32))),
    ),
    "commercial_large": (
        Layout(440, 220, (Line(17, 61, 43, 44, 108, gap=4), Line(86, 116, 76, 82)), bolts=((80, 40), (360, 40))),
    ),
    "green_regional": (
        Layout(
            335,
            170,
            (Line(12, 42, 36, 38, 88, gap=3), Line(62, 96, 59, 62, tall=_LOW, wide=True)),
            bolts=((50, 32), (285, 32)),
        ),
        Layout(
            440,
            220,
            (Line(16, 56, 46, 48, 114, gap=4), Line(84, 118, 78, 82, tall=_LOW, wide=True)),
            bolts=((70, 40), (370, 40)),
        ),
    ),
    "green_one_digit": (
        Layout(
            335,
            170,
            (Line(12, 42, 36, 38, 88, gap=6), Line(62, 96, 59, 62, tall=_LOW, wide=True)),
            bolts=((50, 32), (285, 32)),
        ),
    ),
    "green_national": tuple(
        Layout(335, 170, (above, Line(60, 99, 76, 60)), bolts=((52, 32), (283, 32)))
        for above in (
            Line(9, 46, 46, 56, gap=5, tall=_FULL, wide=True),
            Line(10, 41, 54, 60, gap=6, tall=_FULL, wide=True),
            Line(11, 37, 60, 64, gap=7, tall=_FULL, wide=True),
        )
    ),
    "diplomatic_long": (_long(Line(27.5, 55, 42, 52, gap=3)),),
    "diplomatic_short": (Layout(335, 155, (Line(22, 34, 30, 40, gap=4), Line(72, 60, 42, 46, gap=3)), bolts=_ABOVE),),
    "temporary_long": (_long(Line(12.5, 85, 60, 72), diagonal=True),),
    "temporary_short": (Layout(335, 155, (Line(50, 77, 46, 56),), bolts=_ABOVE, diagonal=True),),
    "motorcycle_new": (
        Layout(210, 150, (Line(14, 46.5, 32, 36, gap=3), Line(70, 68, 42, 42)), bolts=((28, 20), (182, 20))),
    ),
    "motorcycle_old": (
        Layout(210, 115, (Line(9, 22, 16, 24, 46, gap=3), Line(42, 58, 34, 40)), bolts=((22, 18), (188, 18))),
    ),
    "construction_new": (_long(Line(13.5, 83, 53, 72)),),
    "construction_old": (
        Layout(400, 220, (Line(22, 62, 44, 46, 190), Line(108, 88, 48, 46)), bolts=((60, 48), (340, 48)), emblem=True),
        Layout(600, 280, (Line(28, 80, 60, 60, 250), Line(140, 110, 74, 66)), bolts=((90, 60), (510, 60)), emblem=True),
    ),
    "construction_old_long": (_long(Line(13.5, 83, 50, 66, 56, left=30, stacked=True)),),
}

_PAINT: dict[PlateColour, tuple[Colour, ...]] = {
    PlateColour.WHITE: ((238, 240, 236), (226, 226, 214), (214, 214, 196)),
    PlateColour.YELLOW: ((250, 196, 22), (236, 184, 40), (222, 160, 10)),
    PlateColour.GREEN: ((18, 128, 86), (10, 104, 70), (60, 150, 110)),
    PlateColour.BLUE: ((130, 196, 232), (90, 160, 220), (160, 210, 240)),
    PlateColour.LIGHT_GREEN: ((180, 224, 150), (160, 214, 140), (196, 226, 130)),
    PlateColour.ORANGE: ((226, 84, 30), (206, 70, 24), (236, 110, 40)),
    PlateColour.NAVY: ((24, 38, 96), (34, 50, 120), (20, 28, 70)),
}


def paints(match: Match, colour: PlateColour, rng: np.random.Generator) -> tuple[Colour, Colour]:
    """The plate's background and ink."""
    background = _PAINT[colour][int(rng.integers(len(_PAINT[colour])))]
    if match.format.name == "motorcycle_old":
        return background, BLUE_INK
    white_ink = colour in (PlateColour.GREEN, PlateColour.NAVY, PlateColour.ORANGE)
    return background, WHITE_INK if white_ink else BLACK


def place(match: Match, layout: Layout, rng: np.random.Generator) -> list[Cell]:
    """The cells of a plate, in reading order, with the small irregularities of real plates."""
    cells: list[Cell] = []
    for number, line in enumerate(layout.lines):
        units = _units(match, number, line)
        total = sum(width for _, width, _ in units) + line.gap * (len(units) - 1)
        room = layout.width - 12 - layout.band
        squeeze = min(1.0, room / total) * rng.uniform(0.96, 1.0)
        left = (
            line.left
            if line.left is not None and squeeze > 0.95
            else layout.band + (layout.width - layout.band - total * squeeze) / 2
        )
        left += rng.normal(0, 0.008) * layout.width
        top = line.top + rng.normal(0, 0.015) * layout.height
        for text, width, stacked in units:
            cells.append(_cell(text, left, top, width * squeeze, line, stacked, rng))
            left += (width + line.gap) * squeeze
    return cells


def _units(match: Match, number: int, line: Line) -> list[tuple[str, float, bool]]:
    """(text, width in mm, stacked) of each unit on a line."""
    units: list[tuple[str, float, bool]] = []
    for part in match.parts:
        if part.line != number:
            continue
        if part.part is Part.REGION and line.region > 2.6 * line.height:  # the two syllables stand apart
            units.extend((c, line.region / 2, False) for c in part.text)
        elif part.part is Part.REGION:
            units.append((part.text, line.region or 2 * line.letter, line.stacked))
        else:
            units.extend((c, line.digit if c.isdigit() else line.letter, False) for c in part.text)
    return units


def _cell(
    text: str, left: float, top: float, width: float, line: Line, stacked: bool, rng: np.random.Generator
) -> Cell:
    """A letter is smaller than its cell and stands nearer to the digits before it."""
    height = line.height
    if text.isdigit():
        inner = width * rng.uniform(0.92, 1.0)
        return Cell(text, left + (width - inner) / 2, top, inner, height)
    if len(text) > 1:
        return Cell(text, left, top, width * (0.9 if stacked else 1.0), height, stacked)
    tall = height * rng.uniform(*line.tall)
    inner = width * rng.uniform(0.86, 1.0) if line.wide else min(width * 0.98, tall * rng.uniform(0.66, 0.84))
    lean = rng.beta(1.8, 2.6)
    return Cell(text, left + (width - inner) * lean, top + (height - tall) * rng.uniform(0.35, 0.75), inner, tall)
