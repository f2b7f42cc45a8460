"""Runs a network of single lines on plates: the whole crop, its upper and its lower line, cut by height alone.

The network writes nothing of a strip in which it sees no whole line. So a plate of one line is a text in the whole crop
and nothing in the others, and a plate of two lines the other way round; how far each is so weighs what both would say.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np
from numpy.typing import NDArray

from pipeline.networks.ctc import BLANK, Hypothesis, mix, prepare, search
from pipeline.networks.text import PlateNetwork
from pipeline.plate.prefix import GRAMMAR_AUTOMATON
from pipeline.plate.types import Pixels

STRIP_HEIGHT, STRIP_WIDTH = 48, 144
"""Pixels: less than EasyOCR's 64 rows, as most plates are smaller in a photo, and half the work."""

Window = tuple[float, float]
"""Top and bottom of a strip, as shares of the crop's height."""

WHOLE: Window = (0.0, 1.0)
UPPER: Window = (0.0, 0.46)
LOWER: Window = (0.32, 1.0)
"""On plates of two lines the gap between them lies at 0.31…0.44 of the plate, and a crop has some border."""

_SURELY_ONE = 3.2
"""Width over height from which a crop shows one line: two of them are 2.3 times as wide as high at most."""


def windows(pixels: Pixels) -> tuple[Window, ...]:
    """What to read of a crop: all of it, and where it may show two lines, these after it."""
    height, width = pixels.shape[:2]
    return (WHOLE,) if width >= _SURELY_ONE * height else (WHOLE, UPPER, LOWER)


def cut(pixels: Pixels, window: Window) -> NDArray[np.float32]:
    """A strip as the network takes it: float32 ``(1, 48, 144)``."""
    height = pixels.shape[0]
    first = min(int(window[0] * height), height - 1)
    return prepare(pixels[first : max(first + 1, round(window[1] * height))], STRIP_WIDTH, STRIP_HEIGHT)


class LineNetwork(PlateNetwork):
    """An ONNX file that :func:`~pipeline.training.files.export_onnx` wrote for the network of lines."""

    def _hypotheses(self, pictures: Sequence[Pixels], beam: int) -> list[list[Hypothesis]]:
        cuts = [windows(pixels) for pixels in pictures]
        strips = [cut(pixels, window) for pixels, its in zip(pictures, cuts, strict=True) for window in its]
        written = iter(self._run(strips))
        return [self._read_strips([next(written) for _ in its], beam) for its in cuts]

    def _read_strips(self, written: Sequence[NDArray[np.float32]], beam: int) -> list[Hypothesis]:
        """What the strips of one plate may say: the whole crop, and where they were cut the two lines after it."""
        one = self._search(written[0], beam)
        if len(written) == 1:
            return one
        whole, upper, lower = written
        as_one, as_two = _blank(upper) * _blank(lower), _blank(whole)
        share = as_one / max(as_one + as_two, 1e-300)
        return mix([one, self._search(np.concatenate([upper, lower]), beam)], [share, 1 - share])

    def _search(self, written: NDArray[np.float32], beam: int) -> list[Hypothesis]:
        return search(written, self._characters, GRAMMAR_AUTOMATON, beam)


def _blank(written: NDArray[np.float32]) -> float:
    """Probability that a strip holds nothing."""
    return exp(float(written[:, BLANK].sum(dtype=np.float64)))
