"""From readings to one verdict: every text that the plate may bear is weighed by every reading."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from pipeline.ensemble.align import align
from pipeline.ensemble.evidence import Evidence, weigh
from pipeline.ensemble.rank import has_colour, rank_formats
from pipeline.ensemble.strength import UNMEASURED, Company, Strengths
from pipeline.plate.doubts import doubt
from pipeline.plate.grammar import Match, parse
from pipeline.plate.types import Ballot, Doubt, PlateColour, Reading, SlotVote, Verdict

# Below this calibrated probability a character is worth a second look.
SURE = 0.7
# A rival with so large a share of the winner's probability makes it a tie.
TIE = 0.5

_RIVALS, _ALTERNATIVES = 3, 4  # shown of each slot, and of the whole
_NEGLIGIBLE = 1e-3

Emphasis = Mapping[tuple[str, str], float]
"""By (reader, enhancer), how much its reading counts: 1 as measured, 0 not at all."""


def decide(
    readings: Sequence[Reading],
    colour: PlateColour = PlateColour.UNKNOWN,
    aspect: float | None = None,
    strengths: Strengths = UNMEASURED,
    emphasis: Emphasis | None = None,
) -> Verdict:
    """The verdict over any number of readings; readings that saw nothing have no vote.

    A single reading is the verdict as it is. Of several, each counts as was measured for its reader in this company;
    a reader's readings of several enhancements share its weight. Texts that a plate can bear come first unless another
    is far likelier. The confidence is the probability that the whole text is right. Where nobody saw anything, the
    text is empty and the grammar's doubt is ``illegible``.

    Args:
        colour, aspect: as :func:`rank_formats` has them; they never change the text.
        strengths: what was measured of the readers.
        emphasis: what a person makes of the readings; 0 takes one out.
    """
    emphasis = emphasis or {}
    voting = [r for r in readings if r.characters and emphasis.get((r.reader, r.enhancer), 1.0) > 0]
    company = strengths.company(reading.reader for reading in voting)
    if len(voting) > 1:
        verdict = _vote(voting, strengths, company or Company(), emphasis)
        least = company.sure_from if company else max(reading.sure_from for reading in voting)
    else:
        verdict = _take_over(voting[0]) if voting else Verdict("", 0.0)
        least = voting[0].sure_from if voting else 0.0
    parsed = parse(verdict.text)
    matches = rank_formats(parsed.matches, colour, aspect)
    doubts = (
        *(matches[0].doubts if matches else parsed.doubts),
        *_unusual(matches, colour),
        *_abstains(verdict.confidence, least),
        *_unsure(verdict.slots),
    )
    return replace(verdict, text=parsed.text, formats=tuple(match.format.name for match in matches), doubts=doubts)


def _take_over(reading: Reading) -> Verdict:
    """A single reading as a verdict."""
    slots = tuple(
        SlotVote(ballot.char, ballot.probability, (ballot,), ballot.others[:_RIVALS]) for (ballot,) in align([reading])
    )
    return Verdict(reading.text, reading.confidence, slots, alternatives=reading.alternatives[:_ALTERNATIVES])


def _vote(voting: Sequence[Reading], strengths: Strengths, company: Company, emphasis: Emphasis) -> Verdict:
    """The likeliest text by all readings, with each character's share of all that is likely."""
    slots = align(voting)
    evidence = weigh(voting, slots, strengths)
    ours, theirs = _weights(voting, company, emphasis)
    chances = evidence.chances(ours, theirs, company.illegal)
    best = int(chances.argmax())
    weights = {(r.reader, r.enhancer): float(w) for r, w in zip(voting, ours + theirs, strict=True)}
    ballots = [tuple(replace(b, weight=weights[b.reader, b.enhancer]) for b in its) for its in slots]
    filled = starmap(_slot, zip(evidence.rows[best], _marginals(evidence, chances), ballots, strict=True))
    (confidence,) = company.confidence.apply([float(chances[best])])
    others = _others(evidence, chances, best, 1 - confidence)
    return Verdict(evidence.texts[best], confidence, tuple(slot for slot in filled if slot.char), alternatives=others)


def _weights(
    voting: Sequence[Reading], company: Company, emphasis: Emphasis
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much each reading's texts and slots count: as its reader's, shared out among that reader's readings.

    In a company that nobody measured, the readers count alike, and less the more they are, as they err alike.
    """
    shares = Counter(reading.reader for reading in voting)
    usual = 0.5 / math.sqrt(len(shares))
    pairs = [
        (
            company.texts.get(r.reader, usual) * emphasis.get((r.reader, r.enhancer), 1.0) / shares[r.reader],
            company.slots.get(r.reader, usual) * emphasis.get((r.reader, r.enhancer), 1.0) / shares[r.reader],
        )
        for r in voting
    ]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])


def _marginals(evidence: Evidence, chances: NDArray[np.float64]) -> list[dict[str, float]]:
    """For each slot, the probability of every character over all candidate texts."""
    slots: list[dict[str, float]] = [{} for _ in evidence.rows[0]]
    for row, chance in zip(evidence.rows, chances.tolist(), strict=True):
        for slot, char in zip(slots, row, strict=True):
            slot[char] = slot.get(char, 0.0) + chance
    return slots


def _slot(char: str, chances: Mapping[str, float], ballots: tuple[Ballot, ...]) -> SlotVote:
    rivals = sorted(((c, p) for c, p in chances.items() if c != char and p >= _NEGLIGIBLE), key=lambda pair: -pair[1])
    return SlotVote(char, min(1.0, chances[char]), ballots, tuple(rivals[:_RIVALS]))


def _others(evidence: Evidence, chances: NDArray[np.float64], best: int, left: float) -> tuple[tuple[str, float], ...]:
    """The likeliest other texts, which share what the best one leaves."""
    scale = left / max(1 - float(chances[best]), 1e-12)
    ranked = [(evidence.texts[n], min(1.0, float(chances[n]) * scale)) for n in np.argsort(-chances) if n != best]
    return tuple(pair for pair in ranked[:_ALTERNATIVES] if pair[1] >= _NEGLIGIBLE)


def _unusual(matches: Sequence[Match], colour: PlateColour) -> tuple[Doubt, ...]:
    contradicted = matches and not any(has_colour(match, colour) for match in matches)
    return (doubt("colour_unusual", colour=colour),) if contradicted else ()


def _abstains(confidence: float, least: float) -> tuple[Doubt, ...]:
    if confidence >= least:
        return ()
    return (doubt("abstains", percent=round(100 * confidence), least=min(100, math.ceil(100 * least))),)


def _unsure(slots: Sequence[SlotVote]) -> tuple[Doubt, ...]:
    """A sentence for each slot that is worth a second look: a tie names the rival."""
    doubts = []
    for n, slot in enumerate(slots, start=1):
        rival, share = next(((char, p) for char, p in slot.rivals if char), ("", 0.0))
        if slot.probability < SURE and share >= TIE * slot.probability:
            doubts.append(doubt("tie", char=slot.char, other=rival, position=n))
        elif slot.probability < SURE:
            doubts.append(doubt("low_confidence", char=slot.char, position=n, percent=round(100 * slot.probability)))
    return tuple(doubts)
