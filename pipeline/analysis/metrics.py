"""How right readings and boxes are: edit distance, exact match, Wilson intervals, matching of quads to boxes."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.plate.types import Quad


@lru_cache(maxsize=2**16)
def plain(text: str) -> str:
    """What counts of a text: NFC, without spaces and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if not c.isspace() and c != "-")


def exact(truth: str, read: str) -> bool:
    return plain(truth) == plain(read)


def edit_distance(truth: str, read: str) -> int:
    """Insertions, deletions and substitutions that turn one text into the other (Levenshtein)."""
    if truth == read:
        return 0
    row = list(range(len(read) + 1))
    for i, expected in enumerate(truth, start=1):
        diagonal, row[0] = row[0], i
        for j, found in enumerate(read, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (expected != found))
    return row[-1]


def character_error_rate(pairs: Sequence[tuple[str, str]]) -> float:
    """Edits per character of truth over all (truth, read) pairs; 0 where there is no truth. It can exceed 1."""
    length = sum(len(plain(truth)) for truth, _ in pairs)
    edits = sum(edit_distance(plain(truth), plain(read)) for truth, read in pairs)
    return edits / length if length else 0.0


def wilson(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval for a share, 95 % by default; (0, 1) where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share, weight = right / n, z * z / n
    middle = share + weight / 2
    spread = z * math.sqrt(share * (1 - share) / n + weight / (4 * n))
    return max(0.0, (middle - spread) / (1 + weight)), min(1.0, (middle + spread) / (1 + weight))


@dataclass(frozen=True, slots=True)
class LabelledPlate:
    """A box of the truth; a blank ``text`` is not readable, an ignored one is neither right nor extra.

    ``corners`` are known for some: x, y in pixels, clockwise from the plate's top-left.
    """

    box: Box
    text: str
    ignored: bool = False
    corners: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class FoundPlate:
    quad: Quad
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class SceneMatch:
    """``pairs`` holds every labelled plate that counts, with what was found there or None; ``extra`` the rest."""

    pairs: tuple[tuple[LabelledPlate, FoundPlate | None], ...]
    extra: tuple[FoundPlate, ...]


def corner_error(corners: Sequence[tuple[float, float]], quad: Quad) -> float:
    """Mean distance of the four corners as a share of the plate's width, both clockwise from its top-left."""
    truth = np.asarray(corners, np.float64)
    width = (np.linalg.norm(truth[1] - truth[0]) + np.linalg.norm(truth[2] - truth[3])) / 2
    return float(np.linalg.norm(quad - truth, axis=1).mean() / max(width, 1e-9))


def match_plates(labelled: Sequence[LabelledPlate], found: Sequence[FoundPlate], threshold: float = 0.5) -> SceneMatch:
    """One to one, best score first: each found plate takes the free box it overlaps most, from ``threshold`` IoU on.

    Boxes that count are offered before ignored ones; an ignored box may take any number of quads.
    """
    counting = [plate for plate in labelled if not plate.ignored]
    ignored = [plate.box for plate in labelled if plate.ignored]
    partner: dict[int, FoundPlate] = {}
    extra: list[FoundPlate] = []
    for plate in sorted(found, key=lambda plate: plate.score, reverse=True):
        box = bounding_box(plate.quad)
        overlaps = {n: box_iou(label.box, box) for n, label in enumerate(counting) if n not in partner}
        best = max(overlaps, key=overlaps.__getitem__, default=None)
        if best is not None and overlaps[best] >= threshold:
            partner[best] = plate
        elif not any(box_iou(other, box) >= threshold for other in ignored):
            extra.append(plate)
    return SceneMatch(tuple((label, partner.get(n)) for n, label in enumerate(counting)), tuple(extra))
