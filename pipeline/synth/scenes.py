"""Draws whole scenes, as a camera at a parking gate sees them: road, wall, drawn cars, real plates.

They need no photo at all, so they may be shown anywhere. Everything is drawn twice as large and
shrunk, so that edges are smooth.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels, Quad
from pipeline.synth import degrade
from pipeline.synth.glyphs import Glyphs, load_glyphs
from pipeline.synth.layout import Colour
from pipeline.synth.plates import draw_match, draw_plate

WIDTH, HEIGHT = 1280, 720
_LARGER = 2

_BODIES: tuple[Colour, ...] = (
    (236, 237, 239), (190, 194, 199), (98, 103, 110), (38, 41, 46), (28, 52, 96), (134, 28, 34), (214, 206, 190),
)  # fmt: skip
_FORMATS = ("film_8", "painted_8", "long_7", "short_7", "electric", "commercial_long", "corporate", "green_regional")


@dataclass(frozen=True, slots=True)
class ScenePlate:
    text: str
    format: str
    quad: Quad


@dataclass(frozen=True, slots=True)
class Scene:
    pixels: Pixels
    plates: tuple[ScenePlate, ...]


def draw_example_scene(seed: int, glyphs: Path | None = None) -> Scene:
    """A scene of 1280 × 720 pixels with one or two cars; the same seed draws the same scene.

    Raises:
        TrainingError: there is no Korean font to draw with, and no glyph folder is given.
    """
    rng = np.random.default_rng((77, seed))
    shapes = load_glyphs(glyphs)
    night = seed % 4 == 3
    canvas = _place(rng, night)
    plates = []
    cars = 1 if seed % 3 else 2
    for number in range(cars):
        centre = WIDTH * (0.5 if cars == 1 else (0.29, 0.73)[number]) + rng.normal(0, 25)
        width = rng.uniform(430, 560) if cars == 1 else rng.uniform(380, 440)
        plates.append(_car(canvas, shapes, centre, width, _FORMATS[(seed * 2 + number) % len(_FORMATS)], night, rng))
    pixels = np.asarray(cv2.resize(canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
    return _filmed(pixels, plates, night, rng)


def _place(rng: np.random.Generator, night: bool) -> Pixels:
    """Wall, road with markings and a gate's arm, at twice the size."""
    height, width = HEIGHT * _LARGER, WIDTH * _LARGER
    horizon = int(height * rng.uniform(0.34, 0.42))
    wall = np.asarray((170, 172, 170) if rng.random() < 0.5 else (196, 186, 170)) * (0.22 if night else 1.0)
    road = np.asarray((112, 113, 116)) * (0.3 if night else 1.0)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    canvas = np.where(down * height < horizon, wall * (0.9 + 0.25 * down), road * (0.75 + 0.4 * down))
    canvas = np.broadcast_to(canvas, (height, width, 3)).astype(np.uint8).copy()
    for x in range(0, width, width // 8):  # joints of the wall's panels
        cv2.line(canvas, (x, 0), (x, horizon), tuple((wall * 0.86).tolist()), 4)
    cv2.rectangle(canvas, (0, horizon - 26), (width, horizon), tuple((wall * 0.6).tolist()), -1)
    line = tuple((np.asarray((214, 212, 200)) * (0.45 if night else 1.0)).tolist())
    for side in (-0.6, 0.0, 0.6):
        top, foot = int(width * (0.5 + side * 0.55)), int(width * (0.5 + side * 1.5))
        cv2.fillPoly(
            canvas,
            [np.asarray([(top - 6, horizon), (top + 6, horizon), (foot + 26, height), (foot - 26, height)])],
            line,
        )
    return degrade.grain(canvas, 4, 1, rng)


def _car(
    canvas: Pixels, glyphs: Glyphs, centre: float, width: float, format: str, night: bool, rng: np.random.Generator
) -> ScenePlate:
    """A car seen from behind; ``centre`` and ``width`` are in pixels of the final picture."""
    body = np.asarray(_BODIES[int(rng.integers(len(_BODIES)))]) * (0.45 if night else 1.0)
    ground = HEIGHT * rng.uniform(0.86, 0.92)
    unit = width * _LARGER / 100  # a car is 100 units wide
    origin = np.asarray((centre * _LARGER, ground * _LARGER))

    def shape(points: list[tuple[float, float]], colour: NDArray[np.float64], mirrored: bool = False) -> None:
        for sign in (1, -1) if mirrored else (1,):
            corners = origin + np.asarray(points) * (sign * unit, -unit)
            cv2.fillPoly(canvas, [corners.round().astype(np.int32)], tuple(colour.tolist()), cv2.LINE_AA)

    black = np.asarray((22.0, 23, 25))
    shadow = canvas.copy()
    cv2.ellipse(
        shadow,
        tuple(origin.astype(int).tolist()),
        (int(58 * unit), int(7 * unit)),
        0,
        0,
        360,
        (20, 20, 22),
        -1,
        cv2.LINE_AA,
    )
    cv2.addWeighted(shadow, 0.6, canvas, 0.4, 0, dst=canvas)
    shape([(32, 0), (45, 0), (46, 16), (31, 16)], black, mirrored=True)  # tyres
    shape([(-48, 9), (48, 9), (50, 24), (49, 40), (44, 50), (-44, 50), (-49, 40), (-50, 24)], body)
    shape([(-41, 49), (41, 49), (33, 74), (-33, 74)], body * 0.92)  # roof
    shape(
        [(-36, 51), (36, 51), (29.5, 71), (-29.5, 71)], np.asarray((44.0, 52, 60)) * (0.5 if night else 1.0)
    )  # window
    shape(
        [(-30, 55), (-8, 55), (-14, 71), (-27, 71)], np.asarray((78.0, 88, 98)) * (0.5 if night else 1.0)
    )  # its shine
    shape([(-44, 49.2), (44, 49.2), (44.6, 48), (-44.6, 48)], body * 0.72)  # lid
    shape([(-49, 23.4), (49, 23.4), (49, 22.2), (-49, 22.2)], body * 0.7)  # bumper's edge
    shape([(-46, 9), (46, 9), (44, 15), (-44, 15)], black * 1.6)
    lamp = np.asarray((226.0, 34, 30)) if night else np.asarray((168.0, 30, 34))
    shape([(30, 35), (48.4, 36), (46.5, 46), (33, 45)], lamp, mirrored=True)
    shape([(39, 37.5), (46.5, 38), (45.4, 41), (39.5, 40.6)], np.asarray((238.0, 214, 200)), mirrored=True)
    return _mounted(canvas, glyphs, origin, unit, format, night, rng)


def _mounted(
    canvas: Pixels,
    glyphs: Glyphs,
    origin: NDArray[np.float64],
    unit: float,
    format: str,
    night: bool,
    rng: np.random.Generator,
) -> ScenePlate:
    """The plate in its recess: 520 mm of a car 1.85 m wide."""
    match = draw_match(rng, (format,))
    plate = draw_plate(match, glyphs, rng, round(28 * unit), worn=False)
    rows, columns = plate.pixels.shape[:2]
    centre = origin + np.asarray((0.0, -33.5 * unit))
    half = np.asarray((columns / 2, rows / 2))
    recess = half + np.asarray((1.6, 1.4)) * unit
    dark = (30, 31, 33) if not night else (14, 14, 15)
    cv2.rectangle(
        canvas, (centre - recess).astype(int).tolist(), (centre + recess).astype(int).tolist(), dark, -1, cv2.LINE_AA
    )
    x, y = (centre - half).round().astype(int)
    canvas[y : y + rows, x : x + columns] = (plate.pixels * (0.8 if night else 1.0)).astype(np.uint8)
    corners = np.asarray([(x, y), (x + columns, y), (x + columns, y + rows), (x, y + rows)], np.float32) / np.float32(
        _LARGER
    )
    return ScenePlate(match.text, match.format.name, corners)


def _filmed(pixels: Pixels, plates: list[ScenePlate], night: bool, rng: np.random.Generator) -> Scene:
    """A camera a little turned and to the side, with its noise."""
    roll, lean = rng.normal(0, 1.2), rng.normal(0, 0.03)
    turn = np.vstack([cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), roll, 1.06), (0, 0, 1)])
    turn = np.asarray([(1, lean, -lean * HEIGHT / 2), (0, 1, 0), (0, 0, 1)]) @ turn
    seen = cv2.warpPerspective(pixels, turn, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.GaussianBlur(seen, (0, 0), 0.7)
    grainy = degrade.grain(np.asarray(seen, np.uint8), 7 if night else 3, 3, rng)
    moved = (
        ScenePlate(p.text, p.format, cv2.perspectiveTransform(p.quad[:, None], turn).reshape(4, 2).astype(np.float32))
        for p in plates
    )
    return Scene(degrade.codec(grainy, rng), tuple(moved))
