"""Between a training run and the weights we ship: safetensors to train on from, ONNX to serve."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from pipeline.errors import TrainingError
from pipeline.networks.onnx import OPSET
from pipeline.training.loop import Task


def save_trainable(about: dict[str, Any], weights: dict[str, Tensor], out: Path, half: bool = False) -> Path:
    """A network's weights as safetensors, with what one must know to build it in the metadata.

    ``half`` keeps matrices and kernels in 16 bits; single rows, such as variances, need the range of 32.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    if half:
        weights = {name: value.half() if value.ndim > 1 else value for name, value in weights.items()}
    texts = {name: json.dumps(value, ensure_ascii=False) for name, value in about.items()}
    save_file({name: tensor.contiguous() for name, tensor in weights.items()}, out, metadata=texts)
    return out


def load_trainable(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """(about, weights) of a file that :func:`save_trainable` wrote.

    Raises:
        TrainingError: it is no such file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = {name: json.loads(text) for name, text in (file.metadata() or {}).items() if name != "format"}
            return about, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except Exception as error:  # safetensors raises a type of its own that it does not export
        raise TrainingError(f"{path} holds no trained weights ({error}); name a .safetensors file of ours") from error


def export_onnx(task: Task, weights: dict[str, Tensor], out: Path, any_size: bool = False) -> Path:
    """The task's network as ONNX: ``pictures`` in, ``written`` out, a free batch; ``about`` stands in its metadata.

    With ``any_size`` height and width are free, too.
    """
    free = {0: "batch", 2: "height", 3: "width"} if any_size else {0: "batch"}
    network = task.network()
    network.load_state_dict(weights)
    out.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():  # the new exporter unrolls the recurrent layer's 112 steps
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            (task.example(),),
            str(out),
            input_names=["pictures"],
            output_names=["written"],
            dynamic_axes={"pictures": free, "written": free},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load(str(out))
    onnx.helper.set_model_props(
        model, {name: json.dumps(value, ensure_ascii=False) for name, value in task.about().items()}
    )
    onnx.save(model, str(out))
    return out


def halve(path: Path) -> None:
    """Keeps an ONNX file's matrices in 16 bits: right for weights that have no more; it computes in 32 as before."""
    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) > 1:
            name, kept = tensor.name, onnx.numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(onnx.numpy_helper.from_array(kept, f"{name}_half"))
            widen = onnx.helper.make_node("Cast", [tensor.name], [name], to=onnx.TensorProto.FLOAT)
            model.graph.node.insert(0, widen)
    onnx.save(model, str(path))
