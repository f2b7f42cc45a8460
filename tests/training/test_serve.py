"""What becomes of an exported reader before it serves: smaller numbers, the same texts, honest probabilities."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from pathlib import Path

import pytest

from pipeline.analysis.reliability import reliability, right_characters
from pipeline.config import load_config
from pipeline.ensemble.calibrate import Calibration
from pipeline.networks.char_yolo import CharacterNetwork
from pipeline.networks.text import PlateNetwork, TextNetwork
from pipeline.synth.photos import PhotoStyle
from pipeline.training.samples import SynthSource
from pipeline.training.serve import calibrate, quantize
from pipeline.training.tasks import export_network, find_task
from pipeline.weights import Manifest


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped reader as it was trained."""
    trainable = Manifest.load(load_config().weights).verified("crnn_trainable")
    return export_network("crnn", trainable, tmp_path_factory.mktemp("reader") / "crnn.onnx")


def test_eight_bits_read_nearly_all_that_the_whole_network_reads(plain: Path, tmp_path: Path) -> None:
    crops = [SynthSource(9, style=PhotoStyle(hard=0.0, blank=0.0)).sample(n) for n in range(150)]

    def right(network: TextNetwork) -> int:
        guesses = network.read([crop.pixels for crop in crops])
        return sum(guess.text == crop.text for crop, guess in zip(crops, guesses, strict=True))

    small = tmp_path / "small.onnx"
    small.write_bytes(plain.read_bytes())
    quantize(small, find_task("crnn"), SynthSource(8), count=128)
    network = TextNetwork(small, 1)
    assert right(network) >= right(TextNetwork(plain, 1)) - 4 > 90
    assert small.stat().st_size < 0.7 * plain.stat().st_size
    assert network.about["characters"] == TextNetwork(plain, 1).about["characters"]


def test_a_calibration_for_each_number_of_looks_stands_in_the_file(plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "crnn.onnx"
    path.write_bytes(plain.read_bytes())
    errors = calibrate(path, TextNetwork(path, 1), SynthSource(7), 300)
    assert set(errors) == {"1", "2", "3"}
    assert all(error["characters"] < error["characters before"] for error in errors.values())
    written = TextNetwork(path, 1).about["calibration"]
    assert set(written) == {"1", "2", "3"}
    for row in written.values():
        for curve in (row["characters"], row["texts"]):
            assert curve["right"] == sorted(curve["right"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "kind", "count", "looks_to_take"),
    [("crnn", TextNetwork, 1500, (1, 3)), ("char_yolo", CharacterNetwork, 1000, (1,))],
)
def test_the_shipped_readers_keep_their_word_on_plates_they_never_saw(
    name: str, kind: Callable[[Path, int], PlateNetwork], count: int, looks_to_take: tuple[int, ...], shared: Path
) -> None:
    """At most 0.03 off per character and 0.05 per text, measured without the plates that set their curves."""
    network = kind(Manifest.load(load_config().weights).verified(name), 2)
    source = SynthSource(40_001, shared / "data" / "glyphs", shared / "data" / "scene-parts")
    crops = [source.sample(index) for index in range(count)]
    for looks in looks_to_take:
        measured = Calibration.of(network.about["calibration"][str(looks)])
        stated, right, wholes, exact = [], [], [], []
        for crop, (text, probabilities, _) in zip(crops, network.read([c.pixels for c in crops], looks), strict=True):
            stated += measured.characters.apply(probabilities)
            right += right_characters(crop.text, text)
            if text:
                wholes += measured.texts.apply([prod(probabilities)])
                exact.append(text == crop.text)
        assert reliability(stated, right).error <= 0.03
        assert reliability(wholes, exact).error <= 0.05
