from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import NotFound
from pipeline.plate.types import Review
from pipeline.store import Store
from tests.store.samples import START, add, assert_same, blob_names, files_with, inspection, read_plate, save


def test_an_inspection_comes_back_with_uploads_and_review(store: Store) -> None:
    upload, other_name = add(store, 1, "a.png"), add(store, 1, "b.png")
    made = inspection("123가4568")
    saved = save(store, upload, made).inspections[0]
    review = store.reviews.add(Review(saved.id, "123가4567", "kim"))
    found = store.inspections.get(saved.id)
    assert_same(found.inspection, made)
    assert found.uploads == (other_name, upload)
    assert (found.review, found.recipe, found.created) == (review, "thorough", START)
    assert store.blobs.get(found.crop_sha256).startswith(b"\x89PNG")


def test_a_missing_inspection_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="no inspection 12; it may have been deleted"):
        store.inspections.get(12)
    with pytest.raises(NotFound, match="no inspection 12"):
        store.inspections.delete(12)


def test_a_crop_that_is_gone_from_the_disk_is_said_in_words(store: Store) -> None:
    saved = store.inspections.get(read_plate(store, 1, "12가3456"))
    store.blobs.delete(saved.crop_sha256)
    with pytest.raises(NotFound, match=rf"{saved.crop_sha256[:12]}.*add it again"):
        store.inspections.get(saved.id)


def test_deleting_one_plate_keeps_the_others_and_is_remembered(store: Store) -> None:
    upload = add(store, 1)
    plates = (inspection("12가3456"), inspection("34나5678"))
    saved = save(store, upload, *plates)
    store.inspections.delete(saved.inspections[0].id)
    found = store.results.find(upload.sha256, saved.fingerprint)
    assert found is not None
    assert [stored.id for stored in found.inspections] == [saved.inspections[1].id]
    assert found.plates == 2
    assert save(store, upload, *plates).inspections[0].id == saved.inspections[1].id


def test_a_deleted_inspection_leaves_no_trace_in_any_file(store: Store, home: Path) -> None:
    inspection_id = read_plate(store, 1, "서울71바9453")
    store.reviews.add(Review(inspection_id, "서울71바9458", "kim"))
    crop = store.inspections.get(inspection_id).crop_sha256
    assert files_with(home, "71바945".encode())
    store.inspections.delete(inspection_id)
    assert files_with(home, "71바945".encode()) == []
    assert files_with(home, crop.encode()) == []
    assert crop not in blob_names(store)


def test_a_crop_that_another_inspection_shows_is_kept(store: Store) -> None:
    upload, plate = add(store, 1), inspection("12가3456")
    fast = save(store, upload, plate, recipe="fast").inspections[0]
    thorough = save(store, upload, plate, recipe="thorough").inspections[0]
    assert fast.crop_sha256 == thorough.crop_sha256
    store.inspections.delete(fast.id)
    assert_same(store.inspections.get(thorough.id).inspection, plate)


def test_the_id_of_a_deleted_inspection_is_never_given_again(store: Store) -> None:
    deleted = read_plate(store, 1, "12가3456")
    store.inspections.delete(deleted)
    assert read_plate(store, 2, "34나5678") > deleted
