"""Opens ONNX networks for serving on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

OPSET = 17
"""Of the files we export; any onnxruntime since 1.12 runs it."""


def open_session(path: Path, threads: int) -> InferenceSession:
    """A session that uses at most ``threads`` threads and gives back the memory of each run.

    Idle threads sleep: with a second process on two cores, spinning ones made a run 2.5 times slower, and on
    idle cores sleeping costs a tenth at most. Arena and memory pattern save no time on pictures of changing shape,
    but hold on to the memory of the largest batch ever seen.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
