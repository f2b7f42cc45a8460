"""Tables on a terminal, where a Hangul syllable is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with spaces; with ``right`` it is pushed to the right."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers_from: int = 1) -> Iterator[str]:
    """Aligned lines; columns from ``numbers_from`` on are pushed to the right."""
    columns = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (pad(cell, columns[n], right=n >= numbers_from) for n, cell in enumerate(row))
        yield "  ".join(cells).rstrip()
