"""The text of a plate in the name of its picture: ``12가3456.jpg``, ``서울12가3456_2.png``, ``서울 12 가 3456.jpg``."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pipeline.plate.alphabet import REGIONS
from pipeline.plate.grammar import parse

_BETWEEN = re.compile(r"[\s_\-.,()\[\]{}~+#@]+")
_LONGEST = 6
"""Pieces that one text comes in at most: region, district, code, letter and a serial in two parts."""


def texts_in(name: str) -> list[str]:
    """What the name may mean: one text, or none, or several where it does not tell them apart.

    A piece between separators that is a plate's text by itself is taken as it is, with the region before it if there
    is one. Only where no piece is, neighbours are put together.
    """
    pieces = [piece for piece in _BETWEEN.split(PurePosixPath(name).stem) if piece]
    whole = [n for n, piece in enumerate(pieces) if _is_text(piece)]
    if whole:
        return list(dict.fromkeys(_with_region(pieces, n) for n in whole))
    joined = (
        "".join(pieces[start:end])
        for start in range(len(pieces))
        for end in range(start + 2, min(len(pieces), start + _LONGEST) + 1)
    )
    found = list(dict.fromkeys(text for text in joined if _is_text(text)))
    regional = [text for text in found if text.startswith(REGIONS)]
    return [text for text in found if not any(text != other and other.endswith(text) for other in regional)]


def _with_region(pieces: list[str], n: int) -> str:
    before = pieces[n - 1] if n else ""
    return before + pieces[n] if before in REGIONS and _is_text(before + pieces[n]) else pieces[n]


def _is_text(piece: str) -> bool:
    """Plates without a letter are left to other forms: eight digits are a date as well."""
    return not piece.isdecimal() and bool(parse(piece).matches)
