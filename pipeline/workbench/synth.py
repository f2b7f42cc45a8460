"""Draws labelled plates and scenes into a folder, and sheets of them to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Config
from pipeline.corpus import formats
from pipeline.corpus.formats import LabelledPicture, LabelledQuad
from pipeline.media.draw import contact_sheet, draw_quads, encode_jpeg, encode_png
from pipeline.media.tables import write_table
from pipeline.plate.geometry import bounding_box
from pipeline.plate.types import Pixels
from pipeline.synth.glyphs import Glyphs, load_glyphs
from pipeline.synth.parts import SceneParts, load_scene_parts
from pipeline.synth.photos import PhotoStyle as PhotoStyle
from pipeline.synth.photos import load_surroundings, photograph
from pipeline.synth.scenes import SceneStyle as SceneStyle
from pipeline.synth.scenes import draw_scene

PLATE_COLUMNS = ("file", "kind", "plate_text", "format", "colour", "corners", "characters", "source")
SCENE_COLUMNS = (
    "file",
    "kind",
    "plate_text",
    "x1",
    "y1",
    "x2",
    "y2",
    "format",
    "colour",
    "corners",
    "characters",
    "source",
)
_ANY_PHOTO, _ANY_SCENE = PhotoStyle(), SceneStyle()
_SHEET = 48
"""Pictures a sheet shows at most."""


@dataclass(frozen=True, slots=True)
class DrawnFrom:
    """Folders to draw from. Those of the shared folder stand in for what is None, else fonts and drawn things do."""

    glyphs: Path | None = None
    surroundings: Path | None = None
    backgrounds: Path | None = None
    cars: Path | None = None

    def shapes(self, config: Config) -> Glyphs:
        return load_glyphs(self.glyphs or config.shared_folder("glyphs"))

    def behind(self, config: Config) -> tuple[Pixels, ...]:
        return load_surroundings(self.surroundings or config.shared_folder("scene-parts"))

    def parts(self, config: Config) -> SceneParts:
        known = config.shared_folder("scene-parts")
        return load_scene_parts(self.backgrounds or known, self.cars or known)


def draw_plates(
    config: Config,
    folder: Path,
    count: int,
    seed: int,
    *,
    drawn_from: DrawnFrom = DrawnFrom(),
    style: PhotoStyle = _ANY_PHOTO,
    sheet: Path | None = None,
) -> Iterator[Path]:
    """Draws ``count`` pictures into ``folder`` and, at the end, ``labels.csv``, which ``evaluate`` reads.

    Corners are ``x,y`` pairs in pixels, clockwise from the plate's top-left; ``characters`` are boxes ``x1,y1,x2,y2``
    of the text's characters in order. A picture without a plate has a blank text and no corners.

    Args:
        sheet: a PNG of the first pictures with their labels.

    Raises:
        TrainingError: there is nothing to draw with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shapes, behind = drawn_from.shapes(config), drawn_from.behind(config)
    rows, shown = [], []
    for index in range(count):
        photo = photograph(shapes, behind, seed, index, style)
        path = folder / f"{index:06d}.jpg"
        path.write_bytes(encode_jpeg(photo.pixels, 95))
        values = (path.name, "plate_crop", photo.text, photo.format, photo.colour.value)
        corners = _corners(photo.quad) if photo.text else ""
        rows.append(dict(zip(PLATE_COLUMNS, (*values, corners, _boxes(photo.boxes), "synth"), strict=True)))
        if sheet and index < _SHEET:
            shown.append((photo.pixels, f"{photo.text or '-'}  {photo.format}"))
        yield path
    (folder / "labels.csv").write_bytes(write_table(rows, PLATE_COLUMNS))
    if sheet:
        sheet.write_bytes(encode_png(contact_sheet(shown, (240, 120), columns=6)))


def draw_scenes(
    config: Config,
    folder: Path,
    count: int,
    seed: int,
    *,
    drawn_from: DrawnFrom = DrawnFrom(),
    style: SceneStyle = _ANY_SCENE,
    sheet: Path | None = None,
) -> Iterator[Path]:
    """Draws ``count`` scenes into ``folder/images`` and their labels in every form beside it.

    ``labels`` holds YOLO boxes (where ultralytics looks for them), ``labels-corners`` YOLO corners, ``data.yaml`` their
    class; ``voc`` and ``icdar`` a file a picture, ``coco.json`` and ``labels.csv`` (for ``evaluate``) all of them.

    Raises:
        TrainingError: there is nothing to draw with.
    """
    per_picture = {
        "labels": (formats.yolo_boxes, ".txt"),
        "labels-corners": (formats.yolo_corners, ".txt"),
        "voc": (formats.voc, ".xml"),
        "icdar": (formats.icdar, ".txt"),
    }
    for name in ("images", *per_picture):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shapes, parts = drawn_from.shapes(config), drawn_from.parts(config)
    pictures: list[LabelledPicture] = []
    rows: list[Mapping[str, object]] = []
    shown = []
    for index in range(count):
        scene = draw_scene(parts, shapes, seed, index, style)
        path = folder / "images" / f"{index:06d}.jpg"
        path.write_bytes(encode_jpeg(scene.pixels, 95))
        height, width = scene.pixels.shape[:2]
        plates = tuple(LabelledQuad(plate.quad, plate.text) for plate in scene.plates)
        picture = LabelledPicture(path.name, width, height, plates)
        for name, (write, suffix) in per_picture.items():
            (folder / name / f"{path.stem}{suffix}").write_text(write(picture), encoding="utf-8")
        pictures.append(picture)
        for plate in scene.plates:
            box = (f"{value:.1f}" for value in bounding_box(plate.quad))
            known = (plate.format, plate.colour.value, _corners(plate.quad), _boxes(plate.boxes), f"synth {scene.view}")
            rows.append(
                dict(zip(SCENE_COLUMNS, (f"images/{path.name}", "scene", plate.text, *box, *known), strict=True))
            )
        if sheet and index < _SHEET // 4:
            labels = [plate.text for plate in scene.plates]
            shown.append((draw_quads(scene.pixels, [plate.quad for plate in scene.plates], labels), str(scene.view)))
        yield path
    classes = formats.yolo_classes({"train": "images", "validation": "images"})
    (folder / "data.yaml").write_text(classes, encoding="utf-8")
    (folder / "coco.json").write_text(json.dumps(formats.coco(pictures), ensure_ascii=False), encoding="utf-8")
    (folder / "labels.csv").write_bytes(write_table(rows, SCENE_COLUMNS))
    if sheet:
        sheet.write_bytes(encode_png(contact_sheet(shown, (480, 280), columns=3)))


def _corners(quad: NDArray[np.float32]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in quad.tolist())


def _boxes(characters: NDArray[np.float32]) -> str:
    """The upright box of each character; ``characters`` is (n, 4, 2)."""
    boxes: Sequence[tuple[float, ...]] = [bounding_box(corners) for corners in characters]
    return " ".join(",".join(f"{value:.1f}" for value in box) for box in boxes)
