"""Fills a store with drawn plates as if they had been read, to see how the workbench bears a lot of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from pipeline.config import Config
from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg, thumbnail
from pipeline.plate.doubts import doubt
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.grammar import parse
from pipeline.plate.types import (
    Ballot,
    Character,
    Detection,
    FrameResult,
    Inspection,
    PlateCrop,
    Reading,
    Review,
    SlotVote,
    Verdict,
)
from pipeline.store import Flag, Store
from pipeline.synth.photos import photograph
from pipeline.synth.plates import draw_match
from pipeline.workbench.recipes import DEFAULT_RECIPE, choose_recipe
from pipeline.workbench.synth import DrawnFrom

_DRAWN = 60  # crops that are drawn; they come round again, the texts do not
_WIDE = 160  # pixels; crops of far cars, which are written and read sooner
_EACH = 5  # plates in a picture
_REVIEWED, _FLAGGED = 20, 10
"""One plate in so many has an answer, and one is flagged for people."""
_READERS = ("crnn", "char_yolo", "easy_ocr")
Rng = np.random.Generator


def fill_store(config: Config, count: int, progress: Callable[[int], object] = lambda plates: None) -> None:
    """Puts ``count`` plates into the state folder: drawn crops, legal texts, ballots of three readers, answers, flags.

    Args:
        progress: called with the number of plates put in since.

    Raises:
        TrainingError: there is nothing to draw plates with.
        StoreError: the state folder cannot be written.
    """
    rng = np.random.default_rng(10_000)
    crops = _crops(config)
    fingerprint = choose_recipe(config, DEFAULT_RECIPE).fingerprint(config)
    with closing(Store.open(config)) as store:
        for number, start in enumerate(range(0, count, _EACH)):
            plates = tuple(_plate(crops, rng) for _ in range(min(_EACH, count - start)))
            pixels = np.full((270, 480, 3), rng.integers(60, 200), np.uint8)
            pixels[:32, :32] = rng.integers(0, 255, (32, 32, 3), np.uint8)  # no two are alike
            name, data = f"gate {number:05d}.jpg", encode_jpeg(pixels)
            frame = decode(data, name, max_pixels=config.max_pixels)
            store.uploads.add(name, data, frame, "benchmark")
            made = FrameResult(frame.sha256, plates, (), {"detect": 80.0, "read": 4.0})
            kept = store.results.save(made, DEFAULT_RECIPE, fingerprint)
            _ask_people(store, {stored.id: stored.inspection for stored in kept.inspections})
            progress(len(plates))


def _crops(config: Config) -> list[PlateCrop]:
    shapes, behind = DrawnFrom().shapes(config), DrawnFrom().behind(config)
    drawn = (photograph(shapes, behind, 4, index) for index in range(_DRAWN))
    return [PlateCrop(thumbnail(photo.pixels, _WIDE), photo.quad) for photo in drawn]


def _plate(crops: Sequence[PlateCrop], rng: Rng) -> Inspection:
    text = draw_match(rng).text
    confidence = float(rng.beta(6, 1))
    each = confidence ** (1 / len(text))
    parsed = parse(text)
    x, y = rng.uniform(0, 380), rng.uniform(0, 240)
    quad = quad_from_box(x, y, x + 90, y + 24)
    ballots = [tuple(Ballot(reader, "unchanged", char, each) for reader in _READERS) for char in text]
    return Inspection(
        Detection(quad, "plate", float(rng.uniform(0.4, 0.95)), "yolo_corners"),
        replace(crops[int(rng.integers(len(crops)))], quad=quad),
        tuple(Reading(tuple(Character(char, each) for char in text), reader, "unchanged", 4.0) for reader in _READERS),
        Verdict(
            text,
            confidence,
            tuple(SlotVote(char, each, its) for char, its in zip(text, ballots, strict=True)),
            tuple(match.format.name for match in parsed.matches),
            parsed.doubts,
        ),
        hints=(doubt("too_small", height_px=18),) if confidence < 0.5 else (),
    )


def _ask_people(store: Store, plates: dict[int, Inspection]) -> None:
    for number, plate in plates.items():
        if number % _REVIEWED == 0:
            store.reviews.add(Review(number, plate.verdict.text, "benchmark", "confirmed"))
    hard = [number for number in plates if number % _FLAGGED == 1]
    store.cases.flag([Flag(n, 1 - plates[n].verdict.confidence, (), plates[n].verdict.text[-4:]) for n in hard])
