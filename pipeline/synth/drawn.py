"""Draws a place and cars where no pictures of them are given: road, wall, a gate; cars seen from behind.

They need no photo at all, so they may be shown anywhere. Everything is drawn twice as large and shrunk, so that edges
are smooth.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels
from pipeline.synth import degrade
from pipeline.synth.layout import Colour
from pipeline.synth.parts import CarPart, CutOut

_LARGER = 2
_CAR_WIDTH, _CAR_HEIGHT = 800, 640  # pixels of a drawn car's picture; the car is 100 units of 7.2 pixels wide
_UNIT = 7.2

_BODIES: tuple[Colour, ...] = (
    (236, 237, 239), (190, 194, 199), (98, 103, 110), (38, 41, 46), (28, 52, 96), (134, 28, 34), (214, 206, 190),
)  # fmt: skip


def draw_place(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """A road that leads to a wall of panels, by day."""
    rows, columns = height * _LARGER, width * _LARGER
    horizon = int(rows * rng.uniform(0.34, 0.42))
    wall = np.asarray((170, 172, 170) if rng.random() < 0.5 else (196, 186, 170)) * rng.uniform(0.8, 1.05)
    road = np.asarray((112, 113, 116)) * rng.uniform(0.8, 1.1)
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
    canvas = np.where(down * rows < horizon, wall * (0.9 + 0.25 * down), road * (0.75 + 0.4 * down))
    canvas = np.broadcast_to(canvas.clip(0, 255), (rows, columns, 3)).astype(np.uint8).copy()
    for x in range(0, columns, columns // 8):  # joints of the wall's panels
        cv2.line(canvas, (x, 0), (x, horizon), _shade(wall, 0.86), 4)
    cv2.rectangle(canvas, (0, horizon - 26), (columns, horizon), _shade(wall, 0.6), -1)
    for side in (-0.6, 0.0, 0.6):
        top, foot = int(columns * (0.5 + side * 0.55)), int(columns * (0.5 + side * 1.5))
        marking = [(top - 6, horizon), (top + 6, horizon), (foot + 26, rows), (foot - 26, rows)]
        cv2.fillPoly(canvas, [np.asarray(marking)], (214, 212, 200))
    place = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    return degrade.grain(np.asarray(place, np.uint8), 2.5, 1, rng)


def draw_car(rng: np.random.Generator) -> CarPart:
    """A car seen from behind with its shadow, an empty recess where the plate belongs."""
    body = np.asarray(_BODIES[int(rng.integers(len(_BODIES)))], np.float64)
    unit = _UNIT * _LARGER
    canvas: CutOut = np.zeros((_CAR_HEIGHT * _LARGER, _CAR_WIDTH * _LARGER, 4), np.uint8)
    origin = np.asarray((canvas.shape[1] / 2, canvas.shape[0] - 8 * unit))

    def shape(points: list[tuple[float, float]], colour: NDArray[np.float64], mirrored: bool = False) -> None:
        for sign in (1, -1) if mirrored else (1,):
            corners = origin + np.asarray(points) * (sign * unit, -unit)
            cv2.fillPoly(canvas, [corners.round().astype(np.int32)], (*_shade(colour, 1.0), 255), cv2.LINE_AA)

    black, glass = np.asarray((22.0, 23, 25)), np.asarray((44.0, 52, 60))
    middle = (int(origin[0]), int(origin[1]))
    cv2.ellipse(canvas, middle, (int(54 * unit), int(6 * unit)), 0, 0, 360, (20, 20, 22, 150), -1)
    shape([(32, 0), (45, 0), (46, 16), (31, 16)], black, mirrored=True)  # tyres
    shape([(-48, 9), (48, 9), (50, 24), (49, 40), (44, 50), (-44, 50), (-49, 40), (-50, 24)], body)
    shape([(-41, 49), (41, 49), (33, 74), (-33, 74)], body * 0.92)  # roof
    shape([(-36, 51), (36, 51), (29.5, 71), (-29.5, 71)], glass)  # window
    shape([(-30, 55), (-8, 55), (-14, 71), (-27, 71)], glass * 1.7)  # its shine
    shape([(-44, 49.2), (44, 49.2), (44.6, 48), (-44.6, 48)], body * 0.72)  # lid
    shape([(-49, 23.4), (49, 23.4), (49, 22.2), (-49, 22.2)], body * 0.7)  # bumper's edge
    shape([(-46, 9), (46, 9), (44, 15), (-44, 15)], black * 1.6)
    shape([(30, 35), (48.4, 36), (46.5, 46), (33, 45)], np.asarray((168.0, 30, 34)), mirrored=True)  # lamps
    shape([(39, 37.5), (46.5, 38), (45.4, 41), (39.5, 40.6)], np.asarray((238.0, 214, 200)), mirrored=True)
    centre = origin + np.asarray((0.0, -33.5 * unit))
    half = np.asarray((14.0, 14.0 * 110 / 520)) * unit  # 520 mm of a car 1.85 m wide
    recess = half + np.asarray((1.6, 1.4)) * unit
    low, high = (centre - recess).astype(int).tolist(), (centre + recess).astype(int).tolist()
    cv2.rectangle(canvas, low, high, (30, 31, 33, 255), -1)
    small = np.asarray(cv2.resize(canvas, (_CAR_WIDTH, _CAR_HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
    (x1, y1), (x2, y2) = ((centre - half) / _LARGER).tolist(), ((centre + half) / _LARGER).tolist()
    return CarPart(small, (x1, y1, x2, y2))


def _shade(colour: NDArray[np.float64], factor: float) -> Colour:
    red, green, blue = (int(value) for value in np.clip(np.asarray(colour) * factor, 0, 255))
    return red, green, blue
