"""Tells the colour of a plate's background from its pixels.

Ink is black or white. Under white ink the darker part of the plate is the background: the more colourful and, on drawn
plates and on real ones, the larger part. Otherwise the brighter part is. Its hue names the colour, once its chroma is
more than the light casts on a white plate. All limits were set on drawn photographs, none on real ones.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels, PlateColour, check_pixels

Channels: TypeAlias = NDArray[np.float32]
"""Red, green and blue first: ``(3, pixels)``, or ``(3,)`` for one colour."""

# Left out above and below, and at either end: frames, bands and the car may show there.
_EDGES = (0.3, 0.25)
_ENOUGH_PIXELS = 900
# In a grey picture the channels are equal, but for a few levels here and there that codecs leave.
_GREY_CHROMA, _GREY_SHARE = 3, 0.02
_LEAST_LIGHT = 56
# Below it, about one drawn plate in four is told wrong; above, one in forty.
_LEAST_CLARITY = 0.25


class _Paint(NamedTuple):
    """A colour: up to which hue (degrees: 0 red, 120 green, 240 blue), and from which tint on.

    Tint is chroma as a share of the plate's brightest channel; less of it is the light's, which is yellow more often
    than blue and shows less on dark paint.
    """

    colour: PlateColour
    hue: float
    tint: float


_UNDER_BLACK_INK = (
    _Paint(PlateColour.ORANGE, 33, 0.27),
    _Paint(PlateColour.YELLOW, 67, 0.26),
    _Paint(PlateColour.LIGHT_GREEN, 140, 0.2),
    _Paint(PlateColour.BLUE, 225, 0.18),
    _Paint(PlateColour.UNKNOWN, 360, 0.2),
)
_UNDER_WHITE_INK = (
    _Paint(PlateColour.ORANGE, 33, 0.2),
    _Paint(PlateColour.YELLOW, 67, 0.2),
    _Paint(PlateColour.GREEN, 200, 0.1),
    _Paint(PlateColour.NAVY, 260, 0.1),
    _Paint(PlateColour.UNKNOWN, 360, 0.2),
)


def estimate_colour(pixels: Pixels) -> tuple[PlateColour, float]:
    """The background's colour of a rectified crop, and how clear it is, 0…1.

    UNKNOWN, with 0, for a grey or infrared picture, in the dark, for a hue that no plate has, and for a tint that may
    be paint or light.

    Raises:
        ValueError: the pixels are not RGB uint8.
    """
    check_pixels(pixels)
    if _is_grey(_sampled(pixels)):
        return PlateColour.UNKNOWN, 0.0
    dark, bright, dark_share = _halves(_sampled(_middle(pixels)))
    brightest = float(bright.max())
    if brightest < _LEAST_LIGHT:
        return PlateColour.UNKNOWN, 0.0
    white_ink = dark_share > 0.5 and np.ptp(dark) > np.ptp(bright)
    background = dark if white_ink else bright
    tint, hue = float(np.ptp(background)) / brightest, _hue(background)
    paint = next(paint for paint in (_UNDER_WHITE_INK if white_ink else _UNDER_BLACK_INK) if hue <= paint.hue)
    colour = paint.colour if tint > paint.tint else PlateColour.WHITE
    clarity = abs(tint - paint.tint) / max(tint, paint.tint)
    if clarity < _LEAST_CLARITY or colour is PlateColour.UNKNOWN:
        return PlateColour.UNKNOWN, 0.0
    return colour, clarity


def _middle(pixels: Pixels) -> Pixels:
    rows, columns = (int(share * size) for share, size in zip(_EDGES, pixels.shape[:2], strict=True))
    return pixels[rows : pixels.shape[0] - rows, columns : pixels.shape[1] - columns]


def _sampled(pixels: Pixels) -> Channels:
    """Pixels of an even grid, about as many as are enough."""
    step = max(1, int((pixels.shape[0] * pixels.shape[1] / _ENOUGH_PIXELS) ** 0.5))
    return np.ascontiguousarray(pixels[::step, ::step].reshape(-1, 3).T, np.float32)


def _is_grey(sample: Channels) -> bool:
    chroma = sample.max(axis=0) - sample.min(axis=0)
    return bool(np.mean(chroma > _GREY_CHROMA) < _GREY_SHARE)


def _halves(sample: Channels) -> tuple[Channels, Channels, float]:
    """The mean of the dark and of the bright pixels (two-means by brightness), and the share of the dark ones."""
    light = sample.sum(axis=0)
    middle = (light.min() + light.max()) / 2
    for _ in range(3):
        is_dark = light < middle
        if not is_dark.any():  # of one brightness
            return sample.mean(axis=1), sample.mean(axis=1), 0.0
        middle = (light[is_dark].mean() + light[~is_dark].mean()) / 2
    return sample[:, is_dark].mean(axis=1), sample[:, ~is_dark].mean(axis=1), float(is_dark.mean())


def _hue(colour: Channels) -> float:
    """Degrees, 0…360."""
    red, green, blue = colour.tolist()
    return float(np.degrees(np.arctan2(3**0.5 * (green - blue), 2 * red - green - blue))) % 360
