"""A recipe's scores on labelled pictures, as ``evaluate`` reports them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from pydantic import BaseModel

from pipeline.analysis.metrics import SceneMatch, character_error_rate, corner_error, exact, plain, wilson
from pipeline.analysis.reliability import ReliabilityBin, reliability, right_characters
from pipeline.plate.types import Verdict

Interval = tuple[float, float]


class CropScores(BaseModel):
    """``n`` crops with a text, ``exact`` of them right; ``cer`` in edits per character of truth."""

    n: int
    exact: int
    cer: float
    exact_interval: Interval

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> CropScores:
        """Of (truth, read) pairs."""
        right = sum(exact(truth, read) for truth, read in pairs)
        return cls(n=len(pairs), exact=right, cer=character_error_rate(pairs), exact_interval=wilson(right, len(pairs)))


class DistinctScores(BaseModel):
    """Plates that recur count once: ``once`` read right in one view at least, ``always`` in every view."""

    plates: int
    once: int
    always: int


class SceneScores(BaseModel):
    """``plates`` labelled, ``found`` of them; ``readable`` have a text, ``exact`` of these were found and read right.

    ``extra`` boxes lie on no labelled plate. ``corner_error`` is the median over the found plates whose corners are
    known, as a share of the plate's width; None where there are none. The intervals are Wilson's, 95 %.
    """

    plates: int
    found: int
    readable: int
    exact: int
    extra: int
    found_interval: Interval
    exact_interval: Interval
    distinct: DistinctScores
    corner_error: float | None = None

    @classmethod
    def of(cls, matches: Sequence[SceneMatch]) -> SceneScores:
        pairs = [pair for match in matches for pair in match.pairs]
        found = sum(plate is not None for _, plate in pairs)
        views: defaultdict[str, list[bool]] = defaultdict(list)
        for truth, read in readings(matches):
            views[plain(truth)].append(exact(truth, read))
        rights = [right for seen in views.values() for right in seen]
        errors = [corner_error(label.corners, plate.quad) for label, plate in pairs if plate and label.corners]
        return cls(
            plates=len(pairs),
            found=found,
            readable=len(rights),
            exact=sum(rights),
            extra=sum(len(match.extra) for match in matches),
            found_interval=wilson(found, len(pairs)),
            exact_interval=wilson(sum(rights), len(rights)),
            distinct=DistinctScores(
                plates=len(views), once=sum(map(any, views.values())), always=sum(map(all, views.values()))
            ),
            corner_error=median(errors) if errors else None,
        )


class AnswerScores(BaseModel):
    """``n`` readable plates were found and read; of them ``answered`` were no guesses, and ``right`` of these exact."""

    n: int
    answered: int
    right: int
    right_interval: Interval


class CalibrationScores(BaseModel):
    """How far the probabilities of ``n`` characters are from what was right: the expected calibration error, 0…1."""

    n: int
    error: float
    bins: list[ReliabilityBin]


class TrustScores(BaseModel):
    """Whether a recipe knows what it knows."""

    answers: AnswerScores
    calibration: CalibrationScores

    @classmethod
    def of(cls, verdicts: Sequence[tuple[str, Verdict]]) -> TrustScores:
        """Of (truth, verdict) of readable plates."""
        answered = [exact(truth, verdict.text) for truth, verdict in verdicts if not verdict.abstains]
        right = [mark for truth, verdict in verdicts for mark in right_characters(truth, verdict.text)]
        found = reliability([slot.probability for _, verdict in verdicts for slot in verdict.slots], right)
        interval = wilson(sum(answered), len(answered))
        return cls(
            answers=AnswerScores(n=len(verdicts), answered=len(answered), right=sum(answered), right_interval=interval),
            calibration=CalibrationScores(n=len(right), error=found.error, bins=list(found.bins)),
        )


def readings(matches: Sequence[SceneMatch]) -> list[tuple[str, str]]:
    """(truth, read) of every readable plate; read is empty where it was not found."""
    return [
        (label.text, plate.text if plate else "")
        for match in matches
        for label, plate in match.pairs
        if plain(label.text)
    ]
