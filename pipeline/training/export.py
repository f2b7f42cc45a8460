"""Turns the weights we train on into the ONNX files that serve."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import Config
from pipeline.networks.onnx import OPSET
from pipeline.weights import Manifest


def export_yolo_plate(config: Config, out: Path) -> Path:
    """Write the ONNX of the plate detector to ``out``, with dynamic batch, height and width.

    The same packages give the same bytes. Ultralytics' metadata is left out, as it holds the date. The graph is
    not simplified: onnxruntime does so when it opens the file, and runs it no faster if it was done before.

    Raises:
        MissingWeights, WeightsMismatch: the ``.pt`` is not the file the manifest names; it is not opened.
    """
    source = Manifest.load(config.weights).verified("yolo_plate_torch")
    keep_ultralytics_offline(config.home / "ultralytics")
    import onnx
    from ultralytics.models import YOLO

    with TemporaryDirectory() as folder:  # ultralytics writes beside what it reads
        copy = shutil.copy(source, folder)
        exported = YOLO(copy).export(format="onnx", dynamic=True, simplify=False, opset=OPSET, device="cpu")
        model = onnx.load(exported)
    del model.metadata_props[:]
    out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, out)
    return out


def keep_ultralytics_offline(folder: Path) -> None:
    """Must run before ultralytics is imported; else it may fetch, install and write to the user's home."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false", YOLO_CONFIG_DIR=str(folder))
