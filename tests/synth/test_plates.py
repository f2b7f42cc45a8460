"""What the generator draws, from fonts alone and from the shared glyph pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.errors import TrainingError
from pipeline.plate.grammar import FORMATS, parse
from pipeline.synth.glyphs import Glyphs, load_glyphs
from pipeline.synth.layout import LAYOUTS
from pipeline.synth.plates import SHARES, draw_match, draw_plate


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return load_glyphs(None)


def test_every_format_of_the_grammar_can_be_drawn() -> None:
    assert set(LAYOUTS) == set(SHARES) == set(FORMATS)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_plate_is_drawn_with_a_box_for_every_character(name: str, glyphs: Glyphs) -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        plate = draw_plate(draw_match(rng, (name,)), glyphs, rng, 260, worn=False)
        height, width = plate.pixels.shape[:2]
        assert width == 260
        assert len(plate.boxes) == len(plate.match.text)
        assert plate.boxes.min() >= -0.03 * width
        assert plate.boxes[..., 0].max() <= 1.03 * width
        assert plate.boxes[..., 1].max() <= 1.03 * height


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_there_is_ink_in_every_box(name: str, glyphs: Glyphs) -> None:
    rng = np.random.default_rng(4)
    plate = draw_plate(draw_match(rng, (name,)), glyphs, rng, 400, worn=False)
    grey = cv2.cvtColor(plate.pixels, cv2.COLOR_RGB2GRAY)
    for box in plate.boxes:
        (left, top), (right, bottom) = np.maximum(box[0], 0).astype(int), box[2].astype(int)
        assert np.ptp(grey[top:bottom, left:right]) > 40


def test_characters_are_written_line_after_line_from_the_left(glyphs: Glyphs) -> None:
    rng = np.random.default_rng(5)
    plate = draw_plate(draw_match(rng, ("green_regional",)), glyphs, rng, 300)
    upper = len(plate.match.line_texts[0])
    tops, lefts = plate.boxes[:, 0, 1], plate.boxes[:, 0, 0]
    assert tops[:upper].max() < tops[upper:].min()
    assert (np.diff(lefts[:upper]) > 0).all()
    assert (np.diff(lefts[upper:]) > 0).all()


def test_drawn_texts_are_legal(glyphs: Glyphs) -> None:
    rng = np.random.default_rng(6)
    for _ in range(200):
        match = draw_match(rng)
        assert match.format.name in {found.format.name for found in parse(match.text).matches}


def test_a_glyph_folder_is_used_and_named_by_keyboard_keys(shared: Path) -> None:
    pictured = load_glyphs(shared / "data" / "glyphs").pictured
    assert {*"0123456789", "가", "허", "호", "바", "서울", "세종"} <= set(pictured)


def test_a_folder_without_glyphs_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=str(tmp_path)):
        load_glyphs(tmp_path)
