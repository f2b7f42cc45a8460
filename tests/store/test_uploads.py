from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from pipeline.errors import NotFound
from pipeline.plate.types import Review
from pipeline.store import Store
from tests.store.samples import (
    START,
    Clock,
    add,
    blob_names,
    files_with,
    inspection,
    picture,
    read_plate,
    save,
)


def test_an_upload_comes_back_with_its_picture(store: Store) -> None:
    data, frame = picture(1, width=64, height=48)
    upload = store.uploads.add("사진/차.png", data, frame, "주차장.zip")
    assert store.uploads.get(upload.id) == upload
    assert (upload.name, upload.source, upload.created) == ("사진/차.png", "주차장.zip", START)
    assert (upload.width, upload.height, upload.bytes, upload.media_type) == (64, 48, len(data), "image/png")
    assert store.blobs.get(upload.sha256) == data


def test_names_become_nfc(store: Store) -> None:
    assert add(store, 1, unicodedata.normalize("NFD", "주차장.png")).name == "주차장.png"


def test_a_name_that_no_encoding_explains_is_taken(store: Store) -> None:
    assert add(store, 1, "\udcff.png").name == "?.png"


def test_the_same_picture_may_come_under_other_names(store: Store) -> None:
    first, second = add(store, 1, "a.png"), add(store, 1, "b.png")
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert store.counts().images == 1


def test_the_same_picture_under_the_same_name_is_kept_once(store: Store, clock: Clock) -> None:
    first = add(store, 1, "a.png")
    clock.move(hours=1)
    assert add(store, 1, "a.png") == first
    assert add(store, 1, "a.png", "command line") != first


def test_a_frame_of_another_picture_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match=r"a\.png: the frame is of"):
        store.uploads.add("a.png", picture(1)[0], picture(2)[1], "browser")
    assert store.uploads.list() == ()


def test_uploads_are_listed_newest_first(store: Store) -> None:
    ids = [add(store, seed).id for seed in range(5)]
    assert [upload.id for upload in store.uploads.list()] == ids[::-1]


def test_sources_are_listed_once_each(store: Store) -> None:
    for seed, source in enumerate(["browser", "주차장.zip", "browser", "command line"]):
        add(store, seed, source=source)
    assert store.uploads.sources() == ("browser", "command line", "주차장.zip")


def test_a_missing_upload_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="no upload 7"):
        store.uploads.get(7)
    with pytest.raises(NotFound, match="no upload 7"):
        store.uploads.delete(7)


def test_deleting_one_of_two_names_keeps_what_the_other_needs(store: Store) -> None:
    first, second = add(store, 1, "a.png"), add(store, 1, "b.png")
    saved = save(store, first, inspection())
    store.uploads.delete(first.id)
    assert store.uploads.list() == (second,)
    assert store.inspections.get(saved.inspections[0].id).uploads == (second,)
    assert len(blob_names(store)) == 2


def test_deleting_the_last_name_deletes_all_that_was_made_of_the_picture(store: Store) -> None:
    kept = read_plate(store, 1, "11가1111")
    blobs = blob_names(store)
    upload = add(store, 2)
    saved = save(store, upload, inspection("22나2222"), inspection("33다3333"))
    store.reviews.add(Review(saved.inspections[0].id, "22나2223", "kim"))
    store.uploads.delete(upload.id)
    assert store.results.find(upload.sha256, saved.fingerprint) is None
    with pytest.raises(NotFound):
        store.inspections.get(saved.inspections[0].id)
    assert blob_names(store) == blobs
    assert store.inspections.get(kept).inspection.verdict.text == "11가1111"


def test_a_crop_that_another_picture_shows_too_is_kept(store: Store) -> None:
    same_crop = inspection("12가3456").crop
    first, second = add(store, 1), add(store, 2)
    save(store, first, inspection("12가3456", crop=same_crop))
    kept = save(store, second, inspection("34나5678", crop=same_crop)).inspections[0]
    store.uploads.delete(first.id)
    assert store.inspections.get(kept.id).crop_sha256 == kept.crop_sha256


def test_a_deleted_upload_leaves_no_trace_in_any_file(store: Store, home: Path) -> None:
    traces: dict[int, list[str]] = {}
    for seed in range(20):
        mark = f"{seed:03d}"
        inspection_id = read_plate(store, seed, f"서울12바1{mark}", name=f"secret-{mark}", source=f"zip-{mark}")
        store.reviews.add(Review(inspection_id, f"truth-{mark}", f"reviewer-{mark}"))
        upload = store.uploads.list()[0]
        traces[upload.id] = [f"바1{mark}", f"secret-{mark}", f"zip-{mark}", f"truth-{mark}", upload.sha256]
    deleted, kept = list(traces)[::2], list(traces)[1::2]
    for upload_id in deleted:
        store.uploads.delete(upload_id)
    assert {trace for n in deleted for trace in traces[n] if files_with(home, trace.encode())} == set()
    assert {trace for n in kept for trace in traces[n] if not files_with(home, trace.encode())} == set()
    assert len(blob_names(store)) == 2 * len(kept)


def test_after_deletion_the_picture_is_new_again(store: Store) -> None:
    upload = add(store, 1)
    saved = save(store, upload, inspection())
    store.uploads.delete(upload.id)
    again = add(store, 1)
    assert again.id != upload.id
    assert store.results.find(again.sha256, saved.fingerprint) is None
    assert save(store, again, inspection()).inspections[0].id > saved.inspections[0].id


def test_every_upload_is_listed_with_what_its_newest_result_found(store: Store) -> None:
    add(store, 1, "unread.png")
    save(store, add(store, 2, "nothing.png"))
    twice = add(store, 3, "twice.png")
    save(store, twice, recipe="fast")
    save(store, twice, inspection(), recipe="thorough")
    rows, total = store.uploads.search()
    assert [(row.upload.name, row.plates) for row in rows] == [
        ("twice.png", 1),
        ("nothing.png", 0),
        ("unread.png", None),
    ]
    assert total == 3
    assert [row.upload.name for row in store.uploads.search(limit=1, offset=2)[0]] == ["unread.png"]
