from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.corpus.snapshot import PlateState, Split
from pipeline.errors import BadLabels, SnapshotError
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_sets import keep_zip
from pipeline.workbench.snapshot_export import ExportForm, export_folder, export_name, export_zip
from pipeline.workbench.snapshot_import import import_folder, start_import
from pipeline.workbench.snapshots import find_snapshot, list_snapshots, open_snapshot
from tests.corpus.snapshots import write
from tests.workbench.labelled import crops_zip

TEXTS = ["12가3456", "34나5678", "56다7890", ""]


@pytest.mark.parametrize("form", [ExportForm.VOC, ExportForm.READER_CSV])
def test_an_exported_set_is_imported_with_its_texts_and_places(
    bench: Workbench, tmp_path: Path, form: ExportForm
) -> None:
    first = write(tmp_path / "sets", TEXTS)
    folder = tmp_path / "out"
    assert export_folder(first, form, folder) == (8 if form is ExportForm.VOC else 4)
    second = open_snapshot(bench, import_folder(bench, folder, "again").id)
    assert sorted(plate.text for plate in second.readable()) == sorted(TEXTS[:3])
    states = Counter(plate.state for plate in second.plates)
    assert states[PlateState.UNREADABLE] == (form is ExportForm.VOC)
    assert {plate.source for plate in second.plates} == {"import"}
    if form is ExportForm.VOC:
        assert {plate.picture for plate in second.plates} == {plate.picture for plate in first.plates}
        assert second.plates[0].box == pytest.approx((20, 30, 140, 61), abs=0.1)
    assert all(path.stat().st_mode & 0o200 for path in folder.rglob("*.png"))  # whoever owns them may still write them


def test_the_same_set_again_is_no_new_version_and_splits_stay_when_it_grows(bench: Workbench, tmp_path: Path) -> None:
    for count in (4, 4, 8):
        folder = tmp_path / f"out{count}"
        if not folder.exists():
            export_folder(write(tmp_path / "sets", [f"12가{n:04}" for n in range(count)]), ExportForm.COCO, folder)
        import_folder(bench, folder, "gate")
    newest, oldest = list_snapshots(bench)
    assert (newest.version, oldest.version) == (2, 1)
    before, after = open_snapshot(bench, oldest.id).splits, open_snapshot(bench, newest.id).splits
    assert {text: after[text] for text in before} == before
    assert set(after.values()) == set(Split)


def test_classes_that_nobody_named_are_never_guessed(bench: Workbench, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(write(tmp_path / "sets", TEXTS), ExportForm.YOLO, folder)
    (folder / "data.yaml").write_text("names: [helmet]\n", encoding="utf-8")
    with pytest.raises(BadLabels, match="neither a plate nor a character"):
        import_folder(bench, folder, "again")
    assert list_snapshots(bench) == ()


def test_a_folder_that_is_not_empty_is_not_written_over(tmp_path: Path) -> None:
    snapshot = write(tmp_path / "sets", TEXTS)
    with pytest.raises(SnapshotError, match="is not empty"):
        export_folder(snapshot, ExportForm.YOLO, tmp_path)
    assert export_name(snapshot, ExportForm.YOLO) == "gate-v1-yolo.zip"


def test_the_worker_imports_a_zip(bench: Workbench) -> None:
    place = keep_zip(bench, "set.zip", crops_zip(["12가3456", "34나5678", "12X"])).place
    job = start_import(bench, place, "gate")
    jobs.handlers(bench)  # it is known to the worker
    assert jobs.get(bench, job).about == {"name": "gate"}
    assert jobs.get(bench, job).total == 3


def test_a_zip_is_a_set_as_well_and_a_set_is_found_by_its_name(bench: Workbench, tmp_path: Path) -> None:
    packed = export_zip(write(tmp_path / "sets", TEXTS), ExportForm.VOC)
    place = keep_zip(bench, "set.zip", packed).place
    stored = import_folder(bench, bench.config.home / place, "again")
    assert [find_snapshot(bench, asked) for asked in ("again", "again v1", "again/v1", str(stored.id))] == [stored] * 4
