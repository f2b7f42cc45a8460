"""How much a person's answer about a plate is worth: how likely its verdict is wrong, and whether anybody can tell.

The verdict's confidence is calibrated, so its odds of being wrong are where the score begins. They are right for plates
like those it was measured on; what else speaks against a verdict tells of the others. Each such sign multiplies the
odds, as independent evidence does (naive Bayes), and the score rises with each.

Of 1,447 drawn photographs, read by ``fast``, 30.2 % were read wrong, and by their confidence 30.7 %:

===================  ======  ==============  ===============
plates with          number  wrong, percent  by confidence
===================  ======  ==============  ===============
text of no format    72      100             98
``colour_unusual``   19      95              83
``abstains``         726     58              58
``unusual_format``   10      50              53
``out_of_focus``     183     70              69
===================  ======  ==============  ===============

So a guess, an unusual format and a blurred picture say nothing that the confidence has not said, and are reasons
without weight; a colour that does not fit the text says four times as much, and so, for plates of kinds that the reader
never saw, must the grammar.

What nobody can read is as wrong as can be, and asking a person brings nothing. So the picture's own troubles lower what
an answer is worth, and the score is the one times the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.plate.doubts import doubt
from pipeline.plate.formats import FORMATS
from pipeline.plate.types import Doubt, Inspection, Reading

_SUREST = 0.98
"""What a confidence of 1 counts for: of plates unlike all it was measured on, it says little."""
_CONTRADICTED = 4.0
"""By how much a colour or a grammar that contradicts the text multiplies the odds; measured, see above."""
_DISAGREED = 2.0  # by as much if all other readings differ: the vote has weighed them already
_NEAR_MISS = 3.0  # judged, not measured: by chance few plates lie beside a known one, and misread ones often do
_BROKEN = 1.3
# What is left of an answer's worth; a picture with several troubles is worth their product.
_WORTH = {
    "too_small": 0.5,
    "out_of_focus": 0.5,
    "too_dark": 0.7,
    "too_bright": 0.7,
    "low_contrast": 0.7,
    "cut_off": 0.5,
}
_UNWEIGHED = frozenset({"abstains", "unusual_format"})
_LEFT_OUT = frozenset({"illegible", "low_confidence", "tie"})
"""Doubts of single characters, and the one that is said anew."""
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of an inspection tells how hard it is; ``failures`` counts backends that broke."""

    text: str
    confidence: float
    formats: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    hints: tuple[Doubt, ...]
    readings: tuple[Reading, ...]
    lines: int = 0
    failures: int = 0

    @classmethod
    def of(cls, inspection: Inspection) -> Evidence:
        verdict = inspection.verdict
        return cls(
            verdict.text,
            verdict.confidence,
            verdict.formats,
            verdict.doubts,
            inspection.hints,
            inspection.readings,
            inspection.crop.lines,
            len(inspection.failures),
        )


@dataclass(frozen=True, slots=True)
class Hardness:
    """``error`` is about the probability that the verdict is wrong, ``worth`` what is left of an answer's; both 0…1.

    ``reasons`` stand gravest first. Plates of one ``likeness`` are of one kind: format or shape of the text, lines,
    colour and the gravest reason.
    """

    error: float
    worth: float
    reasons: tuple[Doubt, ...]
    likeness: str

    @property
    def score(self) -> float:
        return self.error * self.worth


def hardness(seen: Evidence, beside: str = "") -> Hardness:
    """How hard a plate is.

    Args:
        beside: a known text that one character parts from the verdict's.
    """
    signs = sorted(_signs(seen, beside), key=lambda sign: -sign[1])
    reasons = tuple(dict.fromkeys([*(said for said, _ in signs), *seen.hints]))
    return Hardness(
        _error(seen.confidence if seen.text else 0.0, math.prod(weight for _, weight in signs)),
        math.prod(_WORTH.get(hint.code, 1.0) for hint in seen.hints),
        reasons,
        _likeness(seen, reasons),
    )


def _signs(seen: Evidence, beside: str) -> Iterator[tuple[Doubt, float]]:
    """Each reason with what it multiplies the odds by."""
    if not seen.text:
        yield doubt("illegible"), 1.0
    contradicted = False
    for said in seen.doubts:
        if said.code in _UNWEIGHED:
            yield said, 1.0
        elif said.code not in _LEFT_OUT:
            yield said, 1.0 if contradicted else _CONTRADICTED  # what one wrong character breaks is doubted twice
            contradicted = True
    if seen.text and seen.confidence < _SURE and not any(said.code == "abstains" for said in seen.doubts):
        yield doubt("uncertain", percent=round(100 * seen.confidence)), 1.0
    read = [reading for reading in seen.readings if reading.characters]
    others = [reading for reading in read if reading.text != seen.text]
    if others and len(read) > 1:
        surest = max(others, key=lambda reading: reading.confidence)
        share = len(others) / len(read)
        yield doubt("readers_disagree", count=len(others), total=len(read), other=surest.text), _DISAGREED**share
    if beside:
        yield doubt("near_miss", known=beside), _NEAR_MISS
    if seen.failures:
        yield doubt("reader_failed", count=seen.failures), _BROKEN


def _error(confidence: float, weight: float) -> float:
    right = _SUREST * confidence
    wrong = (1.0 - right) * weight
    return wrong / (wrong + right)


def _likeness(seen: Evidence, reasons: tuple[Doubt, ...]) -> str:
    format = FORMATS.get(next(iter(seen.formats), ""))
    looks = dict(pair for said in seen.doubts if said.code == "colour_unusual" for pair in said.about)
    colour = looks.get("colour") or (format.colours[0].value if format else "")
    shape = format.name if format else "".join("0" if char.isdecimal() else "가" for char in seen.text)
    return " ".join(filter(None, (shape, f"{seen.lines or '?'}", colour, reasons[0].code if reasons else "")))
