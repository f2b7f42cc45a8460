"""Hard plates before people, one at a time: claimed, answered, skipped, taken back."""

from __future__ import annotations

from datetime import timedelta

from pipeline.errors import CaseTaken as CaseTaken
from pipeline.plate.alphabet import normalise
from pipeline.plate.types import Quad, Review
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import StoredCase, StoredReview

REFUSALS = ("unreadable", "not_a_plate")
"""States of an answer without a text."""


def claim(bench: Workbench, reviewer: str) -> StoredCase | None:
    """The case that is before ``reviewer`` now, with its lease begun anew; None where nothing is left for them.

    Raises:
        StoreError: the state folder cannot be written.
    """
    return bench.store.cases.claim(reviewer, _lease(bench))


def following(bench: Workbench, reviewer: str) -> StoredCase | None:
    """The case that ``reviewer`` will most likely be given next, to get ready for it."""
    return bench.store.cases.following(reviewer)


def accept(bench: Workbench, case: StoredCase, reviewer: str, text: str, quad: Quad | None = None) -> StoredReview:
    """Keeps the text beside the raw reading: confirmed where it is the same, corrected where it is another.

    Spaces and hyphens are dropped and the text becomes NFC; nothing is left of an unreadable plate.

    Args:
        quad: the plate's corners in its picture, where they had to be fixed.

    Raises:
        NotFound: no such case.
        CaseTaken: the case has its answer, or another has it by now.
    """
    truth = normalise(text)
    if not truth:
        return refuse(bench, case, reviewer, "unreadable")
    read = bench.store.inspections.get(case.flag.inspection_id).inspection.verdict.text
    state = "confirmed" if truth == read else "corrected"
    return bench.store.cases.answer(case.id, Review(case.flag.inspection_id, truth, reviewer, state, quad))


def refuse(bench: Workbench, case: StoredCase, reviewer: str, state: str) -> StoredReview:
    """Says why there is no text: one of :data:`REFUSALS`.

    Raises:
        NotFound: no such case.
        CaseTaken: the case has its answer, or another has it by now.
    """
    return bench.store.cases.answer(case.id, Review(case.flag.inspection_id, "", reviewer, state))


def skip(bench: Workbench, case: StoredCase, reviewer: str) -> None:
    """Leaves a case to others.

    Raises:
        NotFound: no such case.
        CaseTaken: another has it by now.
    """
    bench.store.cases.skip(case.id, reviewer)


def undo(bench: Workbench, reviewer: str, skipped: int | None = None) -> StoredCase | None:
    """Puts the last case before ``reviewer`` again: the one they ``skipped`` since, else the last they answered.

    An answer that is taken back stays to be seen and counts no longer. None where there is nothing to take back.

    Raises:
        CaseTaken: another has the skipped case by now.
    """
    if skipped is not None:
        return bench.store.cases.take_up(skipped, reviewer, _lease(bench))
    return bench.store.cases.undo(reviewer, _lease(bench))


def _lease(bench: Workbench) -> timedelta:
    return timedelta(minutes=bench.config.review_lease_minutes)
