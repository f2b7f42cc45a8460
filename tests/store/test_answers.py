from __future__ import annotations

from pipeline.plate.types import Review
from pipeline.store import Flag, Store
from tests.store.samples import read_plate


def test_the_newest_answer_counts_and_those_of_others_stand_beside_it(store: Store) -> None:
    plate, _ = read_plate(store, 1, "12가3456", source="gate"), read_plate(store, 2, "34나5678")
    store.cases.flag([Flag(plate, 0.5, ())])
    for reviewer, truth in (("kim", "12가3457"), ("lee", "12가3458"), ("kim", "12가3459"), ("lee", "12가3450")):
        store.reviews.add(Review(plate, truth, reviewer))
    [found] = store.answers.list()
    assert (found.inspection_id, found.text, found.origin, found.is_case) == (plate, "12가3456", "gate", True)
    assert found.review.review.truth == "12가3450"
    assert [its.review.truth for its in found.others] == ["12가3459"]
    assert found.readings[0].text == "12가3456"
    assert store.answers.list([plate + 1]) == ()


def test_a_withdrawn_answer_does_not_count(store: Store) -> None:
    plate = read_plate(store, 1, "12가3456")
    marks = {store.answers.mark()}
    kept, withdrawn = (store.reviews.add(Review(plate, text, "kim")) for text in ("12가3457", "12가3458"))
    marks.add(store.answers.mark())
    store.reviews.withdraw([withdrawn.id])
    marks.add(store.answers.mark())
    assert len(marks) == 3
    [found] = store.answers.list()
    assert found.review == kept
    store.reviews.withdraw([kept.id])
    assert store.answers.list() == ()
