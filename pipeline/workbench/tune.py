"""Measures on degraded drawn plates which enhancer helps which reader, and derives the rules of ``auto``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.duel import mcnemar
from pipeline.analysis.metrics import exact
from pipeline.analysis.when_to_enhance import Chain, Rule, find_rules, write_rules
from pipeline.config import Config
from pipeline.flow.recipe import Step
from pipeline.media.quality import look_of
from pipeline.media.rectify import rectify
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Frame, Pixels, PlateCrop, Stage
from pipeline.pool import Pool
from pipeline.synth import degrade
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.weights import WeightsRow, adopt
from pipeline.workbench.synth import DrawnFrom

CHAINS: tuple[Chain, ...] = (
    ("contrast",),
    ("deblur",),
    ("grayscale",),
    ("real_esrgan",),
    ("zero_dce",),
    ("zero_dce", "deblur"),
    ("deblur", "real_esrgan"),
    ("zero_dce", "real_esrgan", "grayscale"),
)

_SEED = 60_001  # plates that no run is trained, validated or calibrated on
_STYLE = PhotoStyle(hard=0.7, blank=0.0)
_BATCH = 32


@dataclass(frozen=True, slots=True)
class ChainScore:
    """What one reader made of the plates after a chain, beside what it made of them unchanged.

    ``p`` is the two-sided exact McNemar; ``ms`` what the chain takes for one crop.
    """

    reader: str
    chain: Chain
    exact: float
    won: int
    lost: int
    p: float
    ms: float


@dataclass(frozen=True, slots=True)
class Tuning:
    plates: int
    readers: tuple[str, ...]
    scores: tuple[ChainScore, ...]
    rules: tuple[Rule, ...]


def tune_auto(
    config: Config,
    plates: int,
    readers: Sequence[str] = ("crnn",),
    chains: Sequence[Chain] = CHAINS,
    seed: int = _SEED,
    progress: Callable[[int], object] = lambda count: None,
) -> Tuning:
    """Reads ``plates`` degraded plates after each chain with each reader.

    Args:
        progress: called with the number of plates read since it was last called, ``plates`` for each chain and one.

    Raises:
        UnknownBackend, BackendUnavailable: a reader or an enhancer.
        TrainingError: there is nothing to draw with.
    """
    crops, texts = draw_degraded(config, plates, seed)
    pool = Pool(config)
    unchanged, _ = _read(pool, crops, texts, (), readers, progress)
    measured = {chain: _read(pool, crops, texts, chain, readers, progress) for chain in chains}
    scores = [
        _score(reader, chain, unchanged[n], right[n], ms)
        for n, reader in enumerate(readers)
        for chain, (right, ms) in (((), (unchanged, 0.0)), *measured.items())
    ]
    rules = find_rules([look_of(crop) for crop in crops], unchanged, {c: right for c, (right, _) in measured.items()})
    return Tuning(plates, tuple(readers), tuple(scores), rules)


def adopt_rules(config: Config, tuning: Tuning, command: str) -> None:
    """Makes the rules those that ``auto`` follows: a file and a row of the manifest."""
    about = {"plates": tuning.plates, "readers": list(tuning.readers)}
    made = config.home / "auto-rules.json"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text(write_rules(tuning.rules, about), encoding="utf-8")
    origin = (
        f"measured on {tuning.plates:,} degraded plates drawn by pipeline/synth, read by {', '.join(tuning.readers)}"
    )
    adopt(config.weights, WeightsRow("auto_rules", made.name, "", "AGPL-3.0-or-later", origin, "", command), made)
    made.unlink()


def draw_degraded(config: Config, count: int, seed: int) -> tuple[list[PlateCrop], list[str]]:
    """Plates as a recipe gets them that takes pictures for plates, and their texts.

    Beyond the usual photographs many are out of focus, moved, very dark or very small.
    """
    shapes, behind = DrawnFrom().shapes(config), DrawnFrom().behind(config)
    photos = (photograph(shapes, behind, seed, index, _STYLE) for index in range(count))
    crops, texts = [], []
    for index, photo in enumerate(photos):
        pixels = _worse(photo.pixels, np.random.default_rng((11, seed, index)))
        height, width = pixels.shape[:2]
        crops.append(rectify(Frame(pixels, "0" * 64), quad_from_box(0, 0, width, height)))
        texts.append(photo.text)
    return crops, texts


def _worse(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """One more fault, or two, or none: focus, motion, distance, night."""
    width = pixels.shape[1]
    dice = rng.random()
    if dice < 0.3:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.8, 3.2) * width / 130), np.uint8)
    elif dice < 0.45:
        pixels = degrade.move(pixels, rng.uniform(3, 11) * width / 130, rng.normal(0, 0.4))
    elif dice < 0.65:
        less = rng.uniform(0.3, 0.7)
        size = (max(20, round(width * less)), max(8, round(pixels.shape[0] * less)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if rng.random() < 0.3:
        pixels = degrade.stops(pixels, -rng.uniform(1, 6))
        pixels = degrade.grain(pixels, rng.uniform(0.3, 3), 3, rng)
    return pixels


def _read(
    pool: Pool,
    crops: Sequence[PlateCrop],
    texts: Sequence[str],
    chain: Chain,
    readers: Sequence[str],
    progress: Callable[[int], object],
) -> tuple[NDArray[np.bool_], float]:
    """What each reader (row) got exactly, and the milliseconds of the chain for one crop."""
    right: list[list[bool]] = [[] for _ in readers]
    spent = 0.0
    for start in range(0, len(crops), _BATCH):
        batch = list(crops[start : start + _BATCH])
        began = time.perf_counter()
        for name in chain:
            with pool.borrow(Stage.ENHANCER, name, Step(name=name).parse(Stage.ENHANCER)) as enhancer:
                batch = enhancer.enhance(batch)
        spent += time.perf_counter() - began
        for n, name in enumerate(readers):
            with pool.borrow(Stage.READER, name, Step(name=name).parse(Stage.READER)) as reader:
                readings = reader.read(batch)
            right[n] += [exact(text, reading.text) for text, reading in zip(texts[start:], readings, strict=False)]
        progress(len(batch))
    return np.asarray(right, bool), spent * 1000 / max(1, len(crops))


def _score(reader: str, chain: Chain, unchanged: NDArray[np.bool_], right: NDArray[np.bool_], ms: float) -> ChainScore:
    won, lost = int((right & ~unchanged).sum()), int((unchanged & ~right).sum())
    return ChainScore(reader, chain, float(right.mean()), won, lost, mcnemar(won, lost), ms)
