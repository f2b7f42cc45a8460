"""Runs the plate reader's network: pictures in, what each may say out. Uncalibrated, without torch."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.networks.ctc import Guess, Hypothesis, choose, mix, prepare, search, weigh
from pipeline.networks.onnx import open_session
from pipeline.plate.formats import FORMATS
from pipeline.plate.prefix import GRAMMAR_AUTOMATON, GrammarAutomaton
from pipeline.plate.types import Pixels

_BATCH = 32  # crops a run; more gains no speed and holds more memory

FRAMINGS = ((0.0, 0.0), (0.06, 0.1), (-0.05, -0.07))
"""Cuts from (width, height) of a crop before it is read again; negative ones add border."""


class PlateNetwork(ABC):
    """An ONNX file that :func:`~pipeline.training.files.export_onnx` wrote; what its output says is left open."""

    def __init__(self, path: Path, threads: int) -> None:
        self._session = open_session(path, threads)
        metadata = self._session.get_modelmeta().custom_metadata_map
        self.about: dict[str, Any] = {name: json.loads(text) for name, text in metadata.items()}
        self._characters: list[str] = self.about["characters"]

    def read(self, pictures: Sequence[Pixels], framings: int = 1, sure: float = 0.95, beam: int = 8) -> list[Guess]:
        """One guess a picture, in order.

        Args:
            framings: looks at a picture, 1…3, each framed a little differently.
            sure: probability of the first look's text that makes the others needless.
            beam: texts followed at once while decoding.
        """
        found = self._look(pictures, beam)
        more = FRAMINGS[1:framings]
        unsure = [n for n, looks in enumerate(found) if more and prod(choose(looks).probabilities) < sure]
        again = self._look([_reframe(pictures[n], cut) for n in unsure for cut in more], beam)
        for place, n in enumerate(unsure):
            found[n] = mix([found[n], *again[place * len(more) : (place + 1) * len(more)]])
        return [choose(looks) for looks in found]

    def _look(self, pictures: Sequence[Pixels], beam: int) -> list[list[Hypothesis]]:
        """What each picture may say."""
        batches = (pictures[start : start + _BATCH] for start in range(0, len(pictures), _BATCH))
        return [hypotheses for batch in batches for hypotheses in self._hypotheses(batch, beam)]

    @abstractmethod
    def _hypotheses(self, pictures: Sequence[Pixels], beam: int) -> list[list[Hypothesis]]:
        """What each picture of a batch may say."""

    def _run(self, prepared: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """What the network gives for a batch."""
        given: NDArray[np.float32] = self._session.run(None, {"pictures": np.stack(prepared)})[0]
        return given


class TextNetwork(PlateNetwork):
    """The reader's: log-probabilities ``(steps, classes)`` for each picture.

    Kinds of plates that it learnt beyond the built-in formats stand in its file, and are plates to its decoder.
    """

    def __init__(self, path: Path, threads: int) -> None:
        super().__init__(path, threads)
        learnt = self.about.get("patterns")
        self._width: int = self._session.get_inputs()[0].shape[3]
        self._grammar = GrammarAutomaton(FORMATS.values(), learnt) if learnt else GRAMMAR_AUTOMATON

    def _hypotheses(self, pictures: Sequence[Pixels], beam: int) -> list[list[Hypothesis]]:
        written = self._run([prepare(pixels, self._width) for pixels in pictures])
        return [search(rows, self._characters, self._grammar, beam) for rows in written]

    def weigh(self, pictures: Sequence[Pixels], texts: Sequence[Sequence[str]]) -> list[NDArray[np.float64]]:
        """The log-probability of each of the texts that a picture may say, for every picture; uncalibrated."""
        found = []
        for start in range(0, len(pictures), _BATCH):
            written = self._run([prepare(pixels, self._width) for pixels in pictures[start : start + _BATCH]])
            for rows, asked in zip(written, texts[start : start + _BATCH], strict=True):
                found.append(weigh(rows, asked, self._characters))
        return found


def _reframe(pixels: Pixels, cut: tuple[float, float]) -> Pixels:
    """The crop with ``cut`` shares taken from both its ends and sides, or added by repeating its edge."""
    height, width = pixels.shape[:2]
    dx, dy = round(width * cut[0]), round(height * cut[1])
    if dx >= 0 and dy >= 0:
        return pixels[dy : max(dy + 1, height - dy), dx : max(dx + 1, width - dx)]
    return np.pad(pixels, ((-dy, -dy), (-dx, -dx), (0, 0)), mode="edge")
