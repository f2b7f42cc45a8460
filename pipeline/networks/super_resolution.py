"""Enlarges crops with Real-ESRGAN: spandrel opens the authors' weights once, onnxruntime serves them.

Wang et al., "Real-ESRGAN", ICCVW 2021, arXiv:2107.10833.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np

from pipeline.errors import WeightsMismatch
from pipeline.networks.onnx import OPSET, open_session
from pipeline.plate.types import Pixels

SCALE = 4


def export_upscaler(weights: Path, out: Path) -> Path:
    """The network in a ``.safetensors`` or ``.pth`` as ONNX: ``pictures`` (batch, 3, height, width) of 0…1 in,
    ``enlarged`` four times as wide and high out.

    A ``.pth`` is a pickle: check its sha256 before. Torch then builds nothing from it but tensors.

    Raises:
        WeightsMismatch: it holds no network that enlarges four times.
    """
    import spandrel
    import torch
    from safetensors.torch import load_file

    if weights.suffix == ".safetensors":
        state = load_file(weights)
    else:
        whole = torch.load(weights, map_location="cpu", weights_only=True)
        state = whole.get("params_ema", whole.get("params", whole))
    numbers = {name: tensor.float() for name, tensor in state.items()}
    model = spandrel.ModelLoader("cpu").load_from_state_dict(numbers)
    if not isinstance(model, spandrel.ImageModelDescriptor) or model.scale != SCALE:
        raise WeightsMismatch(f"{weights} holds no network that enlarges {SCALE} times; name one of Real-ESRGAN")
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_suffix(".part")
    free = {0: "batch", 2: "height", 3: "width"}
    with warnings.catch_warnings():  # the tracer warns of sizes, which it keeps free all the same
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.model.eval(),
            (torch.zeros(1, 3, 16, 24),),
            str(beside),
            input_names=["pictures"],
            output_names=["enlarged"],
            dynamic_axes={"pictures": free, "enlarged": free},
            opset_version=OPSET,
            dynamo=False,
        )
    beside.replace(out)
    return out


class Upscaler:
    """An ONNX file that :func:`export_upscaler` wrote."""

    def __init__(self, path: Path, threads: int) -> None:
        self._session = open_session(path, threads)

    def enlarge(self, pixels: Pixels, most_pixels: int) -> Pixels:
        """Four times as wide and high; more than ``most_pixels`` are shrunk to so many first.

        A picture that has more pixels than would come out is handed back as it is.
        """
        height, width = pixels.shape[:2]
        shrink = min(1.0, (most_pixels / (height * width)) ** 0.5)
        if shrink * SCALE <= 1:
            return pixels
        if shrink < 1:
            size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        picture = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32) / 255
        (enlarged,) = self._session.run(None, {"pictures": picture})
        return np.ascontiguousarray((enlarged[0].transpose(1, 2, 0) * 255 + 0.5).clip(0, 255), np.uint8)
