"""Trains our networks, and takes trained ones into the shipped weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.config import Config
from pipeline.corpus.labels import read_labels
from pipeline.errors import TrainingError
from pipeline.training.tasks import Network as Network
from pipeline.training.tasks import find_task
from pipeline.weights import WeightsRow, adopt

if TYPE_CHECKING:
    from pipeline.training.loop import Progress, TrainingSettings

_HELD_BACK = 10_000  # added to a run's seed: the plates it is validated on
_FOR_RANGES, _FOR_CALIBRATION = 30_001, 30_002  # seeds
CALIBRATION_PLATES = 6000
_LICENCE = "AGPL-3.0-or-later"
_EASY_FIRST = 48_000  # clear plates at the start; without them CTC finds no alignment in 64,000 samples


@dataclass(frozen=True, slots=True)
class LabelledFolder:
    """Plates to learn beside the drawn ones: a labels.csv, its pictures, and their share of the samples."""

    table: Path
    images: Path
    share: float = 0.25


@dataclass(frozen=True, slots=True)
class Change:
    """What going on from trained weights changed: the shares right, ``before`` and ``after``, of ``n`` samples."""

    of: str
    n: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """``right`` is the share of held-back synthetic crops that are read exactly, or whose corners are found."""

    trainable: Path
    onnx: Path
    right: float
    data: str
    changes: tuple[Change, ...] = ()


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
    labelled: LabelledFolder | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> TrainedNetwork:
    """Trains in ``folder``, or goes on with the run that is there; leaves a ``.safetensors`` and an ``.onnx``.

    Args:
        cell: the reader's recurrent cell.
        glyphs: folder of glyph pictures; without one, those of the shared folder where it exists, else fonts.
        surroundings: folder of pictures to mount plates on; as with glyphs, else painted metal.
        start_from: weights to go on from in a new run (a ``.safetensors`` of the same network).
        labelled: real plates for the reader; a fifth of them, by their texts, is held back, and ``changes`` tell what
            became of these and of the drawn ones.

    Raises:
        TrainingError: the folder holds another run, or there is nothing to draw with.
    """
    from pipeline.synth.photos import PhotoStyle
    from pipeline.training.files import export_onnx, load_trainable, save_trainable  # torch takes seconds to import
    from pipeline.training.labelled import MixedSource, split_labelled
    from pipeline.training.loop import TrainingLoop
    from pipeline.training.samples import SampleSource, SynthSource

    reads = network == "crnn"
    task = find_task("crnn", cell=cell) if reads else find_task(network)
    style = PhotoStyle() if reads else PhotoStyle(tilted=0.4, tight=0.1, blank=0.0)
    easy_first = _EASY_FIRST if reads and start_from is None else 0
    folders = (glyphs or config.shared_folder("glyphs"), surroundings or config.shared_folder("scene-parts"))
    samples: SampleSource = SynthSource(settings.seed, *folders, style, easy_first)
    held_back: dict[str, tuple[SampleSource, int]] = {
        "drawn": (SynthSource(settings.seed + _HELD_BACK, *folders, style), settings.validation)
    }
    if labelled:
        learnt, kept = split_labelled(read_labels(labelled.table), labelled.images, settings.seed)
        samples = MixedSource(samples, learnt, labelled.share)
        held_back["labelled"] = kept, len(kept.plates)
    known = load_trainable(start_from)[1] if start_from else None
    loop = TrainingLoop(task, settings)
    state = loop.fit(samples, held_back["drawn"][0], folder, report, known)
    trainable = save_trainable(task.about(), state["averaged"], folder / f"{network}.safetensors")
    served = export_onnx(task, state["averaged"], folder / f"{network}.onnx")
    if reads:
        make_reader_serve(config, served)
    changes = tuple(
        Change(of, count, loop.right(known, source, count), loop.right(state["averaged"], source, count))
        for of, (source, count) in held_back.items()
        if known
    )
    return TrainedNetwork(trainable, served, state["right"], state["data"], changes)


def make_reader_serve(config: Config, exported: Path, count: int = CALIBRATION_PLATES) -> dict[str, dict[str, float]]:
    """Quantizes and calibrates a reader's ONNX on ``count`` plates that no run is trained or validated on.

    Returns the calibration errors by number of looks.
    """
    from pipeline.training.samples import SynthSource
    from pipeline.training.serve import calibrate, quantize

    folders = config.shared_folder("glyphs"), config.shared_folder("scene-parts")
    quantize(exported, SynthSource(_FOR_RANGES, *folders))
    return calibrate(exported, SynthSource(_FOR_CALIBRATION, *folders), count)


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
