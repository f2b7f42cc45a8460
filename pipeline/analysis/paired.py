"""The same pictures measured twice: how much the second way differs from the first, and whether it may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis.duel import mcnemar

_DRAWS = 2000
_EQUAL = 1e-9  # a difference of fractions that is none


@dataclass(frozen=True, slots=True)
class Paired:
    """``n`` differences, second minus first: ``more`` are above 0, ``fewer`` below.

    ``mean`` lies in ``low``…``high``, a 95 % interval (percentile bootstrap). ``p`` is the sign test's, exact and
    two-sided: pictures without a difference say nothing.
    """

    n: int
    more: int
    fewer: int
    mean: float
    low: float
    high: float
    p: float


def paired(first: Sequence[float], second: Sequence[float], seed: int = 0) -> Paired:
    """One value a picture, both in the same order.

    Raises:
        ValueError: there are more of the one than of the other.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values cannot be paired with {len(second)}")
    differences = np.asarray(second, np.float64) - np.asarray(first, np.float64)
    more, fewer = int((differences > _EQUAL).sum()), int((differences < -_EQUAL).sum())
    if not len(differences):
        return Paired(0, 0, 0, 0.0, 0.0, 0.0, 1.0)
    draws = np.random.default_rng(seed).integers(0, len(differences), (_DRAWS, len(differences)))
    low, high = np.quantile(differences[draws].mean(1), [0.025, 0.975]).tolist()
    return Paired(len(differences), more, fewer, float(differences.mean()), low, high, mcnemar(more, fewer))


def holm(chances: Sequence[float]) -> list[float]:
    """Several tests at once: each p so raised that below 0.05 there is one false alarm at most in 20 such families.

    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979).
    """
    raised = [0.0] * len(chances)
    highest = 0.0
    for rank, n in enumerate(sorted(range(len(chances)), key=lambda n: chances[n])):
        highest = max(highest, min(1.0, chances[n] * (len(chances) - rank)))
        raised[n] = highest
    return raised
