"""Takes blur out of the crop without learned weights: its width is estimated from the edges, then filtered back.

The width: Zhuo and Sim, "Defocus map estimation from a single image", Pattern Recognition 44 (2011): blurred again by
a known width, an edge's gradient falls the less the wider it was before. The way back is Wiener's filter with a
Laplacian as the measure of noise (Hunt, IEEE Trans. Computers C-22, 1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.config import Config
from pipeline.plate.types import Pixels, PlateCrop, Stage
from pipeline.registry import BackendSettings, register

Plane = NDArray[np.float32]

_AGAIN = 1.5  # pixels: deviation of the blur that is added to see what it changes
_STEEP, _LEAST_SLOPE = 0.4, 3.0  # an edge's slope: share of the steepest, and grey levels a pixel
_SHARP = 0.8  # pixels: from a narrower blur there is nothing to win


class DeblurSettings(BackendSettings):
    noise: float = Field(0.03, ge=1e-4, le=1, description="how much noise to expect; less sharpens more")
    widest: float = Field(4.0, ge=0.5, le=12, description="widest blur that is believed, in pixels")


@register(Stage.ENHANCER, "deblur", title="Deblur (Wiener)")
class DeblurEnhancer:
    """Sharpens brightness along and across the plate by what each direction lost; colours stay."""

    Settings: ClassVar[type[BackendSettings]] = DeblurSettings

    def __init__(self, settings: DeblurSettings, config: Config) -> None:
        self._settings = settings

    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        """The crops, sharper where they were blurred."""
        return [
            replace(crop, pixels=self._sharpen(crop.pixels), enhancers=(*crop.enhancers, "deblur")) for crop in crops
        ]

    def _sharpen(self, pixels: Pixels) -> Pixels:
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32)
        across, down = (min(width, self._settings.widest) for width in blur_widths(grey))
        if max(across, down) < _SHARP:
            return pixels
        change = _wiener(grey, across, down, self._settings.noise) - grey
        return np.asarray((pixels + change[..., None]).round().clip(0, 255), np.uint8)


def blur_widths(grey: Plane) -> tuple[float, float]:
    """Deviation in pixels of the blur along the rows and along the columns; 0 where there are no edges."""
    return _width(grey), _width(np.ascontiguousarray(grey.T))


def _width(grey: Plane) -> float:
    """Of the blur along the rows: the median over edges, which are where the slope is steepest."""
    again = cv2.GaussianBlur(grey, (0, 0), _AGAIN)
    before, after = (np.abs(np.diff(plane, axis=1)) for plane in (grey, again))
    if before.shape[1] < 3:
        return 0.0
    inner = before[:, 1:-1]
    steep = inner >= max(_LEAST_SLOPE, _STEEP * float(np.percentile(inner, 99)))
    edges = steep & (inner >= before[:, :-2]) & (inner >= before[:, 2:])
    if not edges.any():
        return 0.0
    ratio = float(np.median(inner[edges] / np.maximum(after[:, 1:-1][edges], 1e-3)))
    return _AGAIN / float(np.sqrt(max(ratio, 1.001) ** 2 - 1))


def _wiener(grey: Plane, across: float, down: float, noise: float) -> Plane:
    """The plane without a Gaussian blur of these deviations; its borders are mirrored, so none rings into it."""
    rows, columns = grey.shape
    border = [min(side, 16) for side in (rows, columns)]
    size = [cv2.getOptimalDFTSize(side + 2 * edge) for side, edge in zip(grey.shape, border, strict=True)]
    padding = [(edge, whole - side - edge) for side, edge, whole in zip(grey.shape, border, size, strict=True)]
    wide = np.pad(grey, padding, mode="symmetric")
    fy, fx = np.fft.fftfreq(size[0])[:, None], np.fft.rfftfreq(size[1])[None]
    blur = np.exp(-2 * np.pi**2 * ((across * fx) ** 2 + (down * fy) ** 2))
    roughness = (4 - 2 * np.cos(2 * np.pi * fx) - 2 * np.cos(2 * np.pi * fy)) ** 2
    # at frequency 0 it is 1: brightness stays
    restored = np.fft.irfft2(np.fft.rfft2(wide) * blur / (blur**2 + noise * roughness), s=size)
    top, left = border
    return np.asarray(restored[top : top + rows, left : left + columns], np.float32)
