"""Scenes: the same for the same seed, and what their labels say is there."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.errors import TrainingError
from pipeline.plate.geometry import bounding_box, box_iou, is_convex, quad_size
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.parts import SceneParts, load_scene_parts
from pipeline.synth.scenes import SceneStyle, View, draw_scene

SMALL = SceneStyle(width=960, height=540, empty=0)


def test_a_scene_depends_on_seed_and_index_alone() -> None:
    glyphs = load_glyphs(None)
    alone = draw_scene(SceneParts(), glyphs, 3, 2, SMALL)
    draw_scene(SceneParts(), glyphs, 3, 1, SMALL)
    again = draw_scene(SceneParts(), glyphs, 3, 2, SMALL)
    assert np.array_equal(alone.pixels, again.pixels)
    assert [plate.text for plate in alone.plates] == [plate.text for plate in again.plates]


@pytest.mark.parametrize("view", View)
def test_plates_lie_in_the_scene_upright_and_apart(view: View) -> None:
    glyphs = load_glyphs(None)
    style = SceneStyle(width=960, height=540, views=(view,), empty=0)
    plates = 0
    for index in range(6):
        scene = draw_scene(SceneParts(), glyphs, 4, index, style)
        assert scene.view is view
        assert scene.pixels.shape == (540, 960, 3)
        boxes = [bounding_box(plate.quad) for plate in scene.plates]
        for plate in scene.plates:
            assert is_convex(plate.quad)
            assert ((plate.quad >= 0) & (plate.quad <= (960, 540))).all()
            assert plate.quad[0, 0] < plate.quad[1, 0], "text that runs from left to right"
            assert len(plate.boxes) == len(plate.text)
            inside = [cv2.pointPolygonTest(plate.quad, tuple(map(float, box.mean(0))), False) for box in plate.boxes]
            assert min(inside) >= 0
        assert all(box_iou(a, b) == 0 for n, a in enumerate(boxes) for b in boxes[:n])
        plates += len(scene.plates)
    assert plates >= 6


def test_plates_are_tiny_to_large() -> None:
    glyphs = load_glyphs(None)
    widths = [
        quad_size(plate.quad)[0]
        for index in range(30)
        for plate in draw_scene(SceneParts(), glyphs, 5, index, SceneStyle(empty=0, spoiled=False)).plates
    ]
    assert min(widths) < 30
    assert max(widths) > 150


def test_a_share_of_scenes_is_empty() -> None:
    scene = draw_scene(SceneParts(), load_glyphs(None), 1, 0, SceneStyle(width=640, height=360, empty=1))
    assert scene.plates == ()


def test_cars_and_backgrounds_come_from_any_folder(tmp_path: Path) -> None:
    car = np.zeros((60, 100, 4), np.uint8)
    car[10:55, 5:95] = (0, 0, 255, 255)  # red, as OpenCV writes it
    box = "<xmin>30</xmin><ymin>35</ymin><xmax>70</xmax><ymax>44</ymax>"
    label = f"<annotation><object><bndbox>{box}</bndbox></object></annotation>"
    (tmp_path / "pole").mkdir()
    cv2.imwrite(str(tmp_path / "pole" / "car.png"), car)
    (tmp_path / "pole" / "car.xml").write_text(label, encoding="utf-8")
    cv2.imwrite(str(tmp_path / "road.png"), np.full((300, 500, 3), 90, np.uint8))
    parts = load_scene_parts(tmp_path, tmp_path)
    assert [above for _, above in parts.backgrounds] == [False]
    (only,) = parts.cars
    assert (only.plate, only.above) == ((30, 35, 70, 44), True)
    scene = draw_scene(
        parts, load_glyphs(None), 1, 0, SceneStyle(640, 360, (View.GATE,), empty=0, night=0, spoiled=False)
    )
    (plate, *_) = scene.plates
    x, y = plate.quad.mean(0).astype(int)
    above = scene.pixels[max(0, y - int(quad_size(plate.quad)[1]) * 2), x].astype(int)
    assert above[0] > above[1] + 60, "the plate sits on the red car"


@pytest.mark.parametrize(
    "broken", ["no xml", "<annotation/>", "<annotation><object><bndbox><xmin>5</xmin></bndbox></object></annotation>"]
)
def test_a_label_file_that_is_none_is_named(tmp_path: Path, broken: str) -> None:
    cv2.imwrite(str(tmp_path / "car.png"), np.zeros((20, 20, 4), np.uint8))
    (tmp_path / "car.xml").write_text(broken, encoding="utf-8")
    with pytest.raises(TrainingError, match=r"car\.xml"):
        load_scene_parts(None, tmp_path)


def test_folders_without_what_they_should_hold_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="holds no backgrounds"):
        load_scene_parts(tmp_path, None)
    with pytest.raises(TrainingError, match="holds no cars"):
        load_scene_parts(None, tmp_path)
