"""Corners, boxes and the maps between them.

A quad is float32 (4, 2), clockwise from the plate's top-left as one reads it; a box is (x1, y1, x2, y2) in
pixels with x1 < x2 and y1 < y2; an outline is a polygon's corners; y grows downwards.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DegenerateQuad
from pipeline.plate.types import Quad

Box: TypeAlias = tuple[float, float, float, float]
Outline: TypeAlias = tuple[tuple[float, float], ...]

_FLATTEST = 1e-4
"""Least sine of a corner's angle: below it, three corners lie on one line as far as float32 can tell."""


def quad_from_box(x1: float, y1: float, x2: float, y2: float) -> Quad:
    """
    Raises:
        DegenerateQuad: the box is empty, turned over or not finite.
    """
    quad = np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], dtype=np.float32)
    if not (np.isfinite(quad).all() and x1 < x2 and y1 < y2):
        raise DegenerateQuad(f"a box needs x1 < x2 and y1 < y2, got ({x1}, {y1}, {x2}, {y2})")
    return quad


def bounding_box(quad: Quad) -> Box:
    """The smallest upright box around the quad."""
    (x1, y1), (x2, y2) = quad.min(axis=0), quad.max(axis=0)
    return float(x1), float(y1), float(x2), float(y2)


def box_iou(a: Box, b: Box) -> float:
    """Intersection over union, 0…1; 0 where both boxes are empty."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0.0, width) * max(0.0, height)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union > 0 else 0.0


def quad_area(quad: Quad) -> float:
    """Square pixels inside the quad."""
    corners = quad.astype(np.float64)
    following = np.roll(corners, -1, axis=0)
    return float(abs(np.sum(corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0])) / 2)


def quad_size(quad: Quad) -> tuple[float, float]:
    """(width, height) in pixels: the mean of the upper and lower, and of the left and right side."""
    top, right, bottom, left = np.linalg.norm(np.roll(quad, -1, axis=0).astype(np.float64) - quad, axis=1)
    return float(top + bottom) / 2, float(left + right) / 2


def homography(source: Quad, target: Quad) -> NDArray[np.float64]:
    """The 3x3 matrix that takes the corners of ``source`` to those of ``target`` (direct linear transform).

    Raises:
        DegenerateQuad: one of them is not convex, or three of its corners lie on one line.
    """
    matrix, values = [], []
    for (x, y), (u, v) in zip(_check_convex(source), _check_convex(target), strict=True):
        matrix += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(matrix), np.array(values)), 1.0).reshape(3, 3)


def pad_quad(quad: Quad, fraction: float) -> Quad:
    """Every corner moved outwards along both its sides by ``fraction`` of their length; inwards below 0."""
    return quad + np.float32(fraction) * (2 * quad - np.roll(quad, -1, axis=0) - np.roll(quad, 1, axis=0))


def is_convex(quad: Quad, *, margin: float = 0.0) -> bool:
    """Whether the corners go clockwise around a convex shape, still so once padded by ``margin``."""
    return _turns_one_way(quad.astype(np.float64)) and _turns_one_way(pad_quad(quad, margin).astype(np.float64))


def _check_convex(quad: NDArray[np.floating]) -> NDArray[np.float64]:
    """The corners in double precision, once their turns are known to go all the same way round."""
    corners = quad.astype(np.float64)
    if not (_turns_one_way(corners) or _turns_one_way(corners[::-1])):
        raise DegenerateQuad(f"the corners {corners.tolist()} do not enclose a convex shape; mark four corners")
    return corners


def _turns_one_way(corners: NDArray[np.float64]) -> bool:
    """Clockwise around a convex shape, and no three corners on one line."""
    edges = np.roll(corners, -1, axis=0) - corners
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    return bool((turns > _FLATTEST * np.linalg.norm(edges, axis=1) * np.linalg.norm(after, axis=1)).all())
