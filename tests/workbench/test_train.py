from pathlib import Path

import pytest

from pipeline.config import Config, load_config
from pipeline.errors import TrainingError
from pipeline.weights import Manifest
from pipeline.workbench.train import adopt_network


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A folder of weights that nothing was shipped to yet."""
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "manifest.toml").touch()
    return load_config(weights=weights)


def test_a_finished_run_becomes_the_network_we_ship(config: Config, tmp_path: Path) -> None:
    for name in ("crnn.safetensors", "crnn.onnx"):
        (tmp_path / name).write_text(name)
    adopt_network(config, "crnn", tmp_path, "python -m pipeline train crnn --ship")
    manifest = Manifest.load(config.weights)
    assert manifest.verified("crnn").read_text() == "crnn.onnx"
    assert manifest.verified("crnn_trainable").read_text() == "crnn.safetensors"
    assert manifest.row("crnn").input == "crnn_trainable"
    assert manifest.row("crnn").command == "python -m pipeline train crnn --ship"


def test_a_run_that_is_not_finished_is_not_shipped(config: Config, tmp_path: Path) -> None:
    (tmp_path / "crnn.safetensors").touch()
    with pytest.raises(TrainingError, match=r"crnn\.onnx is not there; finish the run: python -m pipeline train crnn"):
        adopt_network(config, "crnn", tmp_path, "")
    assert Manifest.load(config.weights).rows == ()
