from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.corpus.snapshot import PlateState
from pipeline.errors import SnapshotError
from pipeline.flow.inspect_image import MARGIN
from pipeline.jobs import JobContext
from pipeline.media.decode import decode
from pipeline.media.rectify import rectify
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Detection, FrameResult, Review
from pipeline.workbench import jobs
from pipeline.workbench.answers import AnswerFilter
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshots import (
    freeze_answers,
    is_lost,
    list_snapshots,
    open_snapshot,
    sift_answers,
    start_freeze,
)
from tests.workbench.answered import QUAD, answer, plate


def test_answers_become_plates_with_all_that_is_known_of_them(bench: Workbench) -> None:
    number = plate(bench.store, 1, "12가3457")
    answer(bench.store, number, "12가3456")
    stored = freeze_answers(bench, "gate")
    [frozen] = (snapshot := open_snapshot(bench, stored.id)).plates
    assert (frozen.text, frozen.state, frozen.format) == ("12가3456", PlateState.READ, "long_7")
    assert (frozen.origin, frozen.source, frozen.reviewer, frozen.inspection_id) == ("gate", "workbench", "kim", number)
    np.testing.assert_array_equal(frozen.quad, QUAD)
    shown = bench.store.inspections.get(number)
    assert (snapshot.folder / frozen.crop).read_bytes() == bench.store.blobs.get(shown.crop_sha256)
    assert (snapshot.folder / frozen.picture).read_bytes() == bench.store.blobs.get(shown.sha256)
    assert snapshot.pictures[0].width == 160


def test_a_plate_whose_corners_were_moved_is_cut_anew(bench: Workbench) -> None:
    number = plate(bench.store, 1, "12가3456")
    moved = quad_from_box(24, 32, 130, 58)
    answer(bench.store, number, "12가3456", quad=moved)
    snapshot = open_snapshot(bench, freeze_answers(bench, "gate").id)
    [frozen] = snapshot.plates
    whole = decode(snapshot.folder / frozen.picture, max_pixels=10**6)
    crop = decode(snapshot.folder / frozen.crop, max_pixels=10**6)
    np.testing.assert_array_equal(crop.pixels, rectify(whole, moved, margin=MARGIN).pixels)
    np.testing.assert_array_equal(frozen.quad, moved)


def test_what_nobody_can_read_and_what_is_no_plate_teach_no_reader(bench: Workbench) -> None:
    ids = [plate(bench.store, n, "12가3456") for n in range(3)]
    answer(bench.store, ids[0], "12가3456")
    answer(bench.store, ids[1], "")
    bench.store.reviews.add(Review(ids[2], "", "kim", "not_a_plate"))
    snapshot = open_snapshot(bench, freeze_answers(bench, "gate").id)
    assert [its.state for its in snapshot.plates] == list(PlateState)[:3]
    assert [its.text for its in snapshot.plates] == ["12가3456", "", ""]
    assert len(snapshot.readable()) == 1
    assert snapshot.counts["negatives"] == 2


def test_answers_that_disagree_and_doubles_are_left_out_unless_they_are_asked_for(bench: Workbench) -> None:
    first, again, other = (plate(bench.store, seed, "12가3456") for seed in (1, 1, 2))
    assert first == again
    answer(bench.store, first, "12가3456", "kim")
    answer(bench.store, first, "12가3459", "lee")
    answer(bench.store, other, "12가34X6")
    sifted = sift_answers(bench)
    assert sifted.left_out == {first: "answers_disagree", other: "characters_unknown"}
    with pytest.raises(SnapshotError, match="would be empty"):
        freeze_answers(bench, "gate")
    snapshot = open_snapshot(bench, freeze_answers(bench, "gate", keep=[first, other]).id)
    assert [its.text for its in snapshot.plates] == ["12가3459"]
    assert snapshot.left_out == {"characters_unknown": 1}


