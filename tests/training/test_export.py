from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.errors import WeightsMismatch
from pipeline.networks.onnx import open_session
from pipeline.training.export import export_yolo_plate
from pipeline.weights import Manifest


def test_the_plate_detector_exports_to_what_is_shipped(tmp_path: Path) -> None:
    config = load_config()
    made = open_session(export_yolo_plate(config, tmp_path / "made" / "plate.onnx"), threads=1)
    shipped = open_session(Manifest.load(config.weights).verified("yolo_plate"), threads=1)
    for shape in [(2, 3, 96, 320), (1, 3, 320, 32)]:
        pictures = np.random.default_rng(0).random(shape, dtype=np.float32)
        (ours,), (theirs,) = (session.run(None, {"images": pictures}) for session in (made, shipped))
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["made", "plate.onnx"]


def test_a_pt_file_that_is_not_the_manifests_is_not_opened(tmp_path: Path) -> None:
    weights = load_config().weights
    shutil.copy(weights / "manifest.toml", tmp_path)
    (tmp_path / Manifest.load(weights).row("yolo_plate_torch").file).write_bytes(b"a pickle that runs code")
    with pytest.raises(WeightsMismatch, match="sha256"):
        export_yolo_plate(load_config(weights=tmp_path), tmp_path / "out.onnx")
    assert not (tmp_path / "out.onnx").exists()
