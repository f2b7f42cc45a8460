"""Labelled plates among the drawn ones: what a reader goes on to learn, without forgetting the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from pipeline.corpus.labels import LabelKind, Labels
from pipeline.errors import MediaError, TrainingError
from pipeline.media.decode import decode
from pipeline.plate.alphabet import CHARACTERS, normalise
from pipeline.plate.geometry import Box, quad_from_box
from pipeline.plate.types import Pixels
from pipeline.synth import degrade
from pipeline.training.samples import LabelledCrop, SampleSource

_HELD_BACK = 0.2  # share of the plates, not of the pictures
_BORDER = 0.08  # around a plate of a scene, as readers get it
_MOST_PIXELS = 120_000_000


@dataclass(frozen=True, slots=True)
class LabelledPlate:
    """A picture of one plate, or the part of a scene that shows it; ``text`` is normalised."""

    picture: Path
    box: Box | None
    text: str


@dataclass(frozen=True)
class LabelledSource:
    """Labelled plates, over and over, each time framed, lit and spoiled a little differently."""

    plates: tuple[LabelledPlate, ...]
    seed: int
    changed: bool = True
    """False: as they are, for validation."""

    @property
    def version(self) -> str:
        what = repr([(plate.picture.name, plate.box, plate.text) for plate in self.plates]) + str(self.seed)
        return f"labelled-{len(self.plates)}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"

    def sample(self, index: int) -> LabelledCrop:
        plate = self.plates[index % len(self.plates)]
        pixels = _cut(plate)
        if self.changed:
            pixels = _change(pixels, np.random.default_rng((79, self.seed, index)))
        height, width = pixels.shape[:2]
        return LabelledCrop(pixels, plate.text, quad_from_box(0, 0, width, height), index)


@dataclass(frozen=True)
class MixedSource:
    """``share`` of the samples are labelled, the others drawn."""

    drawn: SampleSource
    labelled: LabelledSource
    share: float

    @property
    def version(self) -> str:
        return f"{self.drawn.version}+{self.share:g}*{self.labelled.version}"

    def sample(self, index: int) -> LabelledCrop:
        before, now = int(index * self.share), int((index + 1) * self.share)
        return self.labelled.sample(before) if now > before else self.drawn.sample(index)


@dataclass(frozen=True)
class NegativeSource:
    """``share`` of the samples of another source turned to grey negatives.

    Readers see grey. So light characters on a dark plate of a kind that a reader does not know come near to dark ones
    on a light plate, which it does know, and the other way round.
    """

    samples: SampleSource
    share: float

    @property
    def version(self) -> str:
        return f"{self.samples.version}-{self.share:g} negative"

    def sample(self, index: int) -> LabelledCrop:
        crop = self.samples.sample(index)
        if np.random.default_rng((83, index)).random() >= self.share:
            return crop
        grey = cv2.cvtColor(crop.pixels, cv2.COLOR_RGB2GRAY)
        return replace(crop, pixels=np.asarray(cv2.merge([255 - grey] * 3), np.uint8))


def split_labelled(labels: Labels, images: Path, seed: int) -> tuple[LabelledSource, LabelledSource]:
    """(to train on, held back) of the readable plates that are there: no plate's text stands in both.

    Raises:
        TrainingError: there are fewer than two different plates to read, or a text has characters no plate bears.
    """
    plates = [
        LabelledPlate(images / label.file, label.box, normalise(label.text))
        for file in labels.by_file.values()
        for label in file
        if label.kind is not LabelKind.IGNORE and label.text and (images / label.file).is_file()
    ]
    for plate in plates:
        if strange := sorted(set(plate.text) - set(CHARACTERS)):
            raise TrainingError(
                f"{plate.picture}: {plate.text!r} has {' '.join(strange)}, which no plate bears; mend it"
            )
    texts = sorted({plate.text for plate in plates})
    if len(texts) < 2:
        raise TrainingError(f"{images} holds {len(texts)} different labelled plates; at least two are needed")
    held = set(_shuffled(texts, seed)[: max(1, round(_HELD_BACK * len(texts)))])
    train, kept = ([p for p in plates if (p.text in held) is back] for back in (False, True))
    return LabelledSource(tuple(train), seed), LabelledSource(tuple(kept), seed, changed=False)


def _shuffled(texts: Sequence[str], seed: int) -> list[str]:
    return sorted(texts, key=lambda text: hashlib.sha256(f"{seed} {text}".encode()).digest())


@lru_cache(maxsize=4096)
def _cut(plate: LabelledPlate) -> Pixels:
    try:
        pixels = decode(plate.picture, max_pixels=_MOST_PIXELS).pixels
    except MediaError as error:
        raise TrainingError(f"{error}; or take its row out of the labels") from error
    if plate.box is None:
        return pixels
    x1, y1, x2, y2 = plate.box
    dx, dy = (x2 - x1) * _BORDER, (y2 - y1) * _BORDER
    left, top = max(0, int(x1 - dx)), max(0, int(y1 - dy))
    cut = pixels[top : max(top + 1, int(y2 + dy)), left : max(left + 1, int(x2 + dx))]
    if not cut.size:
        raise TrainingError(f"{plate.picture}: the box {plate.box} lies outside the picture; mend or remove its row")
    return cut.copy()


def _change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    flat = np.asarray([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = flat + rng.normal(0, 0.035, (4, 2)) * (width, height)
    turn = cv2.getPerspectiveTransform(flat, moved.astype(np.float32))
    seen = cv2.warpPerspective(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    pixels = np.asarray(seen, np.uint8)
    if rng.random() < 0.5:
        pixels = degrade.fair_light(pixels, rng)
    if rng.random() < 0.2:
        pixels = degrade.blur(pixels, rng, 0.25)
    if rng.random() < 0.3:
        pixels = degrade.grain(pixels, rng.uniform(1, 5), 3, rng)
    return degrade.codec(pixels, rng) if rng.random() < 0.3 else pixels
