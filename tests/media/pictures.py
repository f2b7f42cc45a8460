"""Picture files made on the spot, so that nothing has to be kept in the repository."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from pipeline.plate.types import Pixels

register_heif_opener()

LIMIT = 1_000_000

LOSSLESS = ("PNG", "WEBP", "BMP", "TIFF")
LOSSY = ("JPEG", "HEIF", "AVIF")


def corners(width: int = 48, height: int = 32) -> Pixels:
    """Red, green, blue and yellow quarters, clockwise from the top-left: nothing can be turned unseen."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (220, 30, 30)
    pixels[: height // 2, width // 2 :] = (30, 200, 30)
    pixels[height // 2 :, width // 2 :] = (30, 30, 220)
    pixels[height // 2 :, : width // 2] = (230, 220, 40)
    return pixels


def file_of(image: Image.Image | Pixels, kind: str, **options: Any) -> bytes:
    """The picture as a file of Pillow's format ``kind``, lossless where the format can."""
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    if kind == "WEBP":
        options = {"lossless": True, **options}
    if kind in LOSSY:
        options = {"quality": 95, **options}
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def colours_at_the_corners(pixels: Pixels) -> list[str]:
    """The names of the colours in the middle of each quarter, clockwise from the top-left."""
    height, width = pixels.shape[:2]
    named = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220), "yellow": (230, 220, 40)}
    seen = [pixels[y, x] for y, x in ((1, 1), (1, 3), (3, 3), (3, 1)) for y, x in [(y * height // 4, x * width // 4)]]
    return [
        min(named, key=lambda name: int(np.abs(np.subtract(named[name], colour, dtype=int)).sum())) for colour in seen
    ]
