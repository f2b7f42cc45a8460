"""Kinds of plates that no built-in format knows, learnt from the texts of plates that people have read.

A pattern is a place after another, each with the characters that may stand there. It travels with the network that was
trained on such plates, so that its decoder takes them for plates, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pipeline.plate.alphabet import DIGITS
from pipeline.plate.prefix import GRAMMAR_AUTOMATON

Pattern: TypeAlias = tuple[str, ...]

LEAST = 5
"""Different plates that make a kind: of 3 % wrong answers hardly ever that many err in the same way."""

_ANY_DIGIT = "".join(DIGITS)


def learn_patterns(texts: Iterable[str], least: int = LEAST) -> tuple[Pattern, ...]:
    """The kinds of which at least ``least`` different texts are there, none of which any format allows.

    Where one plate has a digit any may stand; of letters, those that were seen.
    """
    kinds: dict[str, set[str]] = {}
    for text in set(texts):
        if text and not GRAMMAR_AUTOMATON.accepts(text):
            kinds.setdefault("".join("0" if char in DIGITS else "-" for char in text), set()).add(text)
    return tuple(
        tuple(
            _ANY_DIGIT if place == "0" else "".join(sorted({text[n] for text in seen})) for n, place in enumerate(kind)
        )
        for kind, seen in sorted(kinds.items())
        if len(seen) >= least
    )


def join_patterns(known: Iterable[Pattern], learnt: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """Both; where two are of one kind, as one that allows what either does."""
    kinds: dict[tuple[bool, ...], Pattern] = {}
    for pattern in (*known, *learnt):
        kind = tuple(place == _ANY_DIGIT for place in pattern)
        other = kinds.get(kind, pattern)
        kinds[kind] = tuple("".join(sorted({*a, *b})) for a, b in zip(pattern, other, strict=True))
    return tuple(kinds.values())
