"""The baseline: real Tesseract, on clear drawn plates."""

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import PlateCrop, Reading, Stage
from pipeline.registry import find_backend
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.plates import draw_match, draw_plate


@pytest.fixture(scope="module")
def readings() -> list[tuple[str, Reading]]:
    backend = find_backend(Stage.READER, "tesseract")
    config = load_config()
    if reason := backend.missing(config):
        pytest.skip(reason)
    reader = backend.build(backend.settings(), config)
    rng, glyphs = np.random.default_rng(3), load_glyphs(None)
    plates = [draw_plate(draw_match(rng, ("long_7",)), glyphs, rng, 420, worn=False) for _ in range(8)]
    crops = [PlateCrop(plate.pixels, quad_from_box(0, 0, 420, plate.pixels.shape[0])) for plate in plates]
    return list(zip([plate.match.text for plate in plates], reader.read(crops), strict=True))


def test_it_reads_most_digits_of_clear_plates(readings: list[tuple[str, Reading]]) -> None:
    wanted = sum(len(truth) - 1 for truth, _ in readings)
    seen = sum(char in reading.text for truth, reading in readings for char in truth if char.isdigit())
    assert seen > 0.6 * wanted


def test_probabilities_are_shares_and_time_is_told(readings: list[tuple[str, Reading]]) -> None:
    for _, reading in readings:
        assert all(0 <= character.probability <= 1 for character in reading.characters)
        assert reading.reader == "tesseract"
        assert reading.elapsed_ms > 0
