"""Checkpoints that a kill at any moment leaves whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from pipeline.errors import TrainingError

FILE = "last.ckpt"


def save(folder: Path, state: dict[str, Any]) -> None:
    """Write beside, then rename: there is always one complete checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / (FILE + ".part")
    with beside.open("wb") as stream:
        torch.save(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(folder / FILE)


def load(folder: Path) -> dict[str, Any] | None:
    """The last checkpoint of ``folder``, or None where there is none.

    Raises:
        TrainingError: the file is there but cannot be used.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever its unpickler meets
        raise TrainingError(f"{path} cannot be resumed from ({error}); remove it to start anew") from error
    return state
