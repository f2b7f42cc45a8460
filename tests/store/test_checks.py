"""Checks and what was measured for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.analysis.detail import DetailKept
from pipeline.analysis.detections import FoundBox
from pipeline.analysis.downstream import CheckChain, CheckPicture, Measured
from pipeline.errors import NotFound
from pipeline.store import CheckPlan, Store

ONE, TWO = "1" * 64, "2" * 64
OUTLINE = ((1.0, 2.0), (3.5, 2.0), (3.0, 9.0))
PLAN = CheckPlan(
    "yard",
    "sets/yard",
    "f" * 64,
    (CheckChain("unchanged", "Unchanged", "[]", "a" * 64), CheckChain("contrast", "Contrast", "[]", "c" * 64)),
    (CheckPicture("a.jpg", ONE, (640, 480), ((1.0, 2.0, 3.0, 4.0),), (OUTLINE,)), CheckPicture("b.jpg", TWO, (9, 9))),
    ("c.jpg is broken",),
)
FOUND = (FoundBox((1.0, 2.0, 30.0, 40.5), 0.8),)
MEASURED = Measured((640, 480), (640, 480), 31.5, FOUND, (), DetailKept(0.9, 0.8), None, 12.5)


def test_a_check_comes_back_as_it_was_planned_and_is_started_once(store: Store) -> None:
    check = store.checks.start(PLAN)
    assert store.checks.start(PLAN).id == check.id
    assert store.checks.get(check.id).plan == PLAN
    assert (PLAN.size, check.finished) == (4, None)
    other = store.checks.start(replace(PLAN, fingerprint="e" * 64))
    store.checks.finish(check.id)
    assert [known.id for known in store.checks.list()] == [other.id, check.id]
    assert store.checks.get(check.id).finished


def test_what_was_measured_is_kept_and_only_a_failure_gives_way(store: Store) -> None:
    store.checks.keep((ONE, "k" * 64), Measured((0, 0), failure="out of memory"))
    store.checks.keep((ONE, "k" * 64), MEASURED)
    store.checks.keep((ONE, "k" * 64), Measured((0, 0), failure="later"))
    assert store.checks.measured([ONE, TWO]) == {(ONE, "k" * 64): MEASURED}


def test_a_deleted_check_takes_along_what_no_other_check_needs(store: Store) -> None:
    check = store.checks.start(PLAN)
    store.checks.start(replace(PLAN, fingerprint="e" * 64, pictures=PLAN.pictures[1:]))
    for sha256 in (ONE, TWO):
        store.checks.keep((sha256, "k" * 64), MEASURED)
    store.checks.delete(check.id)
    assert set(store.checks.measured([ONE, TWO])) == {(TWO, "k" * 64)}
    with pytest.raises(NotFound, match="check"):
        store.checks.get(check.id)
