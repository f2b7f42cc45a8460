"""Plates as a run would have left them."""

from __future__ import annotations

from pipeline.analysis.outcome import Measures, Outcome, OutcomeKind


def outcome(truth: str, read: str, confidence: float = 0.9, **changes: object) -> Outcome:
    values = {"file": f"{truth}.png", "plate": 0, "kind": OutcomeKind.CROP, "found": bool(read)} | changes
    return Outcome(truth=truth, read=read, confidence=confidence, **values)  # type: ignore[arg-type]


def seen(**measures: object) -> Measures:
    return Measures(**measures)  # type: ignore[arg-type]
