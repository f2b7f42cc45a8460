"""The networks we train, by name."""

from __future__ import annotations

from pathlib import Path

from pipeline.training.corners import CornerTask
from pipeline.training.crnn import ReaderTask
from pipeline.training.files import export_onnx, load_trainable
from pipeline.training.loop import Task

TASKS: dict[str, type[ReaderTask] | type[CornerTask]] = {"crnn": ReaderTask, "corners": CornerTask}


def export_network(name: str, trainable: Path, out: Path) -> Path:
    """The network ``name`` in a ``.safetensors`` file as ONNX.

    Raises:
        TrainingError: the file does not hold it.
    """
    about, weights = load_trainable(trainable)
    task: Task = TASKS[name](**about)
    return export_onnx(task, weights, out)
