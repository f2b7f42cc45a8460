"""Where training samples come from. A source is a function of the index, so any stream can be taken up anywhere."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels, Quad
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, load_surroundings, photograph

SYNTH_VERSION = "6"
"""Raise it when the generator draws other pictures for the same seed."""

_EASY = PhotoStyle(margin=0.1, tilted=0.0, hard=0.0)


@dataclass(frozen=True, slots=True)
class LabelledCrop:
    """``quad`` is in pixels of the crop; ``index`` is its place in the stream.

    ``boxes`` are the characters' corners, float32 ``(characters, 4, 2)``, in the same pixels, where they are known;
    ``upper`` counts the characters on the upper of two lines.
    """

    pixels: Pixels
    text: str
    quad: Quad
    index: int
    boxes: NDArray[np.float32] | None = None
    upper: int = 0


class SampleSource(Protocol):
    """Endless labelled crops; must pickle, since worker processes draw them."""

    @property
    def version(self) -> str:
        """Changes whenever the samples do."""
        ...

    def sample(self, index: int) -> LabelledCrop: ...


@dataclass(frozen=True)
class SynthSource:
    """Plates drawn by :mod:`pipeline.synth`; without folders, from fonts and painted metal."""

    seed: int
    glyphs: Path | None = None
    surroundings: Path | None = None
    style: PhotoStyle = field(default_factory=PhotoStyle)
    easy_first: int = 0
    """Samples at the start that are upright and clear: CTC finds its alignments there much sooner."""

    @property
    def version(self) -> str:
        drawn_from = (load_glyphs(self.glyphs).pictured.keys(), len(load_surroundings(self.surroundings)))
        what = repr(
            (SYNTH_VERSION, self.seed, sorted(drawn_from[0]), drawn_from[1], asdict(self.style), self.easy_first)
        )
        return f"synth-{SYNTH_VERSION}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"

    def sample(self, index: int) -> LabelledCrop:
        cv2.setNumThreads(1)  # crops are small, and each worker has one core
        style = replace(_EASY, formats=self.style.formats) if index < self.easy_first else self.style
        photo = photograph(load_glyphs(self.glyphs), load_surroundings(self.surroundings), self.seed, index, style)
        return LabelledCrop(photo.pixels, photo.text, photo.quad, index, photo.boxes, photo.upper)
