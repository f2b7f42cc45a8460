"""The networks we train, by name. Their names are known without importing torch, which takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from pipeline.training.loop import Task

Network = Literal["char_yolo", "corners", "crnn", "easy_ocr", "zero_dce"]
NETWORKS: tuple[Network, ...] = get_args(Network)


def find_task(network: Network, **about: Any) -> Task:
    """The task that trains ``network``, built again from what its ``about()`` gave."""
    from pipeline.training.char_yolo import CharacterTask
    from pipeline.training.corners import CornerTask
    from pipeline.training.crnn import ReaderTask
    from pipeline.training.easy_ocr import LineTask
    from pipeline.training.zero_dce import ZeroDceTask

    tasks: dict[Network, Callable[..., Task]] = {
        "char_yolo": CharacterTask,
        "corners": CornerTask,
        "crnn": ReaderTask,
        "easy_ocr": LineTask,
        "zero_dce": ZeroDceTask,
    }
    return tasks[network](**about)


def export_network(network: Network, trainable: Path, out: Path) -> Path:
    """The network in a ``.safetensors`` file as ONNX.

    Raises:
        TrainingError: the file does not hold it.
    """
    from pipeline.training.files import export_onnx, load_trainable

    about, weights = load_trainable(trainable)
    return export_onnx(find_task(network, **about), weights, out, any_size=network == "zero_dce")
