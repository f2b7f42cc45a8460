"""Weights kept in half the space read as before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from pipeline.networks.onnx import open_session
from pipeline.training.crnn import ReaderTask
from pipeline.training.files import export_onnx, halve, load_trainable, save_trainable


def test_matrices_in_16_bits_take_half_the_space_and_rows_keep_their_range(tmp_path: Path) -> None:
    weights = ReaderTask().network().state_dict() | {"features.1.running_var": torch.full((24,), 1e9)}
    whole = save_trainable({}, weights, tmp_path / "whole.safetensors")
    half = save_trainable({}, weights, tmp_path / "half.safetensors", half=True)
    assert half.stat().st_size < 0.55 * whole.stat().st_size
    kept = load_trainable(half)[1]
    assert kept["head.weight"].dtype == torch.float16
    assert torch.equal(kept["features.1.running_var"], weights["features.1.running_var"])


def test_an_onnx_file_in_16_bits_writes_what_its_weights_wrote_in_32(tmp_path: Path) -> None:
    task = ReaderTask(cell="lstm")
    saved = save_trainable(task.about(), task.network().state_dict(), tmp_path / "half.safetensors", half=True)
    path = export_onnx(task, load_trainable(saved)[1], tmp_path / "reader.onnx")
    pictures = np.random.default_rng(0).standard_normal((2, 1, 64, 224)).astype(np.float32)
    before, size = open_session(path, 1).run(None, {"pictures": pictures})[0], path.stat().st_size
    halve(path)
    assert path.stat().st_size < 0.6 * size
    np.testing.assert_allclose(open_session(path, 1).run(None, {"pictures": pictures})[0], before, atol=1e-3)
