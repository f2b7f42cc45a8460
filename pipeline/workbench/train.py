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
from pipeline.training.tasks import export_network, find_task
from pipeline.weights import Manifest, WeightsRow, adopt

if TYPE_CHECKING:
    from pipeline.synth.photos import PhotoStyle
    from pipeline.training.loop import Progress, TrainingSettings
    from pipeline.training.samples import SampleSource

_HELD_BACK = 10_000  # added to a run's seed: the plates it is validated on
_FOR_RANGES, _FOR_CALIBRATION = 30_001, 30_002  # seeds
CALIBRATION_PLATES: dict[Network, int] = {"char_yolo": 3000, "crnn": 6000, "easy_ocr": 2000}
_LICENCE = "AGPL-3.0-or-later"
_EASY_FIRST: dict[Network, int] = {"char_yolo": 8_000, "crnn": 48_000, "easy_ocr": 2000}
"""Clear plates at the start; without them CTC finds no alignment in 64,000 samples. EasyOCR's network knows digits."""

READERS: tuple[Network, ...] = ("char_yolo", "crnn", "easy_ocr")
_EIGHT_BITS: tuple[Network, ...] = ("crnn", "easy_ocr")
_HALF: tuple[Network, ...] = ("easy_ocr",)
"""Kept in 16 bits: large ones, whose readings do not change with it."""
_STARTED = {
    "char_yolo": "its first layers taken from yolo_plate_torch, then ",
    "easy_ocr": "EasyOCR's english_g2 (JaidedAI, Apache-2.0, https://github.com/JaidedAI/EasyOCR), its head widened, ",
}


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
    hidden: int = 96,
    width: int = 224,
    glyphs: Path | None = None,
    surroundings: Path | None = None,
    start_from: Path | None = None,
    labelled: LabelledFolder | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> TrainedNetwork:
    """Trains in ``folder``, or goes on with the run that is there; leaves a ``.safetensors`` and an ``.onnx``.

    Args:
        cell: the reader's recurrent cell; ``hidden`` its units a direction.
        width: of the pictures the reader sees, in pixels; a multiple of 4.
        glyphs: folder of glyph pictures; without one, those of the shared folder where it exists, else fonts.
        surroundings: folder of pictures to mount plates on; as with glyphs, else painted metal.
        start_from: weights to go on from in a new run (a ``.safetensors`` of the same network). Of a reader with
            more hidden units, those that weigh most are kept.
        labelled: real plates for the reader; a fifth of them, by their texts, is held back, and ``changes`` tell what
            became of these and of the drawn ones.

    Raises:
        TrainingError: the folder holds another run, or there is nothing to draw with.
    """
    from pipeline.networks.crnn import narrowed
    from pipeline.training.char_yolo import CharacterTask, plate_detector_start
    from pipeline.training.easy_ocr import LineTask, english_start
    from pipeline.training.files import load_trainable, save_trainable  # torch takes seconds to import
    from pipeline.training.labelled import MixedSource, split_labelled
    from pipeline.training.loop import TrainingLoop
    from pipeline.training.samples import SynthSource

    reads = network in READERS
    task = find_task("crnn", cell=cell, hidden=hidden, width=width) if network == "crnn" else find_task(network)
    style = _style(network)
    easy_first = _EASY_FIRST.get(network, 0) if start_from is None else 0
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
    if known and network == "crnn":
        known = narrowed(known, hidden)
    start = known
    if isinstance(task, CharacterTask) and start is None:
        start = plate_detector_start(task, Manifest.load(config.weights).verified("yolo_plate_torch"), settings.seed)
    elif isinstance(task, LineTask) and start is None:
        start = english_start(task)
    loop = TrainingLoop(task, settings)
    state = loop.fit(samples, held_back["drawn"][0], folder, report, start)
    trainable = save_trainable(task.about(), state["averaged"], folder / f"{network}.safetensors", network in _HALF)
    served = export_network(network, trainable, folder / f"{network}.onnx")
    if reads:
        make_reader_serve(config, network, served)
    changes = tuple(
        Change(of, count, loop.right(known, source, count), loop.right(state["averaged"], source, count))
        for of, (source, count) in held_back.items()
        if known
    )
    return TrainedNetwork(trainable, served, state["right"], state["data"], changes)


def _style(network: Network) -> PhotoStyle:
    """Photos to learn from. EasyOCR's network sees fewer that are hard, for it sees a tenth of what the others see."""
    from pipeline.synth.photos import PhotoStyle

    if network == "easy_ocr":
        return PhotoStyle(tilted=0.1, hard=0.3, margin=0.3)
    return PhotoStyle() if network in READERS else PhotoStyle(tilted=0.4, tight=0.1, blank=0.0)


def make_reader_serve(
    config: Config,
    network: Network,
    exported: Path,
    count: int | None = None,
    drawn: tuple[SampleSource, SampleSource] | None = None,
    tick: Callable[[], None] = lambda: None,
) -> dict[str, dict[str, float]]:
    """Makes a reader's ONNX smaller where it reads as well so, and calibrates it on plates that no run is trained on.

    Args:
        count: plates to calibrate on; as many as the shipped one has seen where None.
        drawn: plates that tell the ranges of its layers, and those to calibrate on; else drawn ones of all kinds.
        tick: called again and again meanwhile; what it raises ends it.

    Returns the calibration errors by number of looks.
    """
    from pipeline.networks.plate_networks import open_reader
    from pipeline.training.files import halve
    from pipeline.training.samples import SynthSource
    from pipeline.training.serve import RANGE_SAMPLES, calibrate, quantize

    folders = config.shared_folder("glyphs"), config.shared_folder("scene-parts")
    plates_to_see = count or CALIBRATION_PLATES[network]
    ranges, plates = drawn or (SynthSource(_FOR_RANGES, *folders), SynthSource(_FOR_CALIBRATION, *folders))
    if network in _EIGHT_BITS:
        about = open_reader(network, exported, 1).about
        about.pop("calibration", None)
        quantize(exported, find_task(network, **about), ranges, min(RANGE_SAMPLES, plates_to_see), tick)
    if network in _HALF:
        halve(exported)
    return calibrate(exported, open_reader(network, exported, 1), plates, plates_to_see, tick)


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
    drawn = _STARTED.get(network, "") + "trained on plates drawn by pipeline/synth"
    drawn += " alone" if network in _STARTED else "; no photo of a plate was used"
    measured = ", its convolutions but the first quantized to 8 bits" if network in _EIGHT_BITS else ""
    if network in READERS:
        measured += f", its probabilities calibrated on {CALIBRATION_PLATES[network]:,} held-back drawn plates"
    for name, file in files.items():
        served = name == network
        origin = f"exported from {network}_trainable{measured}" if served else drawn
        row = WeightsRow(name, file.name, "", _LICENCE, origin, f"{network}_trainable" if served else "", command)
        adopt(config.weights, row, file)
