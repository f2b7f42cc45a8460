"""Pictures to train Zero-DCE on: photos and drawn scenes and plates, exposed in many ways."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from pipeline.errors import TrainingError
from pipeline.media.decode import decode
from pipeline.media.folder import image_files
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Pixels
from pipeline.synth import degrade
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.parts import load_scene_parts
from pipeline.synth.photos import load_surroundings, photograph
from pipeline.synth.scenes import SceneStyle, draw_scene
from pipeline.training.samples import SYNTH_VERSION, LabelledCrop

EXPOSURES_VERSION = "1"
"""Raise it when the same seed gives other pictures."""

SIDE = 64  # pixels; curves are smooth, so a small look at a picture is enough to learn them
_WIDTH = 384  # pixels of a kept photo
_SCENES = 48  # drawn ones; more take long and look alike
_PLATES = 0.2  # share of samples that are single plates


@dataclass(frozen=True)
class ExposureSource:
    """Pieces of pictures, 64 × 64: half too dark, a fifth too bright, the rest as they were taken.

    ``folders`` hold photos; without one only scenes and plates are drawn. With ``own`` nothing is drawn at all.
    """

    seed: int
    folders: tuple[Path, ...] = ()
    glyphs: Path | None = None
    parts: Path | None = None
    own: bool = False

    @property
    def version(self) -> str:
        names = [path.name for path in _files(self.folders)]
        what = repr((EXPOSURES_VERSION, SYNTH_VERSION, self.seed, names, self.own, bool(self.glyphs), bool(self.parts)))
        return f"exposures-{EXPOSURES_VERSION}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"

    def sample(self, index: int) -> LabelledCrop:
        cv2.setNumThreads(1)
        rng = np.random.default_rng((9, self.seed, index))
        if not self.own and rng.random() < _PLATES:
            surroundings = load_surroundings(self.parts)
            piece = photograph(load_glyphs(self.glyphs), surroundings, self.seed, index).pixels
        else:
            known = _photos(self.folders) + (() if self.own else _scenes(self.glyphs, self.parts))
            piece = _cut(known[int(rng.integers(len(known)))], rng)
        small = np.asarray(cv2.resize(piece, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
        return LabelledCrop(expose(small, rng), "", quad_from_box(0, 0, SIDE, SIDE), index)


def expose(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """As a camera would have taken it with another shutter: up to 5 stops less light, up to 1.5 more, or the same."""
    dice = rng.random()
    if dice > 0.7:
        return pixels
    exposed = degrade.stops(pixels, -rng.uniform(0.5, 5.0) if dice < 0.5 else rng.uniform(0.3, 1.5))
    return degrade.grain(exposed, rng.uniform(0.5, 5), 3, rng) if rng.random() < 0.5 else exposed


def _cut(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """A piece of 30 to 100 % of each side, at times mirrored."""
    height, width = picture.shape[:2]
    rows, columns = (max(8, int(side * rng.uniform(0.3, 1.0))) for side in (height, width))
    top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
    piece = picture[top : top + rows, left : left + columns]
    return piece[:, ::-1] if rng.random() < 0.5 else piece


@lru_cache(maxsize=4)
def _files(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    files = tuple(image_files(folders))
    if folders and not files:
        raise TrainingError(f"{', '.join(map(str, folders))} holds no pictures (.jpg, .png); name another folder")
    return files


@lru_cache(maxsize=4)
def _photos(folders: tuple[Path, ...]) -> tuple[Pixels, ...]:
    return tuple(_smaller(decode(path, max_pixels=50_000_000, side=_WIDTH).pixels) for path in _files(folders))


@lru_cache(maxsize=4)
def _scenes(glyphs: Path | None, parts: Path | None) -> tuple[Pixels, ...]:
    """The same for every seed: what differs from run to run is the pieces and their exposure."""
    style = SceneStyle(width=960, height=540, night=0.0, spoiled=False)
    known, shapes = load_scene_parts(parts, parts), load_glyphs(glyphs)
    return tuple(_smaller(draw_scene(known, shapes, 5, index, style).pixels) for index in range(_SCENES))


def _smaller(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    if width <= _WIDTH:
        return pixels
    size = (_WIDTH, max(8, round(height * _WIDTH / width)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
