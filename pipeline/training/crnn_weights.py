"""Between a training run and the weights we ship: safetensors to train on from, ONNX to serve."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from pipeline.errors import TrainingError
from pipeline.networks.crnn import CRNN, example_input

OPSET = 17  # any onnxruntime since 1.12 runs it


def save_trainable(state: dict[str, Any], out: Path) -> Path:
    """The averaged weights of a run as safetensors, with characters and cell in its metadata."""
    about = {"characters": json.dumps(state["characters"], ensure_ascii=False), "cell": str(state["settings"]["cell"])}
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in state["averaged"].items()}, out, metadata=about)
    return out


def load_trainable(path: Path) -> dict[str, Any]:
    """``characters``, ``cell`` and ``averaged`` weights, as a trainer starts from.

    Raises:
        TrainingError: the file is not such a safetensors file.
    """
    try:
        with safe_open(path, framework="pt") as weights:
            about = weights.metadata()
            tensors = {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118
        return {"characters": json.loads(about["characters"]), "cell": about["cell"], "averaged": tensors}
    except Exception as error:  # safetensors raises an error type of its own that it does not export
        raise TrainingError(
            f"{path} holds no weights of the reader ({error}); name a crnn .safetensors file"
        ) from error


def export_onnx(trainable: Path, out: Path) -> Path:
    """The network in ``trainable`` as ONNX with a free batch; the characters stand in its metadata."""
    state = load_trainable(trainable)
    network = CRNN(len(state["characters"]) + 1, state["cell"])
    network.load_state_dict(state["averaged"])
    out.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():  # the new exporter unrolls the recurrent layer's 112 steps
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network.eval(),
            (example_input(),),
            str(out),
            input_names=["pictures"],
            output_names=["written"],
            dynamic_axes={"pictures": {0: "batch"}, "written": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load(str(out))
    onnx.helper.set_model_props(model, {"characters": json.dumps(state["characters"], ensure_ascii=False)})
    onnx.save(model, str(out))
    return out
