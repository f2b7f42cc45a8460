"""What light, glass, motion, sensors and codecs do to a picture. RGB uint8 in, RGB uint8 out."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels


def _soft_field(
    shape: tuple[int, int], low: float, high: float, cells: tuple[int, int], rng: np.random.Generator
) -> NDArray[np.float32]:
    """A smooth random field of ``shape`` between ``low`` and ``high``."""
    coarse = rng.uniform(low, high, cells).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def light(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Uneven light, a cast shadow, glare, a colour cast, night, infrared."""
    shape = (pixels.shape[0], pixels.shape[1])
    lit = pixels.astype(np.float32)
    factor = _soft_field(shape, 0.75, 1.15, (2, 3), rng) if rng.random() < 0.7 else None
    if rng.random() < 0.15:
        factor = _shadow(shape, rng) * (1 if factor is None else factor)
    if factor is not None:
        cv2.multiply(lit, cv2.merge([factor] * 3), dst=lit)
    if rng.random() < 0.08:
        lit += _glare(shape, rng)[..., None]
    dice = rng.random()
    if dice < 0.18:
        lit = np.asarray(cv2.cvtColor(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.float32)
    elif dice < 0.6:
        lit *= rng.uniform(0.86, 1.12, 3).astype(np.float32)
    return _expose(lit, rng)


def fair_light(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Daylight or a lamp made for it: a little uneven, exposed as it should be, at times without colour."""
    shape = (pixels.shape[0], pixels.shape[1])
    lit = pixels.astype(np.float32)
    cv2.multiply(lit, cv2.merge([_soft_field(shape, 0.85, 1.1, (2, 3), rng)] * 3), dst=lit)
    if rng.random() < 0.18:
        lit = np.asarray(cv2.cvtColor(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.float32)
    levels = np.clip(np.arange(256, dtype=np.float32) * rng.uniform(0.7, 1.1) + rng.uniform(0, 25), 0, 255)
    levels = 255 * (levels / 255) ** rng.uniform(0.8, 1.25)
    return np.asarray(cv2.LUT(np.clip(lit, 0, 255).astype(np.uint8), levels.astype(np.uint8)), np.uint8)


def _expose(lit: NDArray[np.float32], rng: np.random.Generator) -> Pixels:
    """Contrast, brightness and gamma: mostly fair, at times dark, hazy or blown out."""
    dice = rng.random()
    if dice < 0.14:  # dark
        contrast, floor = rng.uniform(0.16, 0.5), rng.uniform(0, 30)
    elif dice < 0.28:  # haze
        contrast, floor = rng.uniform(0.2, 0.55), rng.uniform(40, 150)
    elif dice < 0.38:  # blown out
        contrast, floor = rng.uniform(1.1, 1.7), rng.uniform(0, 40)
    else:
        contrast, floor = rng.uniform(0.6, 1.1), rng.uniform(0, 25)
    levels = np.clip(np.arange(256, dtype=np.float32) * contrast + floor, 0, 255)
    levels = 255 * (levels / 255) ** rng.uniform(0.7, 1.4)
    if rng.random() < 0.03:  # a negative, always grey: light text on dark as infrared sometimes gives
        levels = levels[::-1]
        lit = np.asarray(cv2.cvtColor(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.float32)
    return np.asarray(cv2.LUT(np.clip(lit, 0, 255).astype(np.uint8), levels.astype(np.uint8)), np.uint8)


def stops(pixels: Pixels, change: float) -> Pixels:
    """As if the shutter had let in ``2 ** change`` of the light; what is too bright is cut, as a sensor does."""
    levels = (np.arange(256, dtype=np.float32) / 255) ** 2.2 * np.float32(2.0**change)
    return np.asarray(cv2.LUT(pixels, (255 * np.clip(levels, 0, 1) ** (1 / 2.2)).astype(np.uint8)), np.uint8)


def _shadow(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """A darker side, its edge a slanting line."""
    height, width = shape
    edge = np.ones(shape, np.float32)
    x1, x2 = rng.uniform(-0.3, 1.3, 2) * width
    side = 0 if rng.random() < 0.5 else width
    corners = np.asarray([(x1, 0), (x2, height), (side, height), (side, 0)], np.int32)
    cv2.fillPoly(edge, [corners], rng.uniform(0.35, 0.75))
    return np.asarray(cv2.blur(edge, (3, 3)), np.float32)


def _glare(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    height, width = shape
    y, x = np.ogrid[:height, :width]
    cx, cy = rng.uniform(0, width), rng.uniform(0, height)
    radius = rng.uniform(0.1, 0.35) * width
    return np.asarray(rng.uniform(60, 200) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * radius**2)), np.float32)


def dirt(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Mud and dust: soft blotches of one colour."""
    height, width = pixels.shape[:2]
    blotches = _soft_field((height, width), -1.0, 0.8, (max(2, height // 6), max(2, width // 6)), rng)
    alpha = np.clip(blotches, 0, rng.uniform(0.3, 0.8))[..., None]
    colour = rng.uniform(40, 150) * np.asarray((1.0, 0.92, 0.8), np.float32)
    return np.asarray(pixels * (1 - alpha) + colour * alpha, np.uint8)


def blur(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    """Out of focus or moved; ``strength`` 1 still lets a person read a plate 100 pixels wide."""
    if rng.random() < 0.35:
        return move(pixels, rng.uniform(1, 5) * strength * pixels.shape[1] / 100, rng.normal(0, 0.5))
    sigma = rng.uniform(0.2, 1.5) * strength * max(0.5, pixels.shape[1] / 130)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def move(pixels: Pixels, length: float, angle: float) -> Pixels:
    """Motion blur along a line of ``length`` pixels, turned by ``angle`` radians."""
    side = max(2, round(length)) | 1
    kernel = np.zeros((side, side), np.float32)
    middle = side // 2
    dx, dy = np.cos(angle) * middle, np.sin(angle) * middle
    cv2.line(kernel, (round(middle - dx), round(middle - dy)), (round(middle + dx), round(middle + dy)), 1.0)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), np.uint8)


def noise(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Sensor noise: one grain for all channels, some of it per channel where the sensor sees colours."""
    sees_colours = bool((pixels[::4, ::4, 0] != pixels[::4, ::4, 2]).any())
    return grain(pixels, rng.gamma(1.6, 4.0), 3 if rng.random() < 0.4 and sees_colours else 1, rng)


def grain(pixels: Pixels, spread: float, channels: int, rng: np.random.Generator) -> Pixels:
    """Gaussian noise of deviation ``spread``, the same in all channels (1) or of their own (3)."""
    height, width = pixels.shape[:2]
    needed, bank = height * width * channels, _grains()
    if needed > bank.size // 2:
        drawn = rng.standard_normal((height, width, channels), np.float32)
    else:
        start = int(rng.integers(bank.size - needed))
        drawn = bank[start : start + needed].reshape(height, width, channels)
    noise = cv2.merge([drawn * np.float32(spread)] * 3) if channels == 1 else drawn * np.float32(spread)
    return np.asarray(cv2.add(pixels, noise, dtype=cv2.CV_8U), np.uint8)


@lru_cache(maxsize=1)
def _grains() -> NDArray[np.float32]:
    """Two million normal numbers: to cut a piece out of them is ten times as fast as to draw anew."""
    return np.random.default_rng(0).standard_normal(2**21, np.float32)


def shrink(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Down and up again: a digital zoom, a picture scaled by software that skips pixels."""
    height, width = pixels.shape[:2]
    less = rng.uniform(0.42, 0.95)
    down = cv2.INTER_AREA if rng.random() < 0.6 else int(rng.choice((cv2.INTER_LINEAR, cv2.INTER_NEAREST)))
    small = cv2.resize(pixels, (max(24, int(width * less)), max(12, int(height * less))), interpolation=down)
    up = int(rng.choice((cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC), p=(0.1, 0.45, 0.45)))
    return np.asarray(cv2.resize(small, (width, height), interpolation=up), np.uint8)


def smooth_away(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """What a camera's denoiser leaves: flat patches, edges kept, thin strokes gone."""
    if rng.random() < 0.5:
        return np.asarray(cv2.medianBlur(pixels, 3), np.uint8)
    return np.asarray(cv2.bilateralFilter(pixels, 5, rng.uniform(20, 60), 2.0), np.uint8)


def sharpen(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Unsharp masking as cameras do it, at times far too much, with bright and dark halos."""
    soft = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.6, 1.8))
    amount = rng.uniform(0.4, 2.5)
    return np.asarray(cv2.addWeighted(pixels, 1 + amount, soft, -amount, 0), np.uint8)


def rain(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    streaks = np.zeros((height, width), np.uint8)
    slant = rng.normal(0, 0.2)
    for _ in range(int(rng.integers(4, 24))):
        x, y, length = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.1, 0.5) * height
        cv2.line(
            streaks,
            (int(x), int(y)),
            (int(x + slant * length), int(y + length)),
            int(rng.integers(40, 140)),
            1,
            cv2.LINE_AA,
        )
    return np.asarray(cv2.add(pixels, cv2.merge([streaks] * 3)), np.uint8)


def codec(pixels: Pixels, rng: np.random.Generator, best: bool = False) -> Pixels:
    """Through JPEG and back, of any quality or of the best."""
    quality = 95 if best else int(rng.integers(18, 95))
    _, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)  # noqa: TID251 - no file: made a line above
