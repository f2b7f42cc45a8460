"""Plates with answers, as people leave them in the store."""

from __future__ import annotations

import numpy as np

from pipeline.media.decode import decode
from pipeline.media.draw import encode_png
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import (
    Character,
    Detection,
    FrameResult,
    Inspection,
    PlateCrop,
    Quad,
    Reading,
    Review,
    Verdict,
)
from pipeline.store import Store
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph

_EASY = PhotoStyle(("film_8",), tilted=0.0, hard=0.0, blank=0.0)
QUAD = quad_from_box(20, 30, 140, 60)


def plate(store: Store, seed: int, text: str, *, confidence: float = 0.4, source: str = "gate") -> int:
    """A picture of noise in which one plate was found and read; gives the inspection's id."""
    pixels = np.random.default_rng(seed).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    return _keep(store, pixels, QUAD, pixels[30:60, 20:140], text, confidence, source, f"{seed}.png")


def drawn_plate(store: Store, seed: int, read: str | None = None, style: PhotoStyle | None = None) -> tuple[int, str]:
    """A drawn plate, read as ``read`` or rightly; gives the inspection's id and what the plate says."""
    photo = photograph(load_glyphs(None), (), 7, seed, style or _EASY)
    height, width = photo.pixels.shape[:2]
    whole = quad_from_box(0, 0, width, height)
    text = photo.text if read is None else read
    return _keep(store, photo.pixels, whole, photo.pixels, text, 0.5, "drawn", f"drawn {seed}.png"), photo.text


def answer(store: Store, inspection_id: int, truth: str, reviewer: str = "kim", quad: Quad | None = None) -> int:
    state = "corrected" if truth else "unreadable"
    return store.reviews.add(Review(inspection_id, truth, reviewer, state, quad)).id


def _keep(
    store: Store, pixels: np.ndarray, quad: Quad, crop: np.ndarray, text: str, sure: float, source: str, name: str
) -> int:
    data = encode_png(np.ascontiguousarray(pixels))
    frame = decode(data, max_pixels=10**7)
    store.uploads.add(name, data, frame, source)
    characters = tuple(Character(char, sure ** (1 / len(text))) for char in text)
    inspection = Inspection(
        Detection(quad, "plate", 0.9, "yolo_corners"),
        PlateCrop(np.ascontiguousarray(crop), quad, 1),
        (Reading(characters, "crnn"),),
        Verdict(text, sure, formats=("film_8",)),
    )
    result = FrameResult(frame.sha256, (inspection,))
    return store.results.save(result, "thorough", "a" * 64).inspections[0].id
