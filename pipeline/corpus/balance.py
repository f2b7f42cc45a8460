"""How often each kind of plate is there, and how often each plate should come while a reader learns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.corpus.snapshot import SnapshotPlate
from pipeline.plate.alphabet import REGIONS

_MOST = 4
"""A plate comes at most so many times as often as a usual one: a few plates seen too often are learnt by heart."""


def class_counts(plates: Iterable[SnapshotPlate]) -> dict[str, dict[str, int]]:
    """Plates by format, colour, letter and region, the most frequent first; a plate without one counts in none."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("format", "colour", "letter", "region")}
    for plate in plates:
        found["format"][plate.format or "none"] += 1
        found["colour"][plate.colour or "unknown"] += 1
        found["letter"].update(set(_letters(plate.text)))
        found["region"].update(region for region in (_region(plate.text),) if region)
    return {name: dict(counter.most_common()) for name, counter in found.items()}


def repeats(plates: Sequence[SnapshotPlate]) -> tuple[int, ...]:
    """How many times each plate should come: 1 for one of the most frequent kind, up to 4 for a rare one.

    By the inverse square root of how often its format, or its rarest letter, is there (Mahajan et al., ECCV 2018):
    plain inverse frequency makes too much of what was seen once.
    """
    formats = Counter(plate.format for plate in plates)
    letters = Counter(letter for plate in plates for letter in set(_letters(plate.text)))
    most, often = max(formats.values(), default=1), max(letters.values(), default=1)

    def rarity(plate: SnapshotPlate) -> float:
        return max([most / formats[plate.format], *(often / letters[letter] for letter in _letters(plate.text))])

    return tuple(min(_MOST, round(rarity(plate) ** 0.5)) for plate in plates)


def _letters(text: str) -> Iterator[str]:
    """What is no digit and no part of the region."""
    return (char for char in text.removeprefix(_region(text)) if not char.isdecimal())


def _region(text: str) -> str:
    return next((region for region in REGIONS if text.startswith(region)), "")