def test_a_filter_says_whose_answers_and_which(bench: Workbench) -> None:
    ids = [plate(bench.store, n, "12가3456") for n in range(3)]
    for number, reviewer in zip(ids, ("kim", "lee", "kim"), strict=True):
        answer(bench.store, number, f"12가345{number}", reviewer)
    assert [its.inspection_id for its in sift_answers(bench, AnswerFilter(reviewers=("lee",))).taken] == [ids[1]]
    assert sift_answers(bench, AnswerFilter(sources=("label_studio",))).taken == ()
    assert sift_answers(bench, AnswerFilter(cases=True)).taken == ()
    assert len(sift_answers(bench, AnswerFilter(ids=(ids[0], ids[2]))).taken) == 2


def test_a_later_version_keeps_every_split_and_nothing_new_makes_no_version(bench: Workbench) -> None:
    for n in range(12):
        answer(bench.store, plate(bench.store, n, "12가3456"), f"12가{n:04}")
    first = freeze_answers(bench, "gate")
    assert freeze_answers(bench, "gate") == first
    for n in range(12, 24):
        answer(bench.store, plate(bench.store, n, "12가3456"), f"12가{n:04}")
    second = freeze_answers(bench, "gate")
    assert second.version == 2
    before, after = (open_snapshot(bench, its.id).splits for its in (first, second))
    assert {text: after[text] for text in before} == before
    assert list_snapshots(bench) == (second, first)


def test_a_folder_that_is_gone_is_lost(bench: Workbench) -> None:
    answer(bench.store, plate(bench.store, 1, "12가3456"), "12가3456")
    stored = freeze_answers(bench, "gate")
    shutil.rmtree(bench.config.datasets_folder / "gate")
    assert is_lost(bench, stored)
    with pytest.raises(SnapshotError, match="there is no snapshot"):
        open_snapshot(bench, stored.id)


def test_a_folder_that_nobody_has_noted_down_is_found(bench: Workbench, tmp_path: Path) -> None:
    answer(bench.store, plate(bench.store, 1, "12가3456"), "12가3456")
    stored = freeze_answers(bench, "gate")
    (bench.config.datasets_folder / "notes" / "v1").mkdir(parents=True)
    other = Workbench.open(load_config(home=tmp_path / "other", datasets=bench.config.datasets_folder))
    assert [its.fingerprint for its in list_snapshots(other)] == [stored.fingerprint]
    other.close()


def test_the_worker_freezes_what_does_not_look_wrong_and_once_though_it_was_killed(bench: Workbench) -> None:
    ids = [plate(bench.store, n, "12가3456") for n in range(3)]
    for number, text in zip(ids, ("12가0001", "12가0002", "12가00033"), strict=True):
        answer(bench.store, number, text)
    wanted = AnswerFilter(reviewers=("kim",))
    job = bench.store.jobs.claim(start_freeze(bench, "gate", wanted, keep=ids[:2]), "mine")
    assert job is not None
    context = JobContext(job, "mine", bench.store.jobs)
    freeze = jobs.handlers(bench)["freeze_answers"]
    result = freeze(context)
    assert (result["title"], result["plates"], result["left_out"]) == ("gate v1", 2, 1)
    assert freeze(context) == result  # killed after the snapshot was there and before the job was done
    assert len(list_snapshots(bench)) == 1


def test_plates_beside_an_answered_one_are_no_background_for_detectors(bench: Workbench) -> None:
    store = bench.store
    answered = plate(store, 1, "12가3456")
    shown = store.inspections.get(answered)
    made = shown.inspection
    apart = Detection(quad_from_box(20, 64, 140, 86), "plate", 0.7, "yolo_corners")
    again = Detection(QUAD + np.float32(1), "plate", 0.7, "yolo_plate")
    result = FrameResult(shown.sha256, tuple(replace(made, detection=found) for found in (apart, again)))
    store.results.save(result, "fast", "b" * 64)
    answer(store, answered, "12가3456")
    snapshot = open_snapshot(bench, freeze_answers(bench, "gate").id)
    assert [its.state for its in snapshot.plates] == [PlateState.READ, PlateState.UNREVIEWED]
    np.testing.assert_array_equal(snapshot.plates[1].quad, apart.quad)
    assert len(snapshot.readable()) == len(snapshot.pictures) == 1
