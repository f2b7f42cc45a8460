"""The shipped reader on plates drawn in the test."""

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.media.rectify import rectify
from pipeline.plate.types import Frame, PlateCrop
from pipeline.readers.crnn import CRNNReader, CRNNSettings
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.synth.plates import draw_match, draw_plate

QUAD = np.asarray([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
COMMON = (
    "film_8",
    "painted_8",
    "long_7",
    "short_7",
    "electric",
    "commercial_long",
    "commercial_short",
    "green_regional",
)


@pytest.fixture(scope="module")
def reader() -> CRNNReader:
    return CRNNReader(CRNNSettings(), load_config())


@pytest.mark.parametrize("name", COMMON)
def test_clean_plates_of_each_common_format_are_read(name: str, reader: CRNNReader) -> None:
    glyphs, rng = load_glyphs(None), np.random.default_rng(8)
    plates = [draw_plate(draw_match(rng, (name,)), glyphs, rng, 240, worn=False) for _ in range(12)]
    readings = reader.read([PlateCrop(plate.pixels, QUAD) for plate in plates])
    right = sum(reading.text == plate.match.text for reading, plate in zip(readings, plates, strict=True))
    assert right >= 10


def test_a_tilted_plate_is_read_straightened(reader: CRNNReader) -> None:
    glyphs, style = load_glyphs(None), PhotoStyle(formats=COMMON, tilted=1.0, hard=0.0)
    photos = [photograph(glyphs, (), 21, index, style) for index in range(30)]
    crops = [rectify(Frame(photo.pixels, "0" * 64), photo.quad) for photo in photos]
    right = sum(r.text == photo.text for r, photo in zip(reader.read(crops), photos, strict=True))
    assert right >= 21


def test_every_character_has_a_probability_and_unsure_ones_are_low(reader: CRNNReader) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (40, 160, 3), dtype=np.uint8)
    plate = draw_plate(
        draw_match(np.random.default_rng(2), ("long_7",)), load_glyphs(None), np.random.default_rng(2), 240
    )
    meaningless, clear = reader.read([PlateCrop(noise, QUAD), PlateCrop(plate.pixels, QUAD)])
    assert meaningless.confidence < 0.5 < clear.confidence
    assert len(clear.characters) == len(plate.match.text)


def test_more_looks_are_taken_only_where_the_first_is_unsure() -> None:
    glyphs, style = load_glyphs(None), PhotoStyle(hard=1.0)
    crops = [PlateCrop(photograph(glyphs, (), 31, index, style).pixels, QUAD) for index in range(40)]
    once, thrice = (CRNNReader(CRNNSettings(framings=n), load_config()).read(crops) for n in (1, 3))
    for first, final in zip(once, thrice, strict=True):
        if first.confidence >= 0.95:
            assert final.text == first.text
    assert any(final.confidence != first.confidence for first, final in zip(once, thrice, strict=True))


def test_no_crops_give_no_readings(reader: CRNNReader) -> None:
    assert reader.read([]) == []
