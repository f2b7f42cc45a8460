from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.errors import CaseTaken, NotFound
from pipeline.plate.types import Doubt, Review
from pipeline.store import Flag, Store
from tests.store.samples import START, Clock, read_plate

LEASE = timedelta(minutes=10)


@pytest.fixture
def plates(store: Store) -> list[int]:
    """Three plates that are flagged, the second of them the hardest."""
    ids = [read_plate(store, seed, f"12가345{seed}") for seed in range(3)]
    store.cases.flag(
        [
            Flag(plate, hardness, (Doubt("illegible"),), "long")
            for plate, hardness in zip(ids, (0.3, 0.9, 0.6), strict=True)
        ]
    )
    return ids


def test_a_plate_has_one_case(store: Store, plates: list[int]) -> None:
    assert store.cases.flag([Flag(plates[0], 1.0, ())]) == ()
    assert [case.flag.hardness for case in store.cases.list()] == [0.9, 0.6, 0.3]
    assert store.cases.list()[0].flag.reasons == (Doubt("illegible"),)


def test_a_plate_that_is_gone_is_passed_over(store: Store, plates: list[int]) -> None:
    store.inspections.delete(plates[0])
    assert store.cases.flag([Flag(plates[0], 1.0, ())]) == ()
    assert len(store.cases.list()) == 2


def test_two_people_never_get_the_same_plate(store: Store, plates: list[int]) -> None:
    kim, lee = store.cases.claim("kim", LEASE), store.cases.claim("lee", LEASE)
    assert kim is not None
    assert lee is not None
    assert (kim.flag.inspection_id, lee.flag.inspection_id) == (plates[1], plates[2])
    assert store.cases.claim("kim", LEASE) == kim
    assert store.cases.backlog().claimed == 2


def test_a_claim_that_is_over_goes_to_another(store: Store, plates: list[int], clock: Clock) -> None:
    held = store.cases.claim("kim", LEASE)
    assert held is not None
    clock.move(minutes=11)
    assert (taken := store.cases.claim("lee", LEASE)) is not None
    assert taken.id == held.id
    with pytest.raises(CaseTaken, match="lee has case"):
        store.cases.answer(held.id, Review(plates[1], "12가3451", "kim"))


def test_a_claim_that_is_over_still_takes_an_answer_while_nobody_else_has_it(
    store: Store, plates: list[int], clock: Clock
) -> None:
    held = store.cases.claim("kim", LEASE)
    assert held is not None
    clock.move(minutes=11)
    store.cases.answer(held.id, Review(plates[1], "12가3451", "kim"))
    assert store.cases.get(held.id).closed == clock.now


def test_an_answer_closes_the_case_and_counts(store: Store, plates: list[int]) -> None:
    held = store.cases.claim("kim", LEASE)
    assert held is not None
    answer = store.cases.answer(held.id, Review(plates[1], "99허9999", "kim"))
    assert store.inspections.get(plates[1]).review == answer
    assert (store.cases.backlog().open, store.cases.backlog().closed, store.cases.backlog().oldest) == (2, 1, START)
    with pytest.raises(CaseTaken, match="has its answer"):
        store.cases.answer(held.id, Review(plates[1], "12가3451", "lee"))


def test_who_skips_a_case_is_not_given_it_again(store: Store, plates: list[int]) -> None:
    held = store.cases.claim("kim", LEASE)
    assert held is not None
    store.cases.skip(held.id, "kim")
    following, other = store.cases.claim("kim", LEASE), store.cases.claim("lee", LEASE)
    assert following is not None
    assert following.flag.inspection_id == plates[2]
    assert other is not None
    assert other.id == held.id


def test_who_has_skipped_everything_gets_nothing(store: Store, plates: list[int]) -> None:
    while held := store.cases.claim("kim", LEASE):
        store.cases.skip(held.id, "kim")
    assert store.cases.backlog().open == 3


def test_an_answer_taken_back_counts_no_longer_and_its_case_is_open_again(store: Store, plates: list[int]) -> None:
    held = store.cases.claim("kim", LEASE)
    assert held is not None
    store.cases.answer(held.id, Review(plates[1], "99허9999", "kim"))
    following = store.cases.claim("kim", LEASE)
    assert (again := store.cases.undo("kim", LEASE)) is not None
    assert again.id == held.id
    assert store.inspections.get(plates[1]).review is None
    assert store.inspections.search()[0][1].truth is None
    assert (withdrawn := store.reviews.of([plates[1]])[plates[1]][0].withdrawn) == START
    assert withdrawn is not None
    assert following is not None
    assert store.cases.get(following.id).claimed_by == ""


def test_without_an_answer_there_is_nothing_to_take_back(store: Store, plates: list[int]) -> None:
    assert store.cases.undo("kim", LEASE) is None


def test_answers_from_elsewhere_close_and_open_cases(store: Store, plates: list[int]) -> None:
    store.cases.close(plates[:2])
    assert [case.flag.inspection_id for case in store.cases.list(closed=False)] == [plates[2]]
    store.cases.reopen(plates[:1])
    assert store.cases.backlog().open == 2


def test_a_case_goes_with_its_plate(store: Store, plates: list[int]) -> None:
    case = store.cases.of_inspections(plates)[plates[0]]
    store.inspections.delete(plates[0])
    with pytest.raises(NotFound):
        store.cases.get(case.id)
