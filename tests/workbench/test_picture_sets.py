"""Sets of whole pictures, labelled or not."""

from __future__ import annotations

import json

import pytest

from pipeline.config import load_config
from pipeline.errors import MediaError
from pipeline.workbench import picture_sets
from pipeline.workbench.picture_sets import read_folder
from tests.workbench.labelled import HEAD, PLATE, numbered


def test_pictures_without_labels_are_taken_once_each_and_what_is_broken_is_said(tmp_path) -> None:
    for name, data in (("b.png", numbered(2)), ("a.png", numbered(1)), ("c.png", numbered(1)), ("d.png", b"no")):
        (tmp_path / name).write_bytes(data)
    known = read_folder(load_config(), tmp_path, "yard")
    assert [(picture.file, picture.plates, picture.size) for picture in known.pictures] == [
        ("a.png", None, (120, 40)),
        ("b.png", None, (120, 40)),
    ]
    assert len(known.left_out) == 2
    assert "same picture" in known.left_out[0]


def test_boxes_and_masks_come_along_and_crops_are_left_out(tmp_path) -> None:
    for number, name in enumerate(("scene.png", "dubious.png", "crop.png", "other.png")):
        (tmp_path / name).write_bytes(numbered(number))
    rows = (f"scene.png,scene,,{PLATE},", f"dubious.png,ignore,,{PLATE},", "crop.png,plate_crop,12가3456,,,,,")
    (tmp_path / "labels.csv").write_text("\n".join((HEAD, *rows)), encoding="utf-8")
    shape = {"name": "polygon", "all_points_x": [1, 9, 9], "all_points_y": [1, 1, 9]}
    via = {"x": {"filename": "other.png", "regions": [{"shape_attributes": shape}]}}
    (tmp_path / "via.json").write_text(json.dumps(via))
    known = read_folder(load_config(), tmp_path, "yard")
    assert {picture.file: picture.plates for picture in known.pictures} == {
        "dubious.png": None,
        "other.png": None,
        "scene.png": ((24, 16, 96, 24),),
    }
    assert (known.labelled, known.outlined) == (1, 1)


def test_a_folder_without_pictures_is_refused(tmp_path) -> None:
    with pytest.raises(MediaError, match="choose another folder"):
        read_folder(load_config(), tmp_path, "empty")


def test_dropped_pictures_become_a_set_once(bench) -> None:
    dropped = [("a/one.png", numbered(1)), ("one.png", numbered(2))]
    place = picture_sets.keep_pictures(bench, "Dropped", dropped)
    assert picture_sets.keep_pictures(bench, "Dropped", dropped) == place
    known = picture_sets.open_pictures_of(bench, place.place)
    assert (known.name, len(known.pictures)) == ("Dropped", 2)
    assert place in picture_sets.places(bench)
