"""Where a text differs from the one it should be, piece by piece, for whoever colours it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Difference(StrEnum):
    SAME = "same"
    WRONG = "wrong"
    EXTRA = "extra"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters; where some are missing, ``text`` holds those that should stand there."""

    text: str
    difference: Difference


def differences(read: str, truth: str) -> tuple[Piece, ...]:
    """The pieces of ``read`` in order, and between them what it lacks of ``truth``."""
    pieces: list[Piece] = []
    for kind, i, j, start, end in SequenceMatcher(None, truth, read, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(read[start:end], Difference.SAME))
            continue
        replaced = min(j - i, end - start)
        parts = (
            Piece(read[start : start + replaced], Difference.WRONG),
            Piece(read[start + replaced : end], Difference.EXTRA),
            Piece(truth[i + replaced : j], Difference.MISSING),
        )
        pieces += [piece for piece in parts if piece.text]
    return tuple(pieces)
