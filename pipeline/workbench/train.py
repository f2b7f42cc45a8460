"""Trains the reader, and takes a trained one into the shipped weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.errors import TrainingError
from pipeline.weights import Manifest, WeightsRow, adopt

if TYPE_CHECKING:
    from pipeline.training.crnn import CRNNTraining, Progress

_HELD_BACK = 10_000  # added to a run's seed: the plates it is validated on
_LICENCE = "AGPL-3.0-or-later"


@dataclass(frozen=True, slots=True)
class TrainedReader:
    """``exact`` is the share of held-back synthetic crops read exactly."""

    trainable: Path
    onnx: Path
    exact: float
    data: str


def train_crnn(
    config: Config,
    settings: CRNNTraining,
    folder: Path,
    *,
    glyphs: Path | None = None,
    surroundings: Path | None = None,
    start_from: Path | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> TrainedReader:
    """Trains in ``folder``, or goes on with the run that is there; leaves ``crnn.safetensors`` and ``crnn.onnx``.

    Args:
        glyphs: folder of glyph pictures; without one, those of the shared folder where it exists, else fonts.
        surroundings: folder of pictures to mount plates on; as with glyphs, else painted metal.
        start_from: weights to go on from in a new run (``crnn.safetensors``).

    Raises:
        TrainingError: the folder holds another run, or there is nothing to draw with.
    """
    from pipeline.training.crnn import CRNNTrainer  # torch takes seconds to import
    from pipeline.training.crnn_weights import export_onnx, load_trainable, save_trainable
    from pipeline.training.samples import SynthSource

    glyphs = glyphs or config.shared_folder("glyphs")
    surroundings = surroundings or config.shared_folder("scene-parts")
    known = load_trainable(start_from) if start_from else None
    samples = SynthSource(settings.seed, glyphs, surroundings)
    held_back = SynthSource(settings.seed + _HELD_BACK, glyphs, surroundings)
    state = CRNNTrainer(settings).fit(samples, held_back, folder, report, known)
    trainable = save_trainable(state, folder / "crnn.safetensors")
    return TrainedReader(trainable, export_onnx(trainable, folder / "crnn.onnx"), state["exact"], state["data"])


def adopt_crnn(config: Config, folder: Path, command: str) -> None:
    """Makes the run of ``folder`` the reader we ship: both files and their rows in the manifest.

    Args:
        command: what made them, for the manifest.

    Raises:
        TrainingError: the folder holds no finished run.
    """
    for name in ("crnn.safetensors", "crnn.onnx"):
        if not (folder / name).is_file():
            raise TrainingError(
                f"{folder} holds no {name}; let the training finish first: python -m pipeline train crnn"
            )
    origin = "trained on plates drawn by pipeline/synth; no photo of a plate was used"
    trainable = WeightsRow("crnn_trainable", "crnn.safetensors", "", _LICENCE, origin, "", command)
    served = WeightsRow("crnn", "crnn.onnx", "", _LICENCE, "exported from crnn_trainable", "crnn_trainable", command)
    adopt(config.weights, trainable, folder / trainable.file)
    adopt(config.weights, served, folder / served.file)
    Manifest.load(config.weights).verified("crnn")
