from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from pipeline.errors import NotFound
from pipeline.plate.types import Review
from pipeline.store import Store
from tests.store.samples import START, Clock, assert_same, read_plate


@pytest.fixture
def inspection_id(store: Store) -> int:
    return read_plate(store, 1, "12가3456")


def test_the_newest_answer_counts(store: Store, inspection_id: int, clock: Clock) -> None:
    first = store.reviews.add(Review(inspection_id, "12가3457", "kim"))
    clock.move(minutes=5)
    second = store.reviews.add(Review(inspection_id, "12거3457", "lee", "confirmed"))
    assert store.inspections.get(inspection_id).review == second
    assert (second.review.state, second.review.reviewer, first.created) == ("confirmed", "lee", START)


def test_a_plate_without_answer_has_none(store: Store, inspection_id: int) -> None:
    assert store.inspections.get(inspection_id).review is None


def test_a_corrected_quad_is_kept(store: Store, inspection_id: int) -> None:
    quad = np.array([[1.5, 2], [30, 2.25], [30, 9], [1, 9]], dtype=np.float32)
    review = Review(inspection_id, "12가3456", "kim", "corrected", quad)
    added = store.reviews.add(review)
    kept = store.inspections.get(inspection_id).review
    assert_same(kept, added)
    assert_same(added.review, review)


def test_the_truth_becomes_nfc(store: Store, inspection_id: int) -> None:
    decomposed = unicodedata.normalize("NFD", "12가3456")
    assert store.reviews.add(Review(inspection_id, decomposed, "kim")).review.truth == "12가3456"


def test_a_review_of_nothing_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="no inspection 5"):
        store.reviews.add(Review(5, "12가3456", "kim"))
