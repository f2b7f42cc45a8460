"""Scenes as a camera at a gate, on a pole or in a car sees them: cars put into a place, drawn plates put onto the cars.

A scene is a function of (parts, style, seed, index) alone, so a stream of them can be taken up anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.plate.types import Pixels, PlateColour, Quad
from pipeline.synth import degrade
from pipeline.synth.drawn import draw_car, draw_place
from pipeline.synth.glyphs import Glyphs, load_glyphs
from pipeline.synth.parts import CarPart, CutOut, SceneParts
from pipeline.synth.plates import DrawnPlate, draw_match, draw_plate

WIDTH, HEIGHT = 1280, 720
"""Of an example scene."""

_TRIES = 6  # to find room for a car


class View(StrEnum):
    GATE = "gate"
    """A car or two, near and level, as at a barrier."""
    POLE = "pole"
    """Several cars, from above."""
    DASHCAM = "dashcam"
    """Cars ahead, near and far, at times in a blur."""


@dataclass(frozen=True, slots=True)
class _Camera:
    """``plate`` bounds the plates' widths as shares of the frame's; ``lean`` is the spread of the roll in degrees."""

    cars: tuple[int, int]
    plate: tuple[float, float]
    ground: tuple[float, float]
    lean: float
    above: bool


_CAMERAS = {
    View.GATE: _Camera((1, 2), (0.07, 0.2), (0.55, 0.85), 2.5, above=False),
    View.POLE: _Camera((1, 6), (0.0115, 0.07), (0.15, 0.92), 6.0, above=True),
    View.DASHCAM: _Camera((1, 6), (0.0115, 0.1), (0.5, 0.85), 2.0, above=False),
}


@dataclass(frozen=True, slots=True)
class ScenePlate:
    """``quad`` and ``boxes`` (characters, 4, 2) are in pixels of the scene."""

    text: str
    format: str
    colour: PlateColour
    quad: Quad
    boxes: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    pixels: Pixels
    plates: tuple[ScenePlate, ...]
    view: View


@dataclass(frozen=True)
class SceneStyle:
    """What the scenes of a set have in common; ``empty`` and ``night`` are shares, 0…1."""

    width: int = 1920
    height: int = 1080
    views: tuple[View, ...] = tuple(View)
    formats: tuple[str, ...] = ()
    empty: float = 0.06
    night: float = 0.25
    spoiled: bool = True


def draw_scene(parts: SceneParts, glyphs: Glyphs, seed: int, index: int, style: SceneStyle = SceneStyle()) -> Scene:
    """Scene ``index`` of the endless set ``seed``. Plates that another car covers are not there at all."""
    rng = np.random.default_rng((77, seed, index))
    view = style.views[int(rng.integers(len(style.views)))]
    camera = _CAMERAS[view]
    canvas = _place(parts, camera, style, rng)
    if style.spoiled:
        _signs(canvas, rng)
    plates: list[ScenePlate] = []
    cars = 0 if rng.random() < style.empty else int(rng.integers(camera.cars[0], camera.cars[1] + 1))
    widths = np.exp(rng.uniform(np.log(camera.plate[0]), np.log(camera.plate[1]), cars)) * style.width
    for number, width in enumerate(np.sort(widths)):  # from far to near
        for _ in range(_TRIES):
            if placed := _put_car(canvas, parts, glyphs, camera, float(width), (number, cars), plates, style, rng):
                plates.append(placed)
                break
    night = rng.random() < style.night
    return Scene(_film(canvas, view, night, style, rng), tuple(plates), view)


@lru_cache(maxsize=32)
def draw_example_scene(seed: int, glyphs: Path | None = None) -> Scene:
    """A gate, 1280 × 720 pixels, all of it drawn; the same seed draws the same scene, each fourth by night.

    Raises:
        TrainingError: there is no Korean font to draw with, and no glyph folder is given.
    """
    formats = ("film_8", "painted_8", "long_7", "short_7", "electric", "commercial_long", "corporate", "green_regional")
    style = SceneStyle(
        WIDTH,
        HEIGHT,
        (View.GATE,),
        (formats[seed * 2 % len(formats)], formats[(seed * 2 + 1) % len(formats)]),
        empty=0,
        night=seed % 4 == 3,
        spoiled=False,
    )
    return draw_scene(SceneParts(), load_glyphs(glyphs), seed, 0, style)


def _place(parts: SceneParts, camera: _Camera, style: SceneStyle, rng: np.random.Generator) -> Pixels:
    """A background that fills the frame, cut at random, as bright as the day."""
    size = (style.width, style.height)
    known = [pixels for pixels, above in parts.backgrounds if above is camera.above] or [
        p for p, _ in parts.backgrounds
    ]
    if not known:
        return draw_place(*size, rng)
    picture = known[int(rng.integers(len(known)))]
    rows, columns = picture.shape[:2]
    reach = rng.uniform(0.6, 1.0) * min(columns / size[0], rows / size[1])
    w, h = max(2, int(size[0] * reach)), max(2, int(size[1] * reach))
    x, y = int(rng.integers(0, columns - w + 1)), int(rng.integers(0, rows - h + 1))
    piece = picture[y : y + h, x : x + w]
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    how = cv2.INTER_AREA if reach > 1 else cv2.INTER_LINEAR
    return np.array(cv2.resize(piece, size, interpolation=how), np.uint8)


def _signs(canvas: Pixels, rng: np.random.Generator) -> None:
    """Boards with words and numbers, which are no plates."""
    height, width = canvas.shape[:2]
    for _ in range(int(rng.integers(0, 4))):
        w = int(width * rng.uniform(0.02, 0.12))
        h = int(w / rng.uniform(1.2, 5))
        x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
        board = rng.integers(0, 256, 3)
        ink = tuple(int(v) for v in np.where(board.mean() > 128, rng.integers(0, 60, 3), rng.integers(190, 256, 3)))
        cv2.rectangle(canvas, (x, y), (x + w, y + h), tuple(board.tolist()), -1)
        letters = "0123456789-ABCDEFGHKLMNOPRSTUVXYZ"
        word = "".join(letters[int(n)] for n in rng.integers(len(letters), size=int(rng.integers(3, 11))))
        (wide, tall), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 1, 2)
        size = min(0.9 * w / wide, 0.7 * h / tall)
        foot = (x + int((w - wide * size) / 2), y + int((h + tall * size) / 2))
        cv2.putText(canvas, word, foot, cv2.FONT_HERSHEY_SIMPLEX, size, ink, max(1, round(2 * size)), cv2.LINE_AA)


def _put_car(
    canvas: Pixels,
    parts: SceneParts,
    glyphs: Glyphs,
    camera: _Camera,
    width: float,
    turn: tuple[int, int],
    placed: list[ScenePlate],
    style: SceneStyle,
    rng: np.random.Generator,
) -> ScenePlate | None:
    """A car whose plate is ``width`` pixels wide, the ``turn``-th of several; None, and nothing done, without room."""
    rows, columns = canvas.shape[:2]
    car = _pick_car(parts, camera, rng)
    plate = draw_plate(draw_match(rng, style.formats), glyphs, rng, round(max(72, 1.6 * width)), worn=style.spoiled)
    on_car = _on_car(car, plate, style, rng)
    near = np.log(width / columns / camera.plate[0]) / np.log(camera.plate[1] / camera.plate[0])  # 0 far … 1 near
    low, high = camera.ground
    y = rows * float(np.clip(low + (high - low) * near + rng.normal(0, 0.08), 0.05, 0.95))
    number, count = turn
    x = columns * (rng.uniform(0.03, 0.97) if style.spoiled else (number + 0.5) / count + rng.normal(0, 0.02))
    to_frame = _to_frame(car, on_car, width, (float(x), float(y)), camera, style, rng)
    quad = cv2.perspectiveTransform(on_car[None], to_frame)[0].astype(np.float32)
    if not ((quad >= 2) & (quad <= (columns - 2, rows - 2))).all():
        return None
    outline = _outline(car.pixels, to_frame)
    if any(box_iou(outline, bounding_box(other.quad)) > 0 for other in placed):
        return None
    gain = rng.uniform(0.65, 1.15) if style.spoiled else 1.0
    _paste(canvas, car.pixels, to_frame, gain)
    to_plate = _paste_plate(canvas, plate, quad, gain * rng.uniform(0.85, 1.1) if style.spoiled else 1.0, rng)
    boxes = cv2.perspectiveTransform(plate.boxes.reshape(-1, 1, 2), to_plate).reshape(-1, 4, 2).astype(np.float32)
    return ScenePlate(plate.match.text, plate.match.format.name, plate.colour, quad, boxes)


def _pick_car(parts: SceneParts, camera: _Camera, rng: np.random.Generator) -> CarPart:
    known = [car for car in parts.cars if car.above is camera.above] or list(parts.cars)
    if not known:
        return draw_car(rng)
    car = known[int(rng.integers(len(known)))]
    if rng.random() < 0.5:
        return car
    (x1, y1, x2, y2), columns = car.plate, car.pixels.shape[1]
    return CarPart(car.pixels[:, ::-1], (columns - x2, y1, columns - x1, y2), car.above)


def _on_car(car: CarPart, plate: DrawnPlate, style: SceneStyle, rng: np.random.Generator) -> Quad:
    """The plate's corners in pixels of the car: where the car's own plate was, and as large."""
    x1, y1, x2, y2 = car.plate
    rows, columns = plate.pixels.shape[:2]
    width = min(x2 - x1, (x2 - x1) * (0.72 if columns < 3 * rows else 1.0))
    half = np.asarray((width / 2, width / 2 * rows / columns))
    corners = np.asarray([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    if style.spoiled:  # cars that stand at an angle, and crooked holders
        corners[:, 1] += corners[:, 0] * rng.normal(0, 0.05)
        corners[:, 0] += corners[:, 1] * rng.normal(0, 0.08)
    centre = np.asarray(((x1 + x2) / 2, (y1 + y2) / 2))
    return np.asarray(corners + centre, np.float32)


def _to_frame(
    car: CarPart,
    on_car: Quad,
    width: float,
    where: tuple[float, float],
    camera: _Camera,
    style: SceneStyle,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """From the car's pixels to the frame's: its plate ``width`` wide at ``where``, the camera rolled, some depth."""
    centre = on_car.mean(0).astype(np.float64)
    scale = width / float(np.linalg.norm(on_car[1] - on_car[0]))
    roll = np.deg2rad(rng.normal(0, camera.lean if style.spoiled else 1.2))
    squash = rng.uniform(0.85, 1.1) if style.spoiled else 1.0
    cos, sin = np.cos(roll) * scale, np.sin(roll) * scale
    matrix = np.asarray([(cos, -sin * squash, 0), (sin, cos * squash, 0), (0, 0, 1)])
    depth = rng.normal(0, 0.12 if style.spoiled else 0.03, 2) / max(car.pixels.shape)
    tilt = np.asarray([(1, 0, 0), (0, 1, 0), (*depth, 1)])
    there = np.asarray([(1, 0, where[0]), (0, 1, where[1]), (0, 0, 1)])
    back = np.asarray([(1, 0, -centre[0]), (0, 1, -centre[1]), (0, 0, 1)])
    return np.asarray(there @ matrix @ tilt @ back, np.float64)


def _outline(pixels: CutOut, to_frame: NDArray[np.float64]) -> Box:
    rows, columns = pixels.shape[:2]
    corners = np.asarray([[(0, 0), (columns, 0), (columns, rows), (0, rows)]], np.float32)
    return bounding_box(cv2.perspectiveTransform(corners, to_frame)[0])


def _paste(canvas: Pixels, cut_out: CutOut, to_frame: NDArray[np.float64], gain: float) -> None:
    """The cut-out over the frame, only where it falls; shrunk before it is warped, so that nothing is skipped."""
    rows, columns = canvas.shape[:2]
    x1, y1, x2, y2 = _outline(cut_out, to_frame)
    left, top, right, bottom = max(0, int(x1)), max(0, int(y1)), min(columns, int(x2) + 1), min(rows, int(y2) + 1)
    if right <= left or bottom <= top:
        return
    shrink = min(1.0, 1.5 * (x2 - x1) / cut_out.shape[1])
    size = max(2, round(cut_out.shape[1] * shrink)), max(2, round(cut_out.shape[0] * shrink))
    small = cv2.resize(cut_out, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    small[..., :3] *= small[..., 3:] * np.float32(gain / 255)  # light added up, not colours: no rim around the car
    to_small = np.diag([cut_out.shape[1] / size[0], cut_out.shape[0] / size[1], 1.0])
    shift = np.asarray([(1, 0, -left), (0, 1, -top), (0, 0, 1.0)])
    seen = cv2.warpPerspective(small, shift @ to_frame @ to_small, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    under = canvas[top:bottom, left:right]
    mixed = under * (1 - seen[..., 3:] / 255) + seen[..., :3]
    canvas[top:bottom, left:right] = np.clip(mixed, 0, 255).astype(np.uint8)


def _paste_plate(
    canvas: Pixels, plate: DrawnPlate, quad: Quad, gain: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The plate inside ``quad``, often on a dark holder. Returns the map from the plate's pixels to the frame's."""
    rows, columns = plate.pixels.shape[:2]
    flat = np.asarray([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
    to_frame = cv2.getPerspectiveTransform(flat, quad)
    centre = quad.mean(0)
    if rng.random() < 0.7:
        level = int(rng.integers(10, 60))
        holder = (quad - centre) * (rng.uniform(1.02, 1.08), rng.uniform(1.06, 1.25)) + centre
        cv2.fillConvexPoly(canvas, (holder * 16).round().astype(np.int32), (level,) * 3, cv2.LINE_AA, 4)
    wide, tall = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    size = max(4, round(1.15 * float(wide))), max(3, round(1.15 * float(tall)))
    small = np.asarray(cv2.resize(plate.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    small = np.asarray(cv2.convertScaleAbs(small, alpha=gain), np.uint8)
    x1, y1, x2, y2 = bounding_box(quad)
    left, top, right, bottom = int(x1) - 1, int(y1) - 1, int(x2) + 2, int(y2) + 2
    shift = np.asarray([(1, 0, -left), (0, 1, -top), (0, 0, 1.0)])
    to_small = np.diag([columns / size[0], rows / size[1], 1.0])
    target = (right - left, bottom - top)
    seen = cv2.warpPerspective(
        small, shift @ to_frame @ to_small, target, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = np.zeros((target[1], target[0]), np.uint8)
    cv2.fillConvexPoly(inside, ((quad - (left, top)) * 16).round().astype(np.int32), 255, cv2.LINE_AA, 4)
    alpha = inside[..., None].astype(np.float32) / 255
    under = canvas[top:bottom, left:right]
    canvas[top:bottom, left:right] = (under * (1 - alpha) + seen * alpha).astype(np.uint8)
    return np.asarray(to_frame, np.float64)


def _film(canvas: Pixels, view: View, night: bool, style: SceneStyle, rng: np.random.Generator) -> Pixels:
    """Light, weather, lens, sensor and codec, in the order in which a camera meets them."""
    if not style.spoiled:
        dimmed = np.asarray(cv2.convertScaleAbs(canvas, alpha=0.42 if night else 1.0), np.uint8)
        soft = np.asarray(cv2.GaussianBlur(dimmed, (0, 0), 0.7), np.uint8)
        return degrade.codec(degrade.grain(soft, 5 if night else 3, 3, rng), rng, best=True)
    contrast = rng.uniform(0.12, 0.5) if night else rng.uniform(0.65, 1.15)
    lit = np.asarray(cv2.convertScaleAbs(canvas, alpha=contrast, beta=rng.uniform(0, 25)), np.uint8)
    if rng.random() < (0.4 if night else 0.08):  # infrared, or a grey camera
        lit = np.asarray(cv2.cvtColor(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
    if rng.random() < 0.05:
        lit = degrade.rain(lit, rng)
    if rng.random() < 0.7:
        lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.4, 1.3)), np.uint8)
    if view is View.DASHCAM and rng.random() < 0.3:
        lit = degrade.move(lit, rng.uniform(2, 7), rng.normal(0, 0.4))
    if rng.random() < 0.8:
        lit = degrade.grain(lit, rng.gamma(1.6, 5.0 if night else 2.5), 3 if rng.random() < 0.5 else 1, rng)
    if rng.random() < 0.2:
        lit = degrade.sharpen(lit, rng)
    return degrade.codec(lit, rng)
