"""The folder that ``yolo_plate`` is trained on: windows cut out of drawn scenes, and labelled photos beside them.

Window ``n`` is a function of the seed and ``n``, so a folder that was left half drawn is drawn to its end.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import yaml  # type: ignore[import-untyped]

from pipeline.corpus.formats import CLASS_NAME, LabelledPicture, LabelledQuad, yolo_boxes
from pipeline.corpus.yolo import find_yolo_pictures
from pipeline.errors import TrainingError
from pipeline.media.draw import encode_jpeg
from pipeline.plate.geometry import bounding_box
from pipeline.plate.types import Pixels, Quad
from pipeline.synth.glyphs import Glyphs
from pipeline.synth.parts import SceneParts
from pipeline.synth.scenes import Scene, SceneStyle, draw_scene

WINDOWS_VERSION = "1"
"""Raise it when the same seed gives other windows."""

_A_SCENE = 3  # windows cut out of one scene
_WITHOUT = 0.15  # share of windows cut anywhere, most without a plate
_NARROWEST = 9.0  # pixels; narrower plates cannot be told from dirt and are not labelled
_VISIBLE = 0.6  # share of a plate's width inside the window from which it is labelled
_HELD_BACK = 1_000_000  # scenes from here on are for validation


@dataclass(frozen=True, slots=True)
class WindowFolder:
    """What to draw: ``train`` and ``val`` windows of ``side`` × ``side`` pixels."""

    train: int
    val: int
    side: int
    seed: int

    @property
    def version(self) -> str:
        return f"windows-{WINDOWS_VERSION}-{self.train}-{self.val}-{self.side}-{self.seed}"


def draw_windows(
    wanted: WindowFolder,
    folder: Path,
    parts: SceneParts,
    glyphs: Glyphs,
    labelled: Path | None = None,
    progress: Callable[[], object] = lambda: None,
) -> Path:
    """Draws what is missing in ``folder`` and returns its ``data.yaml``.

    Args:
        labelled: a folder of photos with YOLO labels, whose plates are added to the training.
        progress: called after each window.

    Raises:
        TrainingError: the folder holds other windows, or the labelled photos name no class for plates.
    """
    stamp = {"version": wanted.version, "labelled": labelled.name if labelled else ""}
    known = folder / "windows.json"
    if known.is_file() and json.loads(known.read_text(encoding="utf-8")) != stamp:
        raise TrainingError(f"{folder} holds windows of another run; name another folder or remove it")
    folder.mkdir(parents=True, exist_ok=True)
    known.write_text(json.dumps(stamp), encoding="utf-8")
    for kind, count, first in (("train", wanted.train, 0), ("val", wanted.val, _HELD_BACK)):
        for name in ("images", "labels"):
            (folder / name / kind).mkdir(parents=True, exist_ok=True)
        for start in range(0, count, _A_SCENE):
            numbers = range(start, min(count, start + _A_SCENE))
            places = [folder / "images" / kind / f"{n:06d}.jpg" for n in numbers]
            if not all(place.is_file() for place in places):
                scene = draw_scene(parts, glyphs, wanted.seed, first + start, SceneStyle())
                for number, place in zip(numbers, places, strict=True):
                    _write_window(scene, wanted, first + number, place, folder / "labels" / kind / f"{number:06d}.txt")
            for _ in numbers:
                progress()
    if labelled:
        _add_labelled(labelled, folder)
    data = folder / "data.yaml"
    entries = {"path": str(folder.absolute()), "train": "images/train", "val": "images/val", "names": {0: CLASS_NAME}}
    data.write_text(yaml.safe_dump(entries), encoding="utf-8")
    return data


def _write_window(scene: Scene, wanted: WindowFolder, number: int, place: Path, labels: Path) -> None:
    rng = np.random.default_rng((78, wanted.seed, number))
    pixels, quads = cut_window(scene, wanted.side, rng)
    plates = tuple(LabelledQuad(quad) for quad in quads)
    labels.write_text(yolo_boxes(LabelledPicture(place.name, wanted.side, wanted.side, plates)), encoding="utf-8")
    beside = place.with_suffix(".part")  # the picture last and whole: it says that the window is there
    beside.write_bytes(encode_jpeg(pixels, 95))
    beside.replace(place)


def cut_window(scene: Scene, side: int, rng: np.random.Generator) -> tuple[Pixels, list[Quad]]:
    """A square of the scene, ``side`` pixels or larger and then shrunk to it, and the plates that lie in it.

    Most windows hold a plate; of one that the edge cuts, the visible part is labelled if it is large enough.
    """
    height, width = scene.pixels.shape[:2]
    reach = int(np.exp(rng.uniform(np.log(side), np.log(max(side + 1, min(height, width))))))
    if scene.plates and rng.random() > _WITHOUT:
        x1, y1, x2, y2 = bounding_box(scene.plates[int(rng.integers(len(scene.plates)))].quad)
        left = rng.uniform(x2 - reach, x1) if x2 - x1 < reach else x1 - rng.uniform(0, 0.2) * reach
        top = rng.uniform(y2 - reach, y1) if y2 - y1 < reach else y1
    else:
        left, top = rng.uniform(0, width - reach), rng.uniform(0, height - reach)
    x, y = int(np.clip(left, 0, width - reach)), int(np.clip(top, 0, height - reach))
    piece = scene.pixels[y : y + reach, x : x + reach]
    pixels = np.asarray(cv2.resize(piece, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    scale = np.float32(side / reach)
    return pixels, list(_visible([(plate.quad - (x, y)).astype(np.float32) * scale for plate in scene.plates], side))


def _visible(quads: list[Quad], side: int) -> Iterator[Quad]:
    for quad in quads:
        x1, y1, x2, y2 = bounding_box(quad)
        inside_x, inside_y = min(x2, side) - max(x1, 0), min(y2, side) - max(y1, 0)
        enough = inside_x >= _VISIBLE * (x2 - x1) and inside_y >= _VISIBLE * (y2 - y1)
        if enough and inside_x >= _NARROWEST:
            yield np.clip(quad, 0, side).astype(np.float32)


def _add_labelled(labelled: Path, folder: Path) -> None:
    for picture, lines in find_yolo_pictures(labelled, CLASS_NAME):
        name = f"labelled-{picture.stem}"
        (folder / "labels" / "train" / f"{name}.txt").write_text(
            "".join(f"{line}\n" for line in lines), encoding="utf-8"
        )
        shutil.copyfile(picture, folder / "images" / "train" / f"{name}{picture.suffix.lower()}")
