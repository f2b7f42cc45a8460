"""Says where the picture itself is the trouble.

Measured on the 99 labelled crops of ``../shared/data/real``, and on the 61 of them that carry no remark about
their sharpness after a Gaussian blur of a share of the plate's height. ``dark`` and ``light`` are the 5th and 95th
percentile of grey, ``detail`` is what :func:`_detail` gives.

=====================  =========  ======  =========
crops                  5th perc.  median  95th perc.
=====================  =========  ======  =========
light                  103        202     255
dark                   5          50      104
light - dark           59         144     203
detail                 0.33       0.88    1.59
detail, blurred 4 %    0.05       0.21    0.31
detail, blurred 6 %    0.02       0.10    0.15
detail, blurred 8 %    0.01       0.05    0.11
=====================  =========  ======  =========
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.rectify import rectify
from pipeline.plate.doubts import doubt
from pipeline.plate.geometry import bounding_box, quad_size
from pipeline.plate.types import Doubt, Frame, PlateCrop, Quad

# Each lies beyond every crop above that shows its plate well: the extremes were 0.17 of detail, 141 for dark.
_LEAST_DETAIL = 0.13
_LEAST_LIGHT = 64
_MOST_DARK = 160
_LEAST_CONTRAST = 40
_LEAST_HEIGHT = 20
_MEASURED_HEIGHT = 32  # at which strokes are about 3 pixels wide, however large the plate is
_STEEPEST = 0.5  # sine of 30°
_MOST_UNEVEN = 0.7  # shorter over longer of two opposite sides


@dataclass(frozen=True, slots=True)
class Look:
    """``light`` is the 95th percentile of grey, ``detail`` as above, ``height`` the plate's in its picture, pixels."""

    light: float
    detail: float
    height: float


def look_of(crop: PlateCrop) -> Look:
    """How bright, sharp and large a rectified plate is."""
    rows, columns = crop.pixels.shape[:2]
    height = quad_size(crop.quad)[1]
    wanted = min(_MEASURED_HEIGHT, rows, max(1, round(height)))
    grey = np.asarray(cv2.cvtColor(crop.pixels, cv2.COLOR_RGB2GRAY), np.float32)
    size = (max(1, round(columns * wanted / rows)), wanted)
    grey = _middle(np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32))
    return Look(float(np.percentile(grey, 95)), _detail(grey), height)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the picture of a plate is like, whatever stands on it.

    ``height`` in pixels of the frame; ``detail`` as in the table above, None for a plate too small to tell; mean
    ``brightness`` 0…255; ``tilt`` degrees between the frame's rows and the plate's upper or lower side, 0…90.
    """

    height: float
    detail: float | None
    brightness: float
    tilt: float


def appearance(frame: Frame, quad: Quad) -> Appearance:
    """
    Raises:
        DegenerateQuad: as :func:`rectify`.
    """
    height = quad_size(quad)[1]
    grey = _grey(frame, quad, min(_MEASURED_HEIGHT, max(1, round(height))))
    across, back = quad[1] - quad[0], quad[2] - quad[3]
    tilt = max(float(np.degrees(np.arctan2(abs(y), abs(x)))) for x, y in (across, back))
    return Appearance(height, _detail(grey) if height >= _LEAST_HEIGHT else None, float(grey.mean()), tilt)


def hints(frame: Frame, quad: Quad) -> tuple[Doubt, ...]:
    """What in the picture makes the plate inside ``quad`` hard to read; nothing for a clean plate.

    The codes are ``too_small``, ``cut_off``, ``steep_angle``, ``too_dark``, ``too_bright``, ``low_contrast`` and
    ``out_of_focus``; of those about light the gravest only, and focus only where there is enough to tell it from.

    Raises:
        DegenerateQuad: as :func:`rectify`.
    """
    return tuple(_hints(frame, quad))


def clarity(frame: Frame, quad: Quad) -> float:
    """How well the plate inside ``quad`` shows: sharpness × height, to choose among pictures of the same plate.

    A plate that the edge of the picture cuts counts half.

    Raises:
        DegenerateQuad: as :func:`rectify`.
    """
    height = quad_size(quad)[1]
    sharpness = _detail(_grey(frame, quad, min(_MEASURED_HEIGHT, max(1, round(height)))))
    return sharpness * height * (0.5 if _is_cut_off(frame, quad) else 1.0)


def _hints(frame: Frame, quad: Quad) -> Iterator[Doubt]:
    height = quad_size(quad)[1]
    if height < _LEAST_HEIGHT:
        yield doubt("too_small", height_px=round(height))
    if _is_cut_off(frame, quad):
        yield doubt("cut_off")
    if _is_steep(quad):
        yield doubt("steep_angle")
    grey = _grey(frame, quad, min(_MEASURED_HEIGHT, max(1, round(height))))
    dark, light = np.percentile(grey, (5, 95))
    if light < _LEAST_LIGHT:
        yield doubt("too_dark")
    elif dark > _MOST_DARK:
        yield doubt("too_bright")
    elif light - dark < _LEAST_CONTRAST:
        yield doubt("low_contrast")
    if height >= _LEAST_HEIGHT and _detail(grey) < _LEAST_DETAIL:
        yield doubt("out_of_focus")


def _grey(frame: Frame, quad: Quad, height: int) -> NDArray[np.float32]:
    """The middle of the plate, without the tenth at each side where its frame or the car may show; never enlarged."""
    return _middle(cv2.cvtColor(rectify(frame, quad, height=height).pixels, cv2.COLOR_RGB2GRAY).astype(np.float32))


def _middle(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = grey.shape
    return grey[rows // 10 : rows - rows // 10, columns // 10 : columns - columns // 10]


def _detail(grey: NDArray[np.float32]) -> float:
    """Variance of the Laplacian, noise calmed, over that of the grey itself, so that contrast does not count."""
    calm = cv2.GaussianBlur(grey, (0, 0), 0.7)
    return float(cv2.Laplacian(calm, cv2.CV_32F).var() / max(1.0, float(calm.var())))


def _is_cut_off(frame: Frame, quad: Quad) -> bool:
    """Whether it touches one edge of the picture and not the opposite one, as a picture of just the plate does."""
    x1, y1, x2, y2 = bounding_box(quad)
    return (x1 < 1) != (x2 > frame.width - 1) or (y1 < 1) != (y2 > frame.height - 1)


def _is_steep(quad: Quad) -> bool:
    """Whether the plate is turned or sheared by more than 30°, or one side is much shorter than the opposite one."""
    sides = np.roll(quad, -1, axis=0) - quad
    lengths = np.linalg.norm(sides, axis=1)
    directions = sides / np.maximum(lengths, 1e-6)[:, None]
    turned = np.abs(directions[::2, 1]).max()
    sheared = np.abs((directions * np.roll(directions, -1, axis=0)).sum(axis=1)).max()
    uneven = (np.minimum(lengths, np.roll(lengths, 2)) / np.maximum(lengths, np.roll(lengths, 2))).min()
    return bool(max(turned, sheared) > _STEEPEST or uneven < _MOST_UNEVEN)
