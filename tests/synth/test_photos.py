"""Photographs of plates: the same for the same seed, labelled right."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.errors import TrainingError
from pipeline.plate.geometry import quad_area
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, load_surroundings, photograph
from pipeline.synth.scenes import HEIGHT, WIDTH, draw_example_scene


def test_a_sample_depends_on_seed_and_index_alone() -> None:
    glyphs = load_glyphs(None)
    alone = photograph(glyphs, (), 9, 5)
    for index in range(5):
        photograph(glyphs, (), 9, index)
    again = photograph(glyphs, (), 9, 5)
    assert again.text == alone.text
    assert np.array_equal(again.pixels, alone.pixels)
    assert np.array_equal(again.boxes, alone.boxes)


def test_other_seeds_and_indices_give_other_plates() -> None:
    glyphs = load_glyphs(None)
    texts = {photograph(glyphs, (), seed, index).text for seed in (1, 2) for index in range(20)}
    assert len(texts) > 35


def test_the_plate_lies_in_the_picture_and_its_characters_in_the_plate() -> None:
    glyphs = load_glyphs(None)
    for index in range(60):
        photo = photograph(glyphs, (), 11, index)
        height, width = photo.pixels.shape[:2]
        assert quad_area(photo.quad) > 0.08 * width * height
        assert (photo.quad > -0.15 * width).all()
        assert (photo.quad < 1.15 * np.asarray((width, height)) + 0.1 * width).all()
        centres = photo.boxes.mean(1)
        assert all(cv2.pointPolygonTest(photo.quad, (float(x), float(y)), False) >= 0 for x, y in centres)


def test_a_folder_without_pictures_to_mount_plates_on_is_refused_by_name(tmp_path: Path) -> None:
    assert load_surroundings(None) == ()
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(TrainingError, match=f"^{folder} holds no pictures"):
            load_surroundings(folder)


def test_a_style_narrows_what_is_drawn() -> None:
    glyphs = load_glyphs(None)
    style = PhotoStyle(formats=("electric",), tilted=0.0)
    photos = [photograph(glyphs, (), 2, index, style) for index in range(10)]
    assert {photo.format for photo in photos} == {"electric"}


@pytest.mark.parametrize("seed", range(4))
def test_example_scenes_are_the_same_for_the_same_seed_and_hold_their_plates(seed: int) -> None:
    scene = draw_example_scene(seed)
    assert scene.pixels.shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(scene.pixels, draw_example_scene(seed).pixels)
    assert 1 <= len(scene.plates) <= 2
    for plate in scene.plates:
        assert (plate.quad >= 0).all()
        assert (plate.quad <= (WIDTH, HEIGHT)).all()
