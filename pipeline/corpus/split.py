"""Divides plates by their texts: a car that comes again is never both learnt from and tested on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from pipeline.corpus.snapshot import Split

SHARES = {Split.TEST: 0.15, Split.VALIDATION: 0.15}
"""What is held back of the texts; the rest is to learn from."""
_LEAST = 0.6
"""Of its share, what a split has at least; chance alone leaves one of ten plates empty one time in five."""


def split_texts(texts: Iterable[str], salt: str, known: Mapping[str, Split] | None = None) -> dict[str, Split]:
    """The split of every text: a text's own hash says it, so it stays where it is when others come.

    Args:
        salt: the data set's name; two of them are divided differently.
        known: splits of earlier versions, which are kept: what was tested on is never learnt from, nor the other way
            round.
    """
    known = known or {}
    places = {text: _place(text, salt) for text in dict.fromkeys(texts)}
    found = {text: known.get(text) or _split_at(place) for text, place in places.items()}
    for split in Split:
        wanted = max(1, int(_LEAST * SHARES.get(split, 0) * len(found)))
        while sum(its is split for its in found.values()) < wanted and (text := _spare(split, found, places, known)):
            found[text] = split
    return found


def _split_at(place: float) -> Split:
    if place < SHARES[Split.TEST]:
        return Split.TEST
    return Split.VALIDATION if place < sum(SHARES.values()) else Split.TRAIN


def _spare(split: Split, found: Mapping[str, Split], places: Mapping[str, float], known: Mapping[str, Split]) -> str:
    """The next new text of the fullest other split, by its hash; "" where none can do without one."""
    counts = Counter(found.values())
    least = 1 if split is Split.TRAIN else 2  # without plates to learn from there is no point in the others
    free = [text for text, its in found.items() if its is not split and text not in known and counts[its] >= least]
    return min(free, key=lambda text: (-counts[found[text]], places[text]), default="")


def _place(text: str, salt: str) -> float:
    """0…1, as good as drawn."""
    digest = hashlib.sha256(f"{salt}\n{text}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
