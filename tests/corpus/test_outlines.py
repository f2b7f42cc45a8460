"""Polygons of a VIA project, and the masks they make."""

from __future__ import annotations

import json

from pipeline.corpus.outlines import mask_of, read_outlines
from pipeline.corpus.set_files import SetFiles
from tests.media.pictures import corners, file_of

SQUARE = {"all_points_x": [2, 6, 6, 2], "all_points_y": [2, 2, 6, 6], "name": "polygon"}


def region(**shape: object) -> dict[str, object]:
    return {"shape_attributes": {**SQUARE, **shape}, "region_attributes": {}}


def test_polygons_are_read_from_old_projects_and_new_ones(tmp_path) -> None:
    old = {"a.jpg123": {"filename": "a.jpg", "regions": {"0": region()}}}
    new = {"_via_img_metadata": {"b.jpg9": {"filename": "b.jpg", "regions": [region(), region(name="circle")]}}}
    for folder, name, project in (("one", "a.jpg", old), ("two", "b.jpg", new)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(file_of(corners(), "JPEG"))
        (tmp_path / folder / "via.json").write_text(json.dumps(project))
    found = read_outlines(SetFiles.of(tmp_path))
    assert found["one/a.jpg"] == (((2, 2), (6, 2), (6, 6), (2, 6)),)
    assert "two/b.jpg" in found


def test_what_is_no_polygon_is_passed_over(tmp_path) -> None:
    (tmp_path / "a.jpg").write_bytes(file_of(corners(), "JPEG"))
    broken = [
        {"shape_attributes": {"name": "rect", "x": 1}},
        {"shape_attributes": None},
        region(all_points_x=[1, "a"]),
        7,
    ]
    (tmp_path / "via.json").write_text(json.dumps({"a": {"filename": "a.jpg", "regions": broken}, "b": 3}))
    (tmp_path / "other.json").write_text("[1, 2")
    assert read_outlines(SetFiles.of(tmp_path)) == {}


def test_a_mask_shrinks_with_its_picture() -> None:
    outline = (((2.0, 2.0), (6.0, 2.0), (6.0, 6.0), (2.0, 6.0)),)
    mask = mask_of(outline, (5, 4), 0.5)
    assert mask.shape == (4, 5)
    assert mask[1:4, 1:4].all()
    assert mask.sum() == 9
