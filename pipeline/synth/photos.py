"""Photographs of one plate: drawn, mounted on something, seen from somewhere, badly lit, compressed.

A sample is a function of (seed, index) alone, so a stream of them can be taken up anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TrainingError
from pipeline.media.decode import decode
from pipeline.plate.types import Pixels, PlateColour, Quad
from pipeline.synth import degrade
from pipeline.synth.glyphs import Glyphs
from pipeline.synth.plates import draw_match, draw_plate


@dataclass(frozen=True, slots=True)
class PlatePhoto:
    """``quad`` and ``boxes`` (characters, 4, 2) are in pixels of ``pixels``; ``upper`` counts the characters on the
    upper of two lines.

    Where there is no plate, text and format are blank, and the quad is the whole picture.
    """

    pixels: Pixels
    text: str
    format: str
    colour: PlateColour
    quad: Quad
    boxes: NDArray[np.float32]
    upper: int = 0


@dataclass(frozen=True)
class PhotoStyle:
    """What the photographs of a set have in common. Shares lie in 0…1.

    ``margin`` is the widest free border as a share of the plate's width; ``tilted`` the share of
    plates turned up to 35 degrees; ``hard`` the share that is small, dim or blurred; ``tight`` the share framed as
    closely as a detector does; ``blank`` the share without a plate: what a detector takes for one. ``near`` is the
    share as the camera of a gate takes them: large, in focus, in fair light, paint and all in order.
    """

    formats: tuple[str, ...] = ()
    margin: float = 0.38
    tilted: float = 0.2
    hard: float = 0.5
    tight: float = 0.45
    blank: float = 0.03
    near: float = 0.0


def photograph(
    glyphs: Glyphs, surroundings: tuple[Pixels, ...], seed: int, index: int, style: PhotoStyle = PhotoStyle()
) -> PlatePhoto:
    """Sample ``index`` of the endless set ``seed``."""
    rng = np.random.default_rng((seed, index))
    if rng.random() < style.blank:
        return _no_plate(surroundings, rng)
    match = draw_match(rng, style.formats)
    hard = rng.random() < style.hard
    near = style.near > 0 and rng.random() < style.near
    least, most = (150, 300) if near else (40, 140) if hard else (90, 300)
    width = round(np.exp(rng.uniform(np.log(least), np.log(most))))
    plate = draw_plate(match, glyphs, rng, round(width * 1.25), worn=not near)
    pixels, quad, to_photo = _mount(plate.pixels, surroundings, width, style, rng, 0.0 if near else 0.15)
    pixels = _take_near(pixels, rng) if near else _spoil(pixels, hard, rng)
    boxes = cv2.perspectiveTransform(plate.boxes.reshape(-1, 1, 2), to_photo).reshape(-1, 4, 2)
    upper = len(match.line_texts[0]) if len(match.line_texts) > 1 else 0
    return PlatePhoto(pixels, match.text, match.format.name, plate.colour, quad, boxes.astype(np.float32), upper)


def _no_plate(surroundings: tuple[Pixels, ...], rng: np.random.Generator) -> PlatePhoto:
    """A grille, a lamp, a board with a name on it: whatever else is wide and has edges."""
    width = round(np.exp(rng.uniform(np.log(40), np.log(300))))
    height = max(12, round(width / rng.uniform(1.4, 5)))
    pixels = _surface((height, width), surroundings, rng)
    if rng.random() < 0.5:
        board = _surface((max(8, round(height * 0.7)), max(16, round(width * 0.8))), (), rng)
        rows, columns = board.shape[:2]
        top, left = (height - rows) // 2, (width - columns) // 2
        if top >= 0 and left >= 0:
            _word(board, float(board.mean()), rows / 40, (columns // 12, round(rows * 0.7)), rng)
            pixels[top : top + rows, left : left + columns] = board
    pixels = _spoil(pixels, rng.random() < 0.5, rng)
    quad = np.asarray([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return PlatePhoto(pixels, "", "", PlateColour.UNKNOWN, quad, np.zeros((0, 4, 2), np.float32))


def _mount(
    front: Pixels,
    surroundings: tuple[Pixels, ...],
    width: int,
    style: PhotoStyle,
    rng: np.random.Generator,
    dirty: float,
) -> tuple[Pixels, Quad, NDArray[np.float64]]:
    """The plate on its car, seen at an angle, cut out as a detector would: (pixels, quad, homography)."""
    rows, columns = front.shape[:2]
    flat = np.asarray([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
    stretch = rng.uniform(0.55, 1.4) if rng.random() < 0.15 else rng.uniform(0.8, 1.15)  # resized out of shape, or not
    quad = _view(width, width * rows / columns * stretch, style, rng)
    low, high = quad.min(0), quad.max(0)
    border = _borders(high - low, style, rng)
    quad = quad - low + border[0]
    size = np.maximum((high - low + border.sum(0)).round().astype(int), 8)
    back = _surface((size[1], size[0]), surroundings, rng)
    if rng.random() < 0.45:
        _holder(back, quad, rng)
    to_photo = cv2.getPerspectiveTransform(flat, quad.astype(np.float32))
    target = (int(size[0]), int(size[1]))
    if rng.random() < dirty:
        front = degrade.dirt(front, rng)
    seen = cv2.warpPerspective(front, to_photo, target, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = np.zeros((target[1], target[0]), np.uint8)
    cv2.fillConvexPoly(inside, (quad * 16).round().astype(np.int32), 255, cv2.LINE_AA, 4)
    alpha = cv2.merge([inside] * 3)
    mixed = cv2.add(cv2.multiply(seen, alpha, scale=1 / 255), cv2.multiply(back, cv2.bitwise_not(alpha), scale=1 / 255))
    return np.asarray(mixed, np.uint8), quad.astype(np.float32), np.asarray(to_photo, np.float64)


def _view(width: float, height: float, style: PhotoStyle, rng: np.random.Generator) -> NDArray[np.float32]:
    """The plate's corners as a camera sees them: rolled, sheared, with depth."""
    quad = np.asarray([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64) * (width / 2, height / 2)
    steep = rng.random() < style.tilted
    roll = np.deg2rad(rng.uniform(-35, 35) if steep else rng.normal(0, 3.5))
    shear = rng.normal(0, 0.25 if steep else 0.06)
    squash = rng.uniform(0.6, 1.0) if steep else rng.uniform(0.9, 1.0)
    quad = quad @ np.asarray([(squash, 0), (shear * 0.3, 1)])
    depth = rng.normal(0, 0.12 if steep else 0.03)
    quad[:, 1] *= 1 + depth * quad[:, 0] / (width / 2)
    turn = np.asarray([(np.cos(roll), np.sin(roll)), (-np.sin(roll), np.cos(roll))])
    quad = quad @ turn + rng.normal(0, 0.01, (4, 2)) * (width, height)
    return np.asarray(quad, np.float32)


def _borders(extent: NDArray[np.float32], style: PhotoStyle, rng: np.random.Generator) -> NDArray[np.float32]:
    """Free border in pixels ((left, top), (right, bottom)); slightly negative cuts into the plate."""
    dice = rng.random()
    if dice < style.tight:  # as a detector's box: tight, a little off
        shares = rng.normal(0.015, 0.03, (2, 2)).clip(-0.035, 0.1)
        if rng.random() < 0.3:  # cut above or below, far into the upper characters of a plate of two lines
            above = rng.random() < 0.7
            shares[0 if above else 1, 1] = rng.uniform(-0.17 if above else -0.1, 0.0)
    elif dice < style.tight + 0.64 * (1 - style.tight):
        shares = rng.uniform(0.0, style.margin * 0.5, (2, 2))
    else:  # wide, as 94x24 pictures with half a car around the plate
        shares = rng.uniform(0.1, style.margin * 1.25, (2, 2))
        shares[:, 1] *= 2.2
    return np.asarray(shares * extent, np.float32)


def _surface(shape: tuple[int, int], surroundings: tuple[Pixels, ...], rng: np.random.Generator) -> Pixels:
    """What is behind the plate: a piece of a picture, or painted metal with edges and a grille."""
    height, width = shape
    if surroundings and rng.random() < 0.4:
        source = surroundings[int(rng.integers(len(surroundings)))]
        reach = rng.uniform(0.1, 0.5)
        w, h = max(4, int(source.shape[1] * reach)), max(4, int(source.shape[1] * reach * height / width))
        h = min(h, source.shape[0])
        x, y = int(rng.integers(0, source.shape[1] - w + 1)), int(rng.integers(0, source.shape[0] - h + 1))
        return np.asarray(
            cv2.resize(source[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    level = rng.uniform(10, 245)
    tint = level + rng.normal(0, 12, 3)
    ramp = rng.normal(0, 30) * np.linspace(-1, 1, height)[:, None, None]
    surface = np.repeat(np.clip(tint + ramp, 0, 255).astype(np.uint8), width, axis=1)
    for _ in range(int(rng.integers(0, 5))):  # gaps, edges, slats
        y = int(rng.integers(-2, height + 2))
        shade = int(np.clip(level + rng.normal(0, 70), 0, 255))
        tilt = int(rng.normal(0, height * 0.08))
        cv2.line(
            surface,
            (0, y),
            (width, y + tilt),
            (shade, shade, shade),
            int(rng.integers(1, max(2, height // 6))),
            cv2.LINE_AA,
        )
    if rng.random() < 0.15:  # a badge or a dealer's name near the plate
        where = (int(rng.integers(0, max(1, width // 2))), int(height * rng.choice((0.12, 0.98))))
        _word(surface, level, rng.uniform(0.2, 0.6) * height / 40, where, rng)
    return surface


def _word(surface: Pixels, level: float, size: float, where: tuple[int, int], rng: np.random.Generator) -> None:
    """Latin letters of no meaning, lighter or darker than what is around them."""
    word = "".join(chr(int(c)) for c in rng.integers(65, 91, int(rng.integers(2, 9))))
    shade = int(np.clip(level + rng.choice((-1, 1)) * 90, 0, 255))
    cv2.putText(
        surface, word, where, cv2.FONT_HERSHEY_SIMPLEX, size, (shade,) * 3, max(1, round(2 * size)), cv2.LINE_AA
    )


def _holder(back: Pixels, quad: NDArray[np.float32], rng: np.random.Generator) -> None:
    """The frame a dealer puts around the plate, dark or chrome, wider below."""
    level = int(rng.integers(0, 70) if rng.random() < 0.75 else rng.integers(150, 240))
    centre = quad.mean(0)
    grow = np.asarray((rng.uniform(1.01, 1.06), rng.uniform(1.05, 1.22)))
    frame = (quad - centre) * grow + centre
    frame[2:, 1] += rng.uniform(0, 0.08) * np.linalg.norm(quad[1] - quad[0]) * 0.4
    cv2.fillConvexPoly(back, (frame * 16).round().astype(np.int32), (level, level, level), cv2.LINE_AA, 4)


def _spoil(pixels: Pixels, hard: bool, rng: np.random.Generator) -> Pixels:
    """Light, weather, lens, sensor and codec, in the order a photograph meets them."""
    pixels = degrade.light(pixels, rng)
    if rng.random() < 0.04:
        pixels = degrade.rain(pixels, rng)
    if rng.random() < (0.75 if hard else 0.5):
        pixels = degrade.blur(pixels, rng, 0.9 if hard else 0.6)
    if rng.random() < 0.35:
        pixels = degrade.shrink(pixels, rng)
    if rng.random() < 0.8:
        pixels = degrade.noise(pixels, rng)
    if rng.random() < 0.08:
        pixels = degrade.smooth_away(pixels, rng)
    if rng.random() < 0.25:
        pixels = degrade.sharpen(pixels, rng)
    if rng.random() < 0.6:
        pixels = degrade.codec(pixels, rng)
    return pixels


def _take_near(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """What is left of all that for a camera made for the place."""
    pixels = degrade.fair_light(pixels, rng)
    if rng.random() < 0.3:
        pixels = degrade.blur(pixels, rng, 0.25)
    if rng.random() < 0.6:
        pixels = degrade.grain(pixels, rng.uniform(1, 5), 1, rng)
    return degrade.codec(pixels, rng, best=rng.random() < 0.5)


@lru_cache(maxsize=4)
def load_surroundings(folder: Path | None, limit: int = 64, width: int = 640) -> tuple[Pixels, ...]:
    """Pictures to mount plates on (cars, streets) below ``folder``, scaled to ``width``; none without a folder.

    Raises:
        TrainingError: the folder holds no pictures.
        MediaError: one of them cannot be opened.
    """
    if folder is None:
        return ()
    pictures = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))[:limit]:
        picture = decode(path, max_pixels=50_000_000).pixels
        size = (width, max(32, round(picture.shape[0] * width / picture.shape[1])))
        pictures.append(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))
    if not pictures:
        raise TrainingError(f"{folder} holds no pictures (.jpg, .png) to mount plates on; name another folder or none")
    return tuple(pictures)
