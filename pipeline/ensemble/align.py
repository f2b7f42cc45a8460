"""Brings readings of different lengths into columns: one slot of the plate each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.plate.types import Ballot, Character, Reading

Column = tuple[Character | None, ...]

# A mismatch costs less than the two gaps it would replace, so look-alikes share a slot.
MATCH, MISMATCH, GAP = 2.0, -0.5, -1.0


def align(readings: Sequence[Reading]) -> list[tuple[Ballot, ...]]:
    """The ballots of each slot: one from every reading that saw anything, the surest reading's first.

    The surest reading is laid out first and the others are fitted to it. Where a reading has no character for a slot,
    it casts an empty ballot, as sure as the less sure of its neighbours there.
    """
    seen = sorted((r for r in readings if r.characters), key=_certainty, reverse=True)
    columns: list[Column] = []
    for count, reading in enumerate(seen):
        columns = list(_fit(columns, reading.characters, count))
    rows = [_fill_gaps([column[n] for column in columns], reading) for n, reading in enumerate(seen)]
    return list(zip(*rows, strict=True))


def _certainty(reading: Reading) -> float:
    return float(np.mean([character.probability for character in reading.characters]))


def _fit(columns: Sequence[Column], characters: Sequence[Character], count: int) -> Iterator[Column]:
    """The columns of ``count`` readings with one more reading fitted in (Needleman and Wunsch, 1970)."""
    height, width = len(columns), len(characters)
    best = np.zeros((height + 1, width + 1))
    best[:, 0] = GAP * np.arange(height + 1)
    best[0, :] = GAP * np.arange(width + 1)
    for i, j in np.ndindex(height, width):
        both = best[i, j] + _likeness(columns[i], characters[j])
        best[i + 1, j + 1] = max(both, best[i, j + 1] + GAP, best[i + 1, j] + GAP)

    path: list[Column] = []
    i, j = height, width
    while i or j:
        if i and j and best[i, j] == best[i - 1, j - 1] + _likeness(columns[i - 1], characters[j - 1]):
            i, j = i - 1, j - 1
            path.append((*columns[i], characters[j]))
        elif i and best[i, j] == best[i - 1, j] + GAP:
            i -= 1
            path.append((*columns[i], None))
        else:
            j -= 1
            path.append((*(None,) * count, characters[j]))
    return reversed(path)


def _likeness(column: Column, character: Character) -> float:
    chars = [other.char for other in column if other]
    share = chars.count(character.char) / len(chars)
    return MATCH * share + MISMATCH * (1 - share)


def _fill_gaps(row: Sequence[Character | None], reading: Reading) -> list[Ballot]:
    """A reading's ballots over all columns."""
    ballots = []
    for n, character in enumerate(row):
        if character is None:
            left = next((c.probability for c in reversed(row[:n]) if c), 1.0)
            right = next((c.probability for c in row[n + 1 :] if c), 1.0)
            ballots.append(Ballot(reading.reader, reading.enhancer, "", min(left, right)))
        else:
            ballots.append(Ballot(reading.reader, reading.enhancer, character.char, character.probability))
    return ballots
