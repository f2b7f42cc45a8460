"""What scenes are put together from: backgrounds, and cars that are cut out with the place of their plate known."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TrainingError
from pipeline.media.decode import decode, decode_cutout, is_image_name
from pipeline.plate.geometry import Box
from pipeline.plate.types import Pixels

CutOut = NDArray[np.uint8]
"""RGBA uint8 ``(height, width, 4)``, colours not multiplied by alpha."""

_WIDEST = 1920  # pixels; backgrounds are kept no larger than a frame
_FROM_ABOVE = ("cctv", "pole", "above")


@dataclass(frozen=True, slots=True)
class CarPart:
    """A car and the box of its plate, in its own pixels; ``above`` when it is seen from a pole."""

    pixels: CutOut
    plate: Box
    above: bool = False


@dataclass(frozen=True, slots=True)
class SceneParts:
    """Backgrounds as (pixels, above) and cars; without any, both are drawn."""

    backgrounds: tuple[tuple[Pixels, bool], ...] = ()
    cars: tuple[CarPart, ...] = ()


@lru_cache(maxsize=4)
def load_scene_parts(backgrounds: Path | None, cars: Path | None) -> SceneParts:
    """All pictures below ``backgrounds`` that have no label file beside them, and below ``cars`` those that have one.

    A car is a picture with transparency and a VOC file of the same name, whose largest box is its plate. What lies in
    a folder named after CCTV, a pole or "above" is seen from above. Both may be the same folder.

    Raises:
        TrainingError: a folder is given and holds none, or a label file holds no box.
        MediaError: a picture cannot be opened.
    """
    found = tuple(_background(path) for path in _pictures(backgrounds) if not path.with_suffix(".xml").is_file())
    if backgrounds and not found:
        raise TrainingError(f"{backgrounds} holds no backgrounds (.jpg, .png without a .xml); name another folder")
    cut_out = tuple(_car(path) for path in _pictures(cars) if path.with_suffix(".xml").is_file())
    if cars and not cut_out:
        raise TrainingError(
            f"{cars} holds no cars (a .png with transparency and a .xml beside it); name another folder"
        )
    return SceneParts(found, cut_out)


def _pictures(folder: Path | None) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if is_image_name(p.name)) if folder else []


def _is_above(path: Path) -> bool:
    return any(word in path.parent.name.lower() for word in _FROM_ABOVE)


def _background(path: Path) -> tuple[Pixels, bool]:
    pixels = decode(path, max_pixels=50_000_000).pixels
    if pixels.shape[1] > _WIDEST:
        size = (_WIDEST, round(pixels.shape[0] * _WIDEST / pixels.shape[1]))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return pixels, _is_above(path)


def _car(path: Path) -> CarPart:
    boxes = _voc_boxes(path.with_suffix(".xml"))
    return CarPart(
        decode_cutout(path, max_pixels=50_000_000),
        max(boxes, key=lambda b: (b[2] - b[0]) * (b[3] - b[1])),
        _is_above(path),
    )


def _voc_boxes(path: Path) -> list[Box]:
    try:
        found = [
            tuple(float(box.findtext(side, "")) for side in ("xmin", "ymin", "xmax", "ymax"))
            for box in ET.parse(path).iter("bndbox")
        ]
    except (ET.ParseError, ValueError, OSError) as error:
        raise TrainingError(f"{path} is no VOC file ({error}); mend or remove it") from error
    boxes = [box for box in found if box[0] < box[2] and box[1] < box[3]]
    if not boxes:
        raise TrainingError(f"{path} holds no box; it must have that of the plate")
    return boxes  # type: ignore[return-value]
