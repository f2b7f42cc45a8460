"""Small labelled folders in every form."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.corpus.labelled_set import LabelledSet, open_set
from pipeline.corpus.problems import sentence
from pipeline.media.draw import encode_png


def picture(path: Path, seed: int = 0, width: int = 100, height: int = 50) -> Path:
    """A picture of noise, another one for every seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    path.write_bytes(encode_png(pixels))
    return path


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def opened(folder: Path, **options: object) -> LabelledSet:
    return open_set(folder, name="a set", max_pixels=10**8, **options)  # type: ignore[arg-type]


def texts(known: LabelledSet) -> dict[str, list[str]]:
    return {file: [label.text for label in its] for file, its in known.labels.items()}


def told(known: LabelledSet) -> str:
    return "\n".join(map(sentence, known.problems))
