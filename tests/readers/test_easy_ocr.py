"""EasyOCR's network on plates drawn in the test, and EasyOCR itself with the weights that are here."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.errors import BackendUnavailable
from pipeline.plate.types import PlateCrop, Stage
from pipeline.readers.easy_ocr import EasyOCRReader, EasyOCRSettings
from pipeline.registry import find_backend
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.synth.plates import DrawnPlate, draw_match, draw_plate
from pipeline.training.easy_ocr import find_english

QUAD = np.asarray([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
COMMON = ("film_8", "painted_8", "long_7", "short_7", "electric", "commercial_short")


@pytest.fixture(scope="module")
def reader() -> EasyOCRReader:
    return EasyOCRReader(EasyOCRSettings(), load_config())


@pytest.fixture(scope="module")
def english() -> EasyOCRReader:
    return EasyOCRReader(EasyOCRSettings(network="english"), load_config())


def drawn(name: str, count: int) -> list[DrawnPlate]:
    glyphs, rng = load_glyphs(None), np.random.default_rng(8)
    return [draw_plate(draw_match(rng, (name,)), glyphs, rng, 240, worn=False) for _ in range(count)]


@pytest.mark.parametrize("name", COMMON)
def test_clean_plates_of_each_common_format_are_read(name: str, reader: EasyOCRReader) -> None:
    plates = drawn(name, 12)
    readings = reader.read([PlateCrop(plate.pixels, QUAD) for plate in plates])
    assert sum(reading.text == plate.match.text for reading, plate in zip(readings, plates, strict=True)) >= 9


def test_what_it_is_sure_of_is_told_from_what_it_guesses(reader: EasyOCRReader) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (40, 160, 3), dtype=np.uint8)
    meaningless, clear = reader.read([PlateCrop(noise, QUAD), PlateCrop(drawn("long_7", 1)[0].pixels, QUAD)])
    assert meaningless.confidence < 0.5 < clear.confidence
    assert clear.sure_from > 0


def test_more_looks_are_taken_where_the_first_is_unsure() -> None:
    glyphs, style = load_glyphs(None), PhotoStyle(hard=1.0)
    crops = [PlateCrop(photograph(glyphs, (), 31, index, style).pixels, QUAD) for index in range(20)]
    once, thrice = (EasyOCRReader(EasyOCRSettings(framings=n), load_config()).read(crops) for n in (1, 3))
    assert any(final.confidence != first.confidence for first, final in zip(once, thrice, strict=True))


def test_easyocr_itself_reads_the_digits_of_a_plate_with_its_english_weights(english: EasyOCRReader) -> None:
    plates = drawn("long_7", 4)
    readings = english.read([PlateCrop(plate.pixels, QUAD) for plate in plates])
    assert all(set(reading.text) <= set("0123456789") for reading in readings)
    assert sum(plate.match.text[-4:] in reading.text for reading, plate in zip(readings, plates, strict=True)) >= 2
    assert all(0 < character.probability <= 1 for reading in readings for character in reading.characters)


def test_easyocr_itself_reads_the_lines_of_a_short_plate_one_after_the_other(english: EasyOCRReader) -> None:
    plates = drawn("green_national", 3)
    readings = english.read([PlateCrop(plate.pixels, QUAD) for plate in plates])
    assert any(reading.text.endswith(plate.match.text[-4:]) for reading, plate in zip(readings, plates, strict=True))


def test_crops_that_can_hold_no_text_are_not_handed_to_easyocr(english: EasyOCRReader) -> None:
    shapes = [(1, 1), (1, 3000), (3000, 1), (64, 224)]
    readings = english.read([PlateCrop(np.full((*shape, 3), 255, np.uint8), QUAD) for shape in shapes])
    assert [reading.text for reading in readings] == [""] * len(shapes)


def test_korean_weights_that_are_not_there_are_asked_for_and_not_fetched_unbidden(tmp_path: Path) -> None:
    backend = find_backend(Stage.READER, "easy_ocr")
    settings = EasyOCRSettings(network="korean", folder=str(tmp_path))
    reason = backend.missing(load_config(), settings)
    assert str(tmp_path / "korean_g2.pth") in (reason or "")
    assert "network=plates" in (reason or "")
    with pytest.raises(BackendUnavailable, match="korean_g2"):
        backend.build(settings, load_config())
    assert backend.missing(load_config()) is None
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_easyocrs_is_not_opened(tmp_path: Path) -> None:
    """It would be unpickled, and a stranger's pickle may run code; EasyOCR compares its MD5 first."""
    (tmp_path / "korean_g2.pth").write_bytes(b"a pickle that runs code")
    with pytest.raises(BackendUnavailable, match="MD5 mismatch"):
        EasyOCRReader(EasyOCRSettings(network="korean", folder=str(tmp_path)), load_config())


def test_weights_in_a_folder_of_ones_own_are_used(tmp_path: Path) -> None:
    shutil.copy(find_english(), tmp_path)
    reader = EasyOCRReader(EasyOCRSettings(network="english", folder=str(tmp_path)), load_config())
    assert reader.read([PlateCrop(drawn("long_7", 1)[0].pixels, QUAD)])[0].text
