"""Brings readings of different lengths into columns: one slot of the plate each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.plate.types import Ballot, Character, Reading

Column = tuple[str, ...]
"""What each reading says in one slot, empty where it has no character there."""

# A mismatch costs less than the two gaps it would replace, so look-alikes share a slot.
MATCH, MISMATCH, GAP = 2.0, -0.5, -1.0

_NAMED = 0.95
"""The most of a ballot's doubt that goes to the characters its reading names as possible; others are possible, too."""


def align(readings: Sequence[Reading]) -> list[tuple[Ballot, ...]]:
    """The ballots of each slot: one from every reading that saw anything, the surest reading's first.

    The surest reading is laid out first and the others are fitted to it. Where a reading has no character for a slot,
    it casts an empty ballot, as sure as the less sure of its neighbours there. Its alternatives become the ballots'
    ``others``.
    """
    seen = sorted((r for r in readings if r.characters), key=_certainty, reverse=True)
    columns: list[Column] = []
    for reading in seen:
        columns = [column for column, _ in _fit(columns, reading.text)] if columns else [(c,) for c in reading.text]
    rows = [_ballots(columns, n, reading) for n, reading in enumerate(seen)]
    return list(zip(*rows, strict=True))


def lay_out(slots: Sequence[tuple[Ballot, ...]], text: str) -> tuple[tuple[str, ...], int]:
    """(what ``text`` says in each slot, empty where nothing; how many of its characters have no slot)."""
    columns = [tuple(ballot.char for ballot in ballots) for ballots in slots]
    for row in zip(*columns, strict=True):
        if "".join(row) == text:
            return row, 0
    fitted = _fit(columns, text)
    return tuple(column[-1] for column, new in fitted if not new), sum(new for _, new in fitted)


def _certainty(reading: Reading) -> float:
    return float(np.mean([character.probability for character in reading.characters]))


def _fit(columns: Sequence[Column], text: str) -> list[tuple[Column, bool]]:
    """The columns with one more text fitted in, and whether each is new (Needleman and Wunsch, 1970)."""
    height, width, rows = len(columns), len(text), len(columns[0]) if columns else 0
    likeness = [[_likeness(column, char) for char in text] for column in columns]
    best = [[GAP * j for j in range(width + 1)]]
    for i in range(height):
        above, row = best[i], [GAP * (i + 1)]
        for j in range(width):
            row.append(max(above[j] + likeness[i][j], above[j + 1] + GAP, row[j] + GAP))
        best.append(row)

    path: list[tuple[Column, bool]] = []
    i, j = height, width
    while i or j:
        if i and j and best[i][j] == best[i - 1][j - 1] + likeness[i - 1][j - 1]:
            i, j = i - 1, j - 1
            path.append(((*columns[i], text[j]), False))
        elif i and best[i][j] == best[i - 1][j] + GAP:
            i -= 1
            path.append(((*columns[i], ""), False))
        else:
            j -= 1
            path.append(((*("",) * rows, text[j]), True))
    path.reverse()
    return path


def _likeness(column: Column, char: str) -> float:
    named = [other for other in column if other]
    share = named.count(char) / len(named) if named else 0.0
    return MATCH * share + MISMATCH * (1 - share)


def _ballots(columns: Sequence[Column], row: int, reading: Reading) -> list[Ballot]:
    """A reading's ballots over all columns; it is the one of that number in each column."""
    characters = iter(reading.characters)
    cast = [next(characters) if column[row] else None for column in columns]
    others = _others(columns, [column[row] for column in columns], reading)
    return [
        Ballot(reading.reader, reading.enhancer, char, probability, _within(other, 1 - probability))
        for (char, probability), other in zip(_with_gaps(cast), others, strict=True)
    ]


def _with_gaps(cast: Sequence[Character | None]) -> Iterator[tuple[str, float]]:
    for n, character in enumerate(cast):
        if character is None:
            left = next((c.probability for c in reversed(cast[:n]) if c), 1.0)
            right = next((c.probability for c in cast[n + 1 :] if c), 1.0)
            yield "", min(left, right)
        else:
            yield character.char, character.probability


def _others(columns: Sequence[Column], own: Sequence[str], reading: Reading) -> list[dict[str, float]]:
    """For each column, the probability of what the reading's alternatives say there and its text does not."""
    others: list[dict[str, float]] = [{} for _ in columns]
    for text, probability in reading.alternatives:
        for place, char in enumerate(_laid_out(columns, own, reading.text, text)):
            if char != own[place]:
                others[place][char] = others[place].get(char, 0.0) + probability
    return others


def _laid_out(columns: Sequence[Column], own: Sequence[str], text: str, other: str) -> list[str]:
    """``other`` in the columns in which ``text`` stands as ``own`` says; what fits no column is left out."""
    if len(text) == len(other):
        characters = iter(other)
        return [next(characters) if char else "" for char in own]
    return [column[-1] for column, new in _fit(columns, other) if not new]


def _within(others: dict[str, float], doubt: float) -> tuple[tuple[str, float], ...]:
    """Scaled to fit into a ballot's doubt, likeliest first."""
    scale = min(1.0, _NAMED * doubt / max(sum(others.values()), 1e-12))
    return tuple(sorted(((char, p * scale) for char, p in others.items() if p * scale > 0), key=lambda pair: -pair[1]))
