"""Trains our networks, and takes trained ones into the shipped weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.config import Config
from pipeline.errors import TrainingError
from pipeline.training.tasks import Network as Network
from pipeline.training.tasks import find_task
from pipeline.weights import WeightsRow, adopt

if TYPE_CHECKING:
    from pipeline.training.loop import Progress, TrainingSettings

_HELD_BACK = 10_000  # added to a run's seed: the plates it is validated on
_LICENCE = "AGPL-3.0-or-later"
_EASY_FIRST = 48_000  # clear plates at the start; without them CTC finds no alignment in 64,000 samples


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """``right`` is the share of held-back synthetic crops that are read exactly, or whose corners are found."""

    trainable: Path
    onnx: Path
    right: float
    data: str


def train(
    config: Config,
    network: Network,
    settings: TrainingSettings,
    folder: Path,
    *,
    cell: Literal["gru", "lstm"] = "gru",
    glyphs: Path | None = None,
    surroundings: Path | None = None,
    start_from: Path | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> TrainedNetwork:
    """Trains in ``folder``, or goes on with the run that is there; leaves a ``.safetensors`` and an ``.onnx``.

    Args:
        cell: the reader's recurrent cell.
        glyphs: folder of glyph pictures; without one, those of the shared folder where it exists, else fonts.
        surroundings: folder of pictures to mount plates on; as with glyphs, else painted metal.
        start_from: weights to go on from in a new run (a ``.safetensors`` of the same network).

    Raises:
        TrainingError: the folder holds another run, or there is nothing to draw with.
    """
    from pipeline.synth.photos import PhotoStyle
    from pipeline.training.files import export_onnx, load_trainable, save_trainable  # torch takes seconds to import
    from pipeline.training.loop import TrainingLoop
    from pipeline.training.samples import SynthSource

    reads = network == "crnn"
    task = find_task("crnn", cell=cell) if reads else find_task(network)
    style = PhotoStyle() if reads else PhotoStyle(tilted=0.4, tight=0.1)
    easy_first = _EASY_FIRST if reads and start_from is None else 0
    folders = (glyphs or config.shared_folder("glyphs"), surroundings or config.shared_folder("scene-parts"))
    samples = SynthSource(settings.seed, *folders, style, easy_first)
    held_back = SynthSource(settings.seed + _HELD_BACK, *folders, style)
    known = load_trainable(start_from)[1] if start_from else None
    state = TrainingLoop(task, settings).fit(samples, held_back, folder, report, known)
    trainable = save_trainable(task.about(), state["averaged"], folder / f"{network}.safetensors")
    served = export_onnx(task, state["averaged"], folder / f"{network}.onnx")
    return TrainedNetwork(trainable, served, state["right"], state["data"])


def adopt_network(config: Config, network: Network, folder: Path, command: str) -> None:
    """Makes the run of ``folder`` the network we ship: both files and their rows in the manifest.

    Args:
        command: what made them, for the manifest.

    Raises:
        TrainingError: the folder holds no finished run.
    """
    files = {f"{network}_trainable": folder / f"{network}.safetensors", network: folder / f"{network}.onnx"}
    for file in files.values():
        if not file.is_file():
            raise TrainingError(
                f"{file} is not there; finish the run: python -m pipeline train {network} --out {folder}"
            )
    drawn = "trained on plates drawn by pipeline/synth; no photo of a plate was used"
    for name, file in files.items():
        served = name == network
        origin = f"exported from {network}_trainable" if served else drawn
        row = WeightsRow(name, file.name, "", _LICENCE, origin, f"{network}_trainable" if served else "", command)
        adopt(config.weights, row, file)
