"""Labelled sets for the small backends: they find a plate on white, none on black, break on red, and read TEXT."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from pipeline.media.draw import encode_png

HEAD = "file,kind,plate_text,x1,y1,x2,y2,source"
PLATE = "24,16,96,24"
"""Where the small detector finds a plate on a white picture of 120×40."""


def numbered(number: int, colour: tuple[int, int, int] = (255, 255, 255)) -> bytes:
    """A picture of one colour with a number in it, so that no two are alike."""
    pixels = np.full((40, 120, 3), colour, np.uint8)
    pixels[1, 1] = (number % 256, number // 256, 3)
    return encode_png(pixels)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def crops_zip(texts: Sequence[str]) -> bytes:
    """A crop for each text; the small reader reads TEXT on all of them."""
    rows = [f"{n}.png,plate_crop,{text},,,,,{'gate' if n % 2 else 'yard'}" for n, text in enumerate(texts)]
    files = {f"{n}.png": numbered(n) for n in range(len(texts))}
    return zipped({"labels.csv": "\n".join((HEAD, *rows)).encode(), **files})
