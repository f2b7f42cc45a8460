from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.errors import NotFound
from pipeline.plate.types import FrameResult, Review
from pipeline.store import Store, StoredUpload
from tests.store.samples import (
    BROKEN_DETECTOR,
    BROKEN_READER,
    START,
    Clock,
    add,
    assert_same,
    blob_names,
    inspection,
    save,
)


@pytest.fixture
def upload(store: Store) -> StoredUpload:
    return add(store, 1)


def test_a_result_comes_back_as_it_was_made(store: Store, upload: StoredUpload) -> None:
    made = (inspection("123가4568"), inspection("", 0.0, failures=(BROKEN_READER,)))
    saved = store.results.save(FrameResult(upload.sha256, made, (), {"detect": 41.5}), "thorough", "f1")
    found = store.results.find(upload.sha256, "f1")
    assert found is not None
    assert_same(found, saved)
    assert (found.recipe, found.plates, found.elapsed_ms, found.created) == ("thorough", 2, {"detect": 41.5}, START)
    for stored, expected in zip(found.inspections, made, strict=True):
        assert_same(stored.inspection, expected)
        assert (stored.recipe, stored.sha256, stored.uploads) == ("thorough", upload.sha256, (upload,))


def test_what_was_not_worked_yet_is_not_found(store: Store, upload: StoredUpload) -> None:
    save(store, upload, recipe="fast")
    assert store.results.find(upload.sha256, "another recipe") is None
    assert store.results.find("0" * 64, "another recipe") is None


def test_no_plate_is_an_answer_too(store: Store, upload: StoredUpload) -> None:
    fingerprint = save(store, upload).fingerprint
    found = store.results.find(upload.sha256, fingerprint)
    assert found is not None
    assert (found.plates, found.inspections) == (0, ())


def test_each_recipe_has_a_result_of_its_own(store: Store, upload: StoredUpload) -> None:
    fast = save(store, upload, inspection("12가3456"), recipe="fast")
    thorough = save(store, upload, inspection("12가3457"), recipe="thorough")
    assert fast.id != thorough.id
    assert store.inspections.search()[1] == 2
    assert store.counts().inspections == 1


def test_the_first_of_two_results_stays(store: Store, upload: StoredUpload, clock: Clock) -> None:
    first = save(store, upload, inspection("12가3456"))
    blobs = blob_names(store)
    clock.move(hours=1)
    assert_same(save(store, upload, inspection("98하7654")), first)
    assert store.counts().inspections == 1
    assert blob_names(store) == blobs


def test_a_failed_result_gives_way_to_a_good_one(store: Store, upload: StoredUpload) -> None:
    failed = save(store, upload, inspection("", 0.0, failures=(BROKEN_READER,)))
    good = save(store, upload, inspection("12가3456"))
    assert [stored.inspection.verdict.text for stored in good.inspections] == ["12가3456"]
    assert good.inspections[0].id > failed.inspections[0].id
    assert store.counts().inspections == 1
    assert blob_names(store) == {upload.sha256, good.inspections[0].crop_sha256}


def test_a_failed_result_does_not_give_way_to_another_failed_one(store: Store, upload: StoredUpload) -> None:
    failed = save(store, upload, inspection("", 0.0, failures=(BROKEN_READER,)))
    again = FrameResult(upload.sha256, (), (BROKEN_DETECTOR,))
    assert_same(store.results.save(again, "thorough", failed.fingerprint), failed)


def test_a_failed_result_that_a_person_reviewed_stays(store: Store, upload: StoredUpload) -> None:
    failed = save(store, upload, inspection("", 0.0, failures=(BROKEN_READER,)))
    store.reviews.add(Review(failed.inspections[0].id, "12가3456", "kim"))
    assert save(store, upload, inspection("12가3457")).id == failed.id


def test_a_failed_result_that_a_person_deleted_a_plate_of_stays(store: Store, upload: StoredUpload) -> None:
    failed = save(store, upload, inspection("", 0.0, failures=(BROKEN_READER,)), inspection("12가3456"))
    store.inspections.delete(failed.inspections[1].id)
    assert save(store, upload, inspection("12가3457"), inspection("12가3456")).id == failed.id


def test_a_result_of_a_picture_that_is_gone_is_refused(store: Store, upload: StoredUpload) -> None:
    store.uploads.delete(upload.id)
    with pytest.raises(NotFound, match=f"no image {upload.sha256}"):
        save(store, upload, inspection())
    assert blob_names(store) == set()


def test_crops_are_on_the_disk_before_other_writers_have_to_wait(
    store: Store, upload: StoredUpload, home: Path
) -> None:
    with closing(sqlite3.connect(home / "plateloop.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        saving = threading.Thread(target=save, args=(store, upload, inspection()))
        saving.start()
        give_up = time.monotonic() + 5
        while len(blob_names(store)) < 2:
            assert time.monotonic() < give_up
        (crop,) = blob_names(store) - {upload.sha256}
        store.blobs.delete(crop)  # as a deletion of the same crop would
        writer.execute("ROLLBACK")
    saving.join()
    (row,), _ = store.inspections.search()
    assert row.crop_sha256 == crop
    assert crop in blob_names(store)


def test_results_without_plate_are_listed_newest_first(store: Store) -> None:
    save(store, add(store, 1), inspection())
    bare = [add(store, seed) for seed in (2, 3, 4)]
    for upload in bare:
        save(store, upload)
    assert [row.upload for row in store.results.without_plate()] == bare[::-1]
    assert [row.upload for row in store.results.without_plate(limit=1)] == [bare[2]]


def test_what_a_newer_result_of_the_picture_has_made_good_is_not_listed(store: Store, upload: StoredUpload) -> None:
    save(store, upload, recipe="fast")
    save(store, upload, recipe="thorough")
    assert [row.recipe for row in store.results.without_plate()] == ["thorough"]
    save(store, upload, inspection("12가3456"), recipe="another")
    assert store.results.without_plate() == ()


def test_all_results_of_a_picture_come_newest_first(store: Store, upload: StoredUpload) -> None:
    for recipe in ("fast", "thorough"):
        save(store, upload, recipe=recipe)
    save(store, add(store, 2))
    assert [result.recipe for result in store.results.of(upload.sha256)] == ["thorough", "fast"]


def test_results_with_failures_are_listed_apart(store: Store) -> None:
    save(store, add(store, 1))
    upload = add(store, 2)
    store.results.save(FrameResult(upload.sha256, (), (BROKEN_DETECTOR,)), "fast", "f2")
    (row,) = store.results.with_failures()
    assert (row.upload, row.recipe, row.failures, row.created) == (upload, "fast", (BROKEN_DETECTOR,), START)
    assert [bare.upload.name for bare in store.results.without_plate()] == ["car 1.png"]


def test_a_result_whose_plates_were_all_deleted_had_plates_nevertheless(store: Store, upload: StoredUpload) -> None:
    saved = save(store, upload, inspection())
    store.inspections.delete(saved.inspections[0].id)
    assert store.results.without_plate() == ()
