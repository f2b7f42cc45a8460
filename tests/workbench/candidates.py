"""Versions of the reader that differ from the shipped one in what a test asks for, and cost no training."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import onnx

from pipeline.config import Config
from pipeline.weights import Manifest


def candidate(config: Config, folder: Path, mark: str, swap: str = "") -> Path:
    """A folder as a training leaves it, with the shipped reader under another sha256.

    Args:
        mark: tells its file from others.
        swap: two characters that it takes for each other, such as "17".
    """
    manifest = Manifest.load(config.weights)
    folder.mkdir(parents=True)
    shutil.copyfile(manifest.verified("crnn_trainable"), folder / "crnn.safetensors")
    model = onnx.load(str(manifest.verified("crnn")))
    about = {prop.key: prop.value for prop in model.metadata_props} | {"mark": json.dumps(mark)}
    if swap:
        changed = {swap[0]: swap[1], swap[1]: swap[0]}
        characters = [changed.get(char, char) for char in json.loads(about["characters"])]
        about["characters"] = json.dumps(characters, ensure_ascii=False)
    onnx.helper.set_model_props(model, about)
    onnx.save(model, str(folder / "crnn.onnx"))
    return folder
