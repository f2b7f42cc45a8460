"""Trainings, versions and what served when, kept."""

from __future__ import annotations

import pytest

from pipeline.errors import NotFound
from pipeline.plate.types import FrameResult, ModelUse
from pipeline.store import Schedule, Store
from pipeline.store.models import PROMOTE
from tests.store.samples import Clock, add


def test_a_version_is_kept_once_and_numbered_within_its_network(store: Store) -> None:
    assert store.models.next_number("crnn") == 1
    first = store.models.add("crnn", 1, "a" * 64, "b" * 64, "made here")
    assert store.models.add("crnn", 1, "a" * 64, "b" * 64, "made here") == first
    assert (first.label, store.models.next_number("crnn"), store.models.next_number("corners")) == ("crnn-1", 2, 1)


def test_a_training_has_a_folder_of_its_own_and_its_version_outlives_it(store: Store) -> None:
    begun = [store.models.begin("crnn", None, "gate v1", "shipped", {"samples": 64}) for _ in range(2)]
    assert begun[0].folder != begun[1].folder
    made = store.models.add("crnn", 1, "a" * 64, "b" * 64, "", begun[0].id)
    assert store.models.finish(begun[0].id, {"version": made.label}).finished
    store.models.forget(begun[0].id)
    assert store.models.get(made.id).training_id is None
    with pytest.raises(NotFound):
        store.models.training(begun[0].id)


def test_what_served_when_is_never_lost(store: Store, clock: Clock) -> None:
    made = store.models.add("crnn", 1, "a" * 64, "b" * 64, "")
    store.models.promote("crnn", made.id, PROMOTE, "김", "a reason")
    clock.move(minutes=5)
    store.models.promote("crnn", None, "roll_back", "Lee", "")
    told = [(event.kind, event.version_id, event.reviewer) for event in store.models.history("crnn")]
    assert told == [("roll_back", None, "Lee"), ("promote", made.id, "김")]
    with pytest.raises(NotFound):
        store.models.promote("crnn", 99, PROMOTE, "", "")


def test_a_result_says_which_models_made_it(store: Store) -> None:
    use = ModelUse("crnn", "crnn-1", "a" * 64)
    upload = add(store, 1)
    store.results.save(FrameResult(upload.sha256, (), models=(use,)), "fast", "f")
    assert store.results.of(upload.sha256)[0].models == (use,)


def test_a_schedule_is_one_and_off_at_first(store: Store) -> None:
    assert store.schedules.get() == Schedule()
    for minutes in (5, 10):
        store.schedules.save(Schedule(pull_minutes=minutes))
    assert store.schedules.get().pull_minutes == 10
