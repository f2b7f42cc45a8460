"""Files as somebody would drop them."""

from __future__ import annotations

import io
import zipfile

import numpy as np

from pipeline.media.draw import encode_png

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (255, 0, 0)


def png(colour: tuple[int, int, int] = WHITE, width: int = 120, height: int = 40) -> bytes:
    """Of one colour: the small detector finds a plate on white, none on black, and breaks on red."""
    return encode_png(np.full((height, width, 3), colour, np.uint8))


def zipped(**files: bytes) -> bytes:
    """A zip of files, their endings left out of their names: all are ``.png``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.png", data)
    return out.getvalue()
