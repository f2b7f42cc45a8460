"""The numbers that head a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.analysis.metrics import character_error_rate, wilson
from pipeline.analysis.outcome import Outcome, OutcomeKind
from pipeline.analysis.reliability import reliability

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """``exact`` of ``n`` plates with a text are read right, at ``cer`` edits a character of truth.

    ``found`` of ``plates`` labelled in scenes are found, with ``extra`` boxes on no plate. ``answered`` of the scored
    plates are no guesses, ``answered_right`` of these exact. ``calibration`` is the expected calibration error of whole
    texts, 0…1. The intervals are Wilson's, 95 %.
    """

    n: int
    exact: int
    exact_interval: Interval
    cer: float
    plates: int
    found: int
    found_interval: Interval
    extra: int
    answered: int
    answered_right: int
    calibration: float

    @property
    def share(self) -> float:
        return self.exact / self.n if self.n else 0.0


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    scored = [outcome for outcome in outcomes if outcome.scored]
    in_scenes = [outcome for outcome in outcomes if outcome.kind is OutcomeKind.SCENE]
    answered = [outcome for outcome in scored if not outcome.abstains]
    right = sum(outcome.exact for outcome in scored)
    found = sum(outcome.found for outcome in in_scenes)
    read = [outcome for outcome in scored if outcome.read]
    return Summary(
        n=len(scored),
        exact=right,
        exact_interval=wilson(right, len(scored)),
        cer=character_error_rate([(outcome.truth, outcome.read) for outcome in scored]),
        plates=len(in_scenes),
        found=found,
        found_interval=wilson(found, len(in_scenes)),
        extra=sum(outcome.kind is OutcomeKind.EXTRA for outcome in outcomes),
        answered=len(answered),
        answered_right=sum(outcome.exact for outcome in answered),
        calibration=reliability([o.confidence for o in read], [o.exact for o in read]).error,
    )
