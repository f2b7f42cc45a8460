"""Small true values for the store's tests, and what a second process runs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import Config
from pipeline.media.decode import decode
from pipeline.media.draw import encode_png
from pipeline.plate.types import (
    Ballot,
    Character,
    Detection,
    Doubt,
    Frame,
    FrameResult,
    Inspection,
    PlateCrop,
    Reading,
    SlotVote,
    StageFailure,
    Verdict,
)
from pipeline.store import Store, StoredResult, StoredUpload

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FINGERPRINT = "f1" * 32
BROKEN_READER = StageFailure("reader", "crnn", "RuntimeError: out of memory")
BROKEN_DETECTOR = StageFailure("detector", "yolo_plate", "MissingWeights: plate.onnx")


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def picture(seed: int, width: int = 32, height: int = 24) -> tuple[bytes, Frame]:
    """A PNG file of noise and what it decodes to."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    data = encode_png(pixels)
    return data, decode(data, max_pixels=10**6)


def inspection(text: str = "123가4568", confidence: float = 0.97, seed: int = 0, **changes: Any) -> Inspection:
    """One plate with all that a reader and a vote leave behind; ``changes`` are fields of the inspection."""
    generator = np.random.default_rng([seed, *map(ord, text)])
    quad = generator.uniform(0, 1000, (4, 2)).astype(np.float32)
    characters = tuple(Character(char, float(p)) for char, p in zip(text, generator.random(len(text)), strict=True))
    values: dict[str, Any] = {
        "detection": Detection(quad, "plate", 0.83, "yolo_plate"),
        "crop": PlateCrop(
            generator.integers(0, 256, (16, 40, 3), dtype=np.uint8), quad + np.float32(0.1), 2, ("contrast",)
        ),
        "readings": (Reading(characters, "crnn", "contrast", 3.25), Reading((), "crnn", "grayscale")),
        "verdict": verdict(text, confidence),
        "hints": (Doubt("small", (("pixels", "18"),)),),
    }
    return Inspection(**(values | changes))


def verdict(text: str, confidence: float = 0.97, *doubts: str) -> Verdict:
    slots = tuple(SlotVote(char, 0.9, (Ballot("crnn", "", char, 0.9), Ballot("crnn", "x", "", 0.1))) for char in text)
    return Verdict(text, confidence, slots, ("film_8", "painted_8"), tuple(Doubt(code) for code in doubts))


def add(store: Store, seed: int, name: str | None = None, source: str = "browser") -> StoredUpload:
    data, frame = picture(seed)
    return store.uploads.add(name or f"car {seed}.png", data, frame, source)


def save(store: Store, upload: StoredUpload, *inspections: Inspection, recipe: str = "thorough") -> StoredResult:
    result = FrameResult(upload.sha256, inspections, (), {"detect": 41.5, "read": 4.25})
    return store.results.save(result, recipe, f"{recipe}:{FINGERPRINT}")


def read_plate(store: Store, seed: int, text: str, confidence: float = 0.97, **upload: str) -> int:
    """Add a picture whose one plate reads ``text``; gives the inspection's id."""
    return save(store, add(store, seed, **upload), inspection(text, confidence, seed)).inspections[0].id


def assert_same(found: Any, expected: Any) -> None:
    """Equal in every field, arrays included."""
    np.testing.assert_equal(asdict(found), asdict(expected))


def files_with(home: Path, needle: bytes) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and needle in path.read_bytes()]


def blob_names(store: Store) -> set[str]:
    return set(store.blobs.untouched_for(-1.0))


def open_and_save_together(homes: list[Path], barrier: Barrier) -> None:
    """In each fresh state folder at the same moment as the other process: open, add, save."""
    for home in homes:
        barrier.wait(timeout=60)
        store = Store.open(Config(home=home))
        save(store, add(store, 1), inspection("12가3456"), inspection("34나5678"))
        store.close()
