from __future__ import annotations

import pytest

from pipeline.analysis.outcome import Measures, Outcome, OutcomeKind
from pipeline.analysis.summary import summarise
from pipeline.corpus.problems import problem
from pipeline.errors import NotFound
from pipeline.media.draw import encode_png
from pipeline.store import RunItem, RunPlan, Store
from tests.store.samples import add, blob_names, files_with, inspection, picture, save

PLAN = RunPlan(
    "gate",
    "sets/gate",
    "csv",
    "a" * 64,
    "thorough",
    "{}",
    "f" * 64,
    3,
    (problem("x.png", "picture_twice", other="y.png"),),
)


def plate(n: int = 0, **changes: object) -> RunItem:
    seen = Measures("film_8", "white", 20.5, None, 128.0, 3.0, "gate")
    outcome = Outcome(f"{n}.png", 0, OutcomeKind.CROP, "12가3456", "12가3457", 0.8, True, False, (0.9, 0.8), seen)
    return RunItem(outcome, shape=b"\0\1", elapsed_ms=4.5, **changes)  # type: ignore[arg-type]


def test_what_was_read_comes_back_as_it_was(store: Store) -> None:
    run = store.runs.start(PLAN)
    assert store.runs.advance(run.id, 0, 2, [plate(0), plate(1, problem="reader 'x' failed")])
    first, second = store.runs.items(run.id)
    assert first.outcome == plate(0).outcome
    assert (first.shape, first.elapsed_ms, second.problem) == (b"\0\1", 4.5, "reader 'x' failed")
    stored = store.runs.get(run.id)
    assert (stored.plan, stored.done, stored.items, stored.finished) == (PLAN, 2, 2, None)


def test_the_same_step_is_written_once(store: Store) -> None:
    run = store.runs.start(PLAN)
    assert store.runs.advance(run.id, 0, 2, [plate(0), plate(1)])
    assert not store.runs.advance(run.id, 0, 2, [plate(0), plate(1)])
    assert store.runs.get(run.id).items == 2


def test_a_finished_run_keeps_its_summary_and_its_first_end(store: Store, clock) -> None:
    run = store.runs.start(PLAN)
    summary = summarise([plate().outcome])
    ended = store.runs.finish(run.id, summary)
    clock.move(hours=1)
    assert store.runs.finish(run.id, summary).finished == ended.finished
    assert store.runs.list()[0].summary == summary


def test_a_plate_links_to_its_inspection_and_upload(store: Store) -> None:
    upload = add(store, 1)
    read = save(store, upload, inspection()).inspections[0]
    run = store.runs.start(PLAN)
    link = {"image_sha256": upload.sha256, "inspection_id": read.id, "crop_sha256": read.crop_sha256}
    store.runs.advance(run.id, 0, 1, [plate(0, **link)])
    (item,) = store.runs.items(run.id)
    assert (item.inspection_id, item.upload_id, item.crop_sha256) == (read.id, upload.id, read.crop_sha256)


def test_deleting_an_upload_deletes_its_plates_in_runs_and_their_crops(store: Store) -> None:
    upload = add(store, 1)
    run = store.runs.start(PLAN)
    crop = encode_png(picture(7)[1].pixels)
    store.runs.advance(run.id, 0, 1, [plate(0, image_sha256=upload.sha256, crop=crop), plate(1)])
    store.uploads.delete(upload.id)
    assert [item.outcome.file for item in store.runs.items(run.id)] == ["1.png"]
    assert blob_names(store) == set()
    assert not files_with(store.blobs.folder.parent, b"0.png\x00")


def test_deleting_an_inspection_deletes_its_plates_in_runs(store: Store) -> None:
    upload = add(store, 1)
    read = save(store, upload, inspection()).inspections[0]
    run = store.runs.start(PLAN)
    link = {"image_sha256": upload.sha256, "inspection_id": read.id, "crop_sha256": read.crop_sha256}
    store.runs.advance(run.id, 0, 1, [plate(0, **link)])
    store.inspections.delete(read.id)
    assert store.runs.items(run.id) == ()
    assert blob_names(store) == {upload.sha256}


def test_crops_of_runs_are_no_garbage_and_go_with_the_run(store: Store) -> None:
    run = store.runs.start(PLAN)
    store.runs.advance(run.id, 0, 1, [plate(0, crop=encode_png(picture(7)[1].pixels))])
    assert store.collect_garbage(untouched_for=-1) == 0
    (item,) = store.runs.items(run.id)
    assert store.blobs.get(item.crop_sha256 or "")
    store.runs.delete(run.id)
    assert blob_names(store) == set()
    with pytest.raises(NotFound):
        store.runs.get(run.id)


def test_a_plate_whose_picture_is_deleted_meanwhile_is_not_brought_back(store: Store) -> None:
    upload = add(store, 1)
    run = store.runs.start(PLAN)
    item = plate(0, image_sha256=upload.sha256, crop=encode_png(picture(7)[1].pixels))
    store.uploads.delete(upload.id)
    assert store.runs.advance(run.id, 0, 1, [item])
    assert (store.runs.get(run.id).done, store.runs.items(run.id)) == (1, ())


def test_a_selection_names_plates_and_forgets_those_that_are_gone(store: Store) -> None:
    upload = add(store, 1)
    read = save(store, upload, inspection(), inspection("34나5678"))
    run = store.runs.start(PLAN)
    items = [plate(n, image_sha256=upload.sha256, inspection_id=i.id) for n, i in enumerate(read.inspections)]
    store.runs.advance(run.id, 0, 2, items)
    ids = [item.id for item in store.runs.items(run.id)]
    made = store.selections.add("dark ones", "run 1", items=[ids[1], ids[0], ids[1]])
    assert (made.name, made.items) == ("dark ones", (ids[1], ids[0]))
    assert set(made.inspections) == {its.id for its in read.inspections}
    store.inspections.delete(read.inspections[0].id)
    left = store.selections.get(made.id)
    assert (left.items, left.inspections) == ((ids[1],), (read.inspections[1].id,))
    assert [item.id for item in store.runs.find_items(made.items)] == [ids[1]]
    assert store.selections.list() == (left,)
    store.selections.delete(made.id)
    with pytest.raises(NotFound, match="no selection"):
        store.selections.get(made.id)
