"""Makes a reader's probabilities mean what they say, and finds the confidence from which it may be trusted.

Isotonic regression: the curve of what was right over what was stated, made never to fall. Zadrozny and Elkan, KDD 2002.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Self

import numpy as np

from pipeline.plate.types import Character, Reading

_KNOTS = 24
_NEVER = 1.01  # a confidence that nothing reaches


@dataclass(frozen=True, slots=True)
class Curve:
    """Runs through the points (``stated``, ``right``), both rising from 0 to 1; without points, nothing changes."""

    stated: Sequence[float] = ()
    right: Sequence[float] = ()

    def apply(self, probabilities: Sequence[float]) -> list[float]:
        """Calibrated probabilities, in the same order."""
        if not self.stated:
            return list(probabilities)
        return [float(value) for value in np.interp(probabilities, self.stated, self.right)]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a reader's probabilities mean: of single ``characters``, and of ``texts``, whose characters' are multiplied.

    ``sure_from`` is the least calibrated confidence of a text from which 99 % of the texts were right; above 1 where no
    confidence is enough, 0 where it was not measured.
    """

    characters: Curve = Curve()
    texts: Curve = Curve()
    sure_from: float = 0.0

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """From what :func:`dataclasses.asdict` made of one."""
        return cls(Curve(**row["characters"]), Curve(**row["texts"]), row["sure_from"]) if row else cls()

    def reading(
        self,
        text: str,
        stated: Sequence[float],
        alternatives: Sequence[tuple[str, float]],
        *,
        reader: str,
        enhancer: str,
        elapsed_ms: float,
    ) -> Reading:
        """What a reader stated, as it is meant: ``stated`` is the probability of each character of ``text``."""
        characters = tuple(Character(c, p) for c, p in zip(text, self.characters.apply(stated), strict=True))
        uncalibrated = prod(stated)
        (whole,) = self.texts.apply([uncalibrated])
        scale = min(whole / max(uncalibrated, 1e-9), (1 - whole) / max(1 - uncalibrated, 1e-9))  # none outranks it
        others = tuple((other, share * scale) for other, share in alternatives)
        return Reading(characters, reader, enhancer, elapsed_ms, self.sure_from, whole, others)


def fit_curve(probabilities: Sequence[float], right: Sequence[bool]) -> Curve:
    """The rising curve nearest to the share that was right, in groups of equal size.

    Raises:
        ValueError: there is nothing to fit on.
    """
    if not probabilities:
        raise ValueError("calibration needs characters that were read; read more plates")
    order = np.argsort(probabilities, kind="stable")
    groups = np.array_split(order, min(_KNOTS, len(order)))
    stated = [float(np.mean(np.asarray(probabilities)[group])) for group in groups]
    pooled: list[tuple[float, int]] = []  # mean and count of groups that would fall, put together
    for group in groups:
        pooled.append((float(np.mean(np.asarray(right)[group])), 1))
        while len(pooled) > 1 and pooled[-2][0] >= pooled[-1][0]:
            (one, n), (other, m) = pooled.pop(-2), pooled.pop()
            pooled.append(((one * n + other * m) / (n + m), n + m))
    level = [mean for mean, count in pooled for _ in range(count)]
    return Curve((0.0, *stated, 1.0), (0.0, *level, max(level[-1], stated[-1])))


def precise_from(confidences: Sequence[float], right: Sequence[bool], precision: float = 0.99) -> float:
    """The least confidence such that of all texts at least as sure a share of ``precision`` is right; 1.01 if none is.

    A text that shares the threshold's confidence counts with it.
    """
    order = np.argsort(-np.asarray(confidences, np.float64), kind="stable")
    ranked = np.asarray(confidences, np.float64)[order]
    shares = np.cumsum(np.asarray(right, np.float64)[order]) / np.arange(1, len(order) + 1)
    last_of_its_kind = np.append(ranked[1:] != ranked[:-1], True)
    enough = np.flatnonzero((shares >= precision) & last_of_its_kind)
    return float(ranked[enough[-1]]) if len(enough) else _NEVER
