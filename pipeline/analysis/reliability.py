"""How well probabilities keep their word: reliability bins and the expected calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from pipeline.analysis.metrics import plain


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """What fell between ``low`` and ``high``: ``n`` probabilities, their mean, and the share that was right."""

    low: float
    high: float
    n: int
    stated: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """``error`` is the expected calibration error, 0…1: the mean gap of all bins, weighted by what fell into them."""

    bins: tuple[ReliabilityBin, ...]
    error: float


def reliability(probabilities: Sequence[float], right: Sequence[bool], bins: int = 15) -> Reliability:
    """Bins of equal width that hold something. Naeini et al., AAAI 2015."""
    stated, truth = np.asarray(probabilities, np.float64), np.asarray(right, np.float64)
    place = np.minimum((stated * bins).astype(int), bins - 1)
    found = []
    for number in range(bins):
        inside = place == number
        if inside.any():
            mean, share = float(stated[inside].mean()), float(truth[inside].mean())
            found.append(ReliabilityBin(number / bins, (number + 1) / bins, int(inside.sum()), mean, share))
    error = sum(bin.n * abs(bin.stated - bin.right) for bin in found) / max(1, len(stated))
    return Reliability(tuple(found), error)


def right_characters(truth: str, read: str) -> list[bool]:
    """For each character of ``read`` whether it stands in ``truth``, in its place as both are aligned."""
    right = [False] * len(read)
    for match in SequenceMatcher(None, plain(truth), read, autojunk=False).get_matching_blocks():
        right[match.b : match.b + match.size] = [True] * match.size
    return right
