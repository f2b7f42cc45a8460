"""Our own reader: a CRNN trained on plates drawn by :mod:`pipeline.synth`, held to the grammar of plates."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from math import prod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.config import Config
from pipeline.networks.ctc import Hypothesis, choose, mix, prepare, search
from pipeline.networks.onnx import open_session
from pipeline.plate.prefix import GRAMMAR_AUTOMATON
from pipeline.plate.types import Character, Pixels, PlateCrop, Reading, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest

_BATCH = 32  # crops a run; more gains no speed and holds more memory

_FRAMINGS = ((0.0, 0.0), (0.06, 0.1), (-0.05, -0.07))
"""Cuts from (width, height) of a crop before it is read again; negative ones add border."""


class CRNNSettings(BackendSettings):
    framings: int = Field(
        1,
        ge=1,
        le=len(_FRAMINGS),
        description="looks at a plate that is hard to read, each framed a little differently",
    )
    sure: float = Field(0.95, ge=0, le=1, description="confidence of the first look that makes others needless")
    beam: int = Field(8, ge=1, le=64, description="texts followed at once while decoding")


@register(Stage.READER, "crnn", title="PlateLoop CRNN", packages=("onnxruntime",), weights=("crnn",))
class CRNNReader:
    """Reads one- and two-line plates; upright or tilted up to 35 degrees."""

    Settings: ClassVar[type[BackendSettings]] = CRNNSettings

    def __init__(self, settings: CRNNSettings, config: Config) -> None:
        self._settings = settings
        self._session = open_session(Manifest.load(config.weights).verified("crnn"), config.threads)
        self._characters: list[str] = json.loads(self._session.get_modelmeta().custom_metadata_map["characters"])

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        """One reading a crop, in order; ``elapsed_ms`` is its share of the batch."""
        started = time.perf_counter()
        found = self._look([crop.pixels for crop in crops])
        more = _FRAMINGS[1 : self._settings.framings]
        unsure = [n for n, looks in enumerate(found) if more and prod(choose(looks)[1]) < self._settings.sure]
        again = self._look([_reframe(crops[n].pixels, cut) for n in unsure for cut in more])
        for place, n in enumerate(unsure):
            found[n] = mix([found[n], *again[place * len(more) : (place + 1) * len(more)]])
        chosen = [choose(looks) for looks in found]
        each = (time.perf_counter() - started) * 1000 / max(1, len(crops))
        return [self._reading(crop, text, shares, each) for crop, (text, shares) in zip(crops, chosen, strict=True)]

    def _look(self, pictures: Sequence[Pixels]) -> list[list[Hypothesis]]:
        """What each picture may say."""
        written = self._run([prepare(pixels) for pixels in pictures])
        return [search(rows, self._characters, GRAMMAR_AUTOMATON, self._settings.beam) for rows in written]

    def _run(self, looks: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Log-probabilities ``(steps, classes)`` for each look."""
        written: list[NDArray[np.float32]] = []
        for start in range(0, len(looks), _BATCH):
            written.extend(self._session.run(None, {"pictures": np.stack(looks[start : start + _BATCH])})[0])
        return written

    @staticmethod
    def _reading(crop: PlateCrop, text: str, probabilities: list[float], elapsed_ms: float) -> Reading:
        characters = tuple(Character(c, p) for c, p in zip(text, probabilities, strict=True))
        return Reading(characters, "crnn", "+".join(crop.enhancers), elapsed_ms)


def _reframe(pixels: Pixels, cut: tuple[float, float]) -> Pixels:
    """The crop with ``cut`` shares taken from both its ends and sides, or added by repeating its edge."""
    height, width = pixels.shape[:2]
    dx, dy = round(width * cut[0]), round(height * cut[1])
    if dx >= 0 and dy >= 0:
        return pixels[dy : max(dy + 1, height - dy), dx : max(dx + 1, width - dx)]
    return np.pad(pixels, ((-dy, -dy), (-dx, -dx), (0, 0)), mode="edge")
