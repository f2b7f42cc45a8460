"""The shipped reader of single characters on plates drawn in the test."""

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.plate.types import PlateCrop
from pipeline.readers.char_yolo import CharYoloReader, CharYoloSettings
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.synth.plates import draw_match, draw_plate

QUAD = np.asarray([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)


@pytest.fixture(scope="module")
def reader() -> CharYoloReader:
    return CharYoloReader(CharYoloSettings(), load_config())


@pytest.mark.parametrize(
    "name", ["film_8", "long_7", "short_7", "commercial_long", "commercial_short", "green_regional"]
)
def test_clean_plates_of_each_common_format_are_read(name: str, reader: CharYoloReader) -> None:
    glyphs, rng = load_glyphs(None), np.random.default_rng(8)
    plates = [draw_plate(draw_match(rng, (name,)), glyphs, rng, 240, worn=False) for _ in range(12)]
    readings = reader.read([PlateCrop(plate.pixels, QUAD) for plate in plates])
    right = sum(reading.text == plate.match.text for reading, plate in zip(readings, plates, strict=True))
    assert right >= 7


def test_what_shows_no_plate_is_doubted(reader: CharYoloReader) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (40, 160, 3), dtype=np.uint8)
    rng = np.random.default_rng(2)
    plate = draw_plate(draw_match(rng, ("long_7",)), load_glyphs(None), rng, 240)
    meaningless, clear = reader.read([PlateCrop(noise, QUAD), PlateCrop(plate.pixels, QUAD)])
    assert meaningless.confidence < 0.5 < clear.confidence
    assert len(clear.characters) == len(plate.match.text)


def test_a_bolder_setting_leaves_weak_boxes_out() -> None:
    glyphs, style = load_glyphs(None), PhotoStyle(hard=1.0)
    crops = [PlateCrop(photograph(glyphs, (), 31, index, style).pixels, QUAD) for index in range(20)]
    all_boxes, strong = (CharYoloReader(CharYoloSettings(least=n), load_config()).read(crops) for n in (0.05, 0.8))
    assert sum(len(reading.text) for reading in strong) < sum(len(reading.text) for reading in all_boxes)
