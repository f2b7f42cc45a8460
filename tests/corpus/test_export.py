"""What is exported says the same when it is opened again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from pipeline.corpus.export import ExportForm, export_files
from pipeline.corpus.labels import LabelKind
from pipeline.corpus.set_files import SetForm
from pipeline.corpus.snapshot import Snapshot, Split
from tests.corpus.sets import opened
from tests.corpus.snapshots import CORNERS, write

TEXTS = ["12가3456", "34나5678", "56다7890", ""]
FORMS = {ExportForm.YOLO_CORNERS: SetForm.YOLO, ExportForm.READER_CSV: SetForm.CSV}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return write(tmp_path / "sets", TEXTS)


def exported(snapshot: Snapshot, form: ExportForm, folder: Path) -> Path:
    for name, content in export_files(snapshot, form):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read_bytes() if isinstance(content, Path) else content)
    return folder


@pytest.mark.parametrize("form", ExportForm)
def test_every_form_is_read_again_without_a_problem(snapshot: Snapshot, form: ExportForm, tmp_path: Path) -> None:
    known = opened(exported(snapshot, form, tmp_path / "out"))
    assert known.form == FORMS.get(form, form.value)
    assert known.problems == ()
    labels = [label for its in known.labels.values() for label in its]
    yolo, crops = form in (ExportForm.YOLO, ExportForm.YOLO_CORNERS), form is ExportForm.READER_CSV
    assert sorted(label.text for label in labels if label.text) == ([] if yolo else sorted(TEXTS[:3]))
    assert len(labels) == (3 if crops else 4)
    if crops:
        assert {label.kind for label in labels} == {LabelKind.PLATE_CROP}
        assert {(label.format, label.colour, label.source) for label in labels} == {("film_8", "white", "gate")}
        return
    ignored = [label for label in labels if label.kind is LabelKind.IGNORE]
    assert len(ignored) == (form in (ExportForm.VOC, ExportForm.COCO))
    assert all(label.box == pytest.approx((20, 30, 140, 61), abs=0.6) for label in labels)
    if form is not ExportForm.YOLO:
        assert labels[0].corners is not None
        assert sum(labels[0].corners, ()) == pytest.approx(sum(CORNERS, ()), abs=0.6)


def test_yolo_names_its_class_and_a_folder_for_each_split(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = exported(snapshot, ExportForm.YOLO, tmp_path / "out")
    table = yaml.safe_load((folder / "data.yaml").read_text(encoding="utf-8"))
    assert table["names"] == {0: "plate"}
    for split in ("train", "val", "test"):
        pictures = sorted(path.stem for path in (folder / table[split]).iterdir())
        assert pictures == sorted(path.stem for path in (folder / table[split].replace("images", "labels")).iterdir())


def test_no_detector_learns_from_a_picture_with_a_plate_that_is_tested(snapshot: Snapshot) -> None:
    tested = snapshot.readable(Split.TEST)[0].picture
    beside = replace(snapshot.readable(Split.TRAIN)[0], picture=tested)
    both = replace(snapshot, plates=(*snapshot.plates, beside))
    folders = [
        name for name, _ in export_files(both, ExportForm.VOC) if name.endswith(tested.removeprefix("pictures/"))
    ]
    assert folders == [f"images/test/{tested.removeprefix('pictures/')}"]
