"""From readings to one verdict: ballots are counted per slot, weighted by how sure each reader is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.ensemble.align import align
from pipeline.ensemble.rank import has_colour, rank_formats
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.doubts import doubt
from pipeline.plate.grammar import Match, parse
from pipeline.plate.types import Ballot, Doubt, PlateColour, Reading, SlotVote, Verdict

# A ballot is never taken as entirely certain: log(0) would outvote everybody.
LEAST_DOUBT = 1e-6
# Below this calibrated probability a character is worth a second look.
SURE = 0.7


def decide(
    readings: Sequence[Reading], colour: PlateColour = PlateColour.UNKNOWN, aspect: float | None = None
) -> Verdict:
    """The verdict over any number of readings; readings that saw nothing have no vote.

    Its confidence is the probability that all slots are right at once, those voted away included. Where nobody saw
    anything, the text is empty and the grammar's doubt is ``illegible``. ``colour`` and ``aspect`` (as
    :func:`rank_formats` has them) never change the text.
    """
    slots = [count_ballots(ballots) for ballots in align(readings)]
    kept = tuple(slot for slot in slots if slot.char)
    parsed = parse("".join(slot.char for slot in kept))
    matches = rank_formats(parsed.matches, colour, aspect)
    confidence = _together(readings, parsed.text, math.prod(slot.probability for slot in slots)) if kept else 0.0
    doubts = (
        *(matches[0].doubts if matches else parsed.doubts),
        *_unusual(matches, colour),
        *_abstains(readings, confidence),
        *_unsure(kept),
    )
    names = tuple(match.format.name for match in matches)
    return Verdict(text=parsed.text, confidence=confidence, slots=kept, formats=names, doubts=doubts)


def count_ballots(ballots: Sequence[Ballot]) -> SlotVote:
    """The likeliest character of a slot, taking the ballots as independent.

    A ballot of probability p gives p to its own character and shares 1 - p evenly among all others (and the empty
    slot), so a single ballot keeps its probability and agreeing ones strengthen each other. Ties go to the first.
    """
    others = len(CHARACTERS)  # every character but its own, plus the empty slot
    sure = [(b.char, min(max(b.probability, LEAST_DOUBT), 1 - LEAST_DOUBT)) for b in ballots]
    scores = {
        char: sum(math.log(p if voted == char else (1 - p) / others) for voted, p in sure)
        for char in dict.fromkeys(voted for voted, _ in sure)
    }
    unnamed = sum(math.log((1 - p) / others) for _, p in sure)
    peak = max(*scores.values(), unnamed)
    total = sum(math.exp(s - peak) for s in scores.values())
    total += (others + 1 - len(scores)) * math.exp(unnamed - peak)
    char = max(scores, key=scores.__getitem__)
    return SlotVote(char, math.exp(scores[char] - peak) / total, tuple(ballots))


def _together(readings: Sequence[Reading], text: str, product: float) -> float:
    """The verdict's confidence, from its slots' ``product``: characters of one reading are right or wrong together.

    How much more likely that makes a whole text, the surest reading of this very text says.
    """
    same = [reading for reading in readings if reading.text == text and reading.product > 0]
    surest = max(same, key=lambda reading: reading.confidence, default=None)
    return product if surest is None else min(1.0, product * surest.confidence / surest.product)


def _unusual(matches: Sequence[Match], colour: PlateColour) -> tuple[Doubt, ...]:
    contradicted = matches and not any(has_colour(match, colour) for match in matches)
    return (doubt("colour_unusual", colour=colour),) if contradicted else ()


def _abstains(readings: Sequence[Reading], confidence: float) -> tuple[Doubt, ...]:
    """Held to the most careful of the readers that saw something."""
    least = max((reading.sure_from for reading in readings if reading.characters), default=0.0)
    if confidence >= least:
        return ()
    return (doubt("abstains", percent=round(100 * confidence), least=min(100, math.ceil(100 * least))),)


def _unsure(slots: Sequence[SlotVote]) -> tuple[Doubt, ...]:
    return tuple(
        doubt("low_confidence", char=slot.char, position=n, percent=round(100 * slot.probability))
        for n, slot in enumerate(slots, start=1)
        if slot.probability < SURE
    )
