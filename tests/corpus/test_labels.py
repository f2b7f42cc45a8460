from pathlib import Path

import pytest

from pipeline.corpus.labels import LabelKind, Labels, read_labels
from pipeline.errors import BadTable, MediaError

HEAD = "file,kind,plate_text,x1,y1,x2,y2,source"


def labels_of(folder: Path, *rows: str, head: str = HEAD) -> Labels:
    (folder / "labels.csv").write_text("\n".join((head, *rows)), encoding="utf-8")
    return read_labels(folder / "labels.csv")


def test_a_scene_has_a_box_and_a_crop_has_none(tmp_path):
    labels = labels_of(tmp_path, "a.jpg,scene,12가3456,1,2,30,9.5,here", "b.jpg,plate_crop,34나5678,,,,,there")
    (scene,), (crop,) = labels.by_file["a.jpg"], labels.by_file["b.jpg"]
    assert (scene.kind, scene.box, scene.text, scene.source) == (LabelKind.SCENE, (1, 2, 30, 9.5), "12가3456", "here")
    assert (crop.kind, crop.box, crop.text) == (LabelKind.PLATE_CROP, None, "34나5678")
    assert labels.problems == []


def test_several_plates_of_one_picture_stay_together(tmp_path):
    labels = labels_of(tmp_path, "a.jpg,scene,,1,2,3,4,", "b.jpg,plate_crop,x,,,,,", "a.jpg,ignore,,5,6,7,8,")
    assert [label.kind for label in labels.by_file["a.jpg"]] == [LabelKind.SCENE, LabelKind.IGNORE]
    assert list(labels.by_file) == ["a.jpg", "b.jpg"]


def test_a_crop_needs_no_columns_of_boxes(tmp_path):
    assert labels_of(tmp_path, "a.jpg,plate_crop,12가3456", head="file,kind,plate_text").problems == []


def test_a_label_counts_without_its_picture(tmp_path):
    assert list(labels_of(tmp_path, "a.jpg,plate_crop,x,,,,,").by_file) == ["a.jpg"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("a.jpg,scene,,1,2,x,4,", "x2='x' is no number"),
        ("a.jpg,scene,,1,2,,4,", "x2='' is no number"),
        ("a.jpg,scene,,1,2,inf,4,", "x2='inf' is no number"),
        ("a.jpg,scene,,9,2,3,4,", "the box (9, 2, 3, 4) is empty"),
        ("a.jpg,plate,12가3456,,,,,", "kind='plate' is unknown; there are: scene, plate_crop, ignore"),
        (",plate_crop,12가3456,,,,,", "file='' is not a path"),
        ("../a.jpg,plate_crop,12가3456,,,,,", "file='../a.jpg' is not a path inside"),
        ("/a.jpg,plate_crop,12가3456,,,,,", "file='/a.jpg' is not a path inside"),
        ("labels.csv,plate_crop,12가3456,,,,,", "file='labels.csv' is not named like a picture"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_the_others_go_on(tmp_path, row, complaint):
    labels = labels_of(tmp_path, "a.jpg,scene,,1,2,3,4,", row, "b.jpg,plate_crop,x,,,,,")
    assert list(labels.by_file) == ["a.jpg", "b.jpg"]
    assert len(labels.by_file["a.jpg"]) == 1
    (problem,) = labels.problems
    assert f"labels.csv, line 3: {complaint}" in problem


def test_a_table_without_its_columns_is_refused(tmp_path):
    with pytest.raises(BadTable, match="lacks the column plate_text"):
        labels_of(tmp_path, "a.jpg,scene", head="file,kind")


def test_a_table_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MediaError, match=r"none\.csv cannot be opened"):
        read_labels(tmp_path / "none.csv")


def test_the_labels_of_the_real_photos_are_all_usable(shared):
    real = shared / "data" / "real"
    labels = read_labels(real / "labels.csv")
    kinds = [label.kind for its in labels.by_file.values() for label in its]
    assert labels.problems == []
    assert (kinds.count(LabelKind.PLATE_CROP), kinds.count(LabelKind.SCENE)) == (99, 38)


def test_corners_are_read_where_there_are_any(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    rows = ["file,kind,plate_text,x1,y1,x2,y2,corners", 'a.png,scene,12가3456,1,2,9,6,"1,2 9,2 9,6 1,6.5"']
    table.write_text("\n".join([*rows, "b.png,scene,12가3456,1,2,9,6,", "c.png,scene,,1,2,9,6,1 2"]), encoding="utf-8")
    labels = read_labels(table)
    assert labels.by_file["a.png"][0].corners == ((1, 2), (9, 2), (9, 6), (1, 6.5))
    assert labels.by_file["b.png"][0].corners is None
    assert "line 4: corners='1 2' are not four pairs" in labels.problems[0]
