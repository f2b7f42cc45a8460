"""Trains a network further on plates that people have read, without it forgetting the others: a candidate's files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import TrainingError
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.patterns import join_patterns, learn_patterns
from pipeline.training.tasks import Network, export_network
from pipeline.weights import Manifest
from pipeline.workbench.bench import Workbench
from pipeline.workbench.train import Change, TrainedNetwork, make_reader_serve

if TYPE_CHECKING:
    from pipeline.training.labelled import LabelledPlate
    from pipeline.training.loop import Progress, TrainingSettings
    from pipeline.training.samples import SampleSource

TRAINABLE: tuple[Network, ...] = ("crnn",)
"""Readers of whole texts. `char_yolo` needs a box around every character, which no answer has."""

CHECKPOINT = "last.ckpt"
_LINES = 20  # of the log, and checkpoints, over a run
_MOST_HELD_BACK = 400  # labelled plates that each line of the log reads
_DRAWN, _HELD_BACK, _RANGES, _CALIBRATION = 40_001, 40_002, 40_003, 40_004  # seeds that nothing else draws with


class FineTuning(BaseModel):
    """Settings of going on from a trained network. The defaults take some minutes on two cores."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: int = Field(9600, ge=64, le=2_000_000, description="plates to see, labelled and drawn together")
    batch: int = Field(64, ge=1, le=1024, description="plates of one step")
    rate: float = Field(4e-4, gt=0, le=0.01, description="highest learning rate")
    share: float = Field(0.35, gt=0, lt=1, description="share of labelled plates; the others are drawn")
    negatives: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="share that is shown as grey negatives, for light characters on a dark plate",
    )
    decay: float = Field(0.5, ge=0, le=1, description="share of the run, at its end, in which the rate falls to 0")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="what chance decides by")
    validation: int = Field(256, ge=16, le=10_000, description="held-back drawn plates that each line of the log reads")
    guard: int = Field(1500, ge=16, le=20_000, description="drawn plates on which no kind may be read worse")
    calibration: int = Field(1500, ge=16, le=20_000, description="drawn plates that probabilities are measured on")


@dataclass(frozen=True)
class Drawn:
    """The drawn plates of a fine-tuning: to train on, held back, for the ranges of layers, to calibrate on."""

    samples: SampleSource
    held_back: SampleSource
    ranges: SampleSource
    calibration: SampleSource


def draw_all_kinds(bench: Workbench, seed: int) -> Drawn:
    """Drawn plates of every kind our generator knows."""
    from pipeline.training.samples import SynthSource

    folders = bench.config.shared_folder("glyphs"), bench.config.shared_folder("scene-parts")
    return Drawn(*(SynthSource(base + 10 * seed, *folders) for base in (_DRAWN, _HELD_BACK, _RANGES, _CALIBRATION)))


def find_base(bench: Workbench, network: str) -> Path:
    """The trainable weights of the version that serves.

    Raises:
        MissingWeights, WeightsMismatch: they are not there, or are others.
    """
    return Manifest.of(bench.config).verified(f"{network}_trainable")


def unfit_plates(plates: Sequence[LabelledPlate]) -> dict[int, str]:
    """By place, why a plate cannot be trained on."""
    found = {}
    for place, plate in enumerate(plates):
        if not plate.text:
            found[place] = f"{plate.picture.name} has no text"
        elif strange := sorted(set(plate.text) - set(CHARACTERS)):
            found[place] = (
                f"{plate.picture.name}: {plate.text!r} has {' '.join(strange)}, which no plate bears; mend it"
            )
    return found


def train_candidate(
    bench: Workbench,
    plates: Sequence[LabelledPlate],
    settings: FineTuning,
    start_from: Path,
    folder: Path,
    report: Callable[[Progress], None] = lambda progress: None,
    *,
    network: Network = "crnn",
    held_back: Sequence[LabelledPlate] = (),
    drawn: Drawn | None = None,
    watch: Callable[[int, float], None] = lambda step, loss: None,
    say: Callable[[str], None] = lambda stage: None,
    tick: Callable[[], None] = lambda: None,
) -> TrainedNetwork:
    """Trains in ``folder``, or goes on with the run that is there; leaves ``<network>.safetensors`` and ``.onnx``.

    Kinds of plates that no format knows are learnt from the texts of ``plates``.

    Args:
        start_from: trainable weights of the same network.
        held_back: labelled plates that are not trained on; each line of the log, and ``changes``, tell of them.
        drawn: plates beside the labelled ones; else those of :func:`draw_all_kinds`.
        report, watch: as the loop calls them; what they raise ends the run, and the next call goes on with it.
        say: called with the name of each stage as it begins: train, export, calibrate.
        tick: called about once a second while what was trained is made ready to serve; what it raises ends that.

    Raises:
        TrainingError: no plate can be trained on, the network is none that can, or the folder holds another run.
    """
    from pipeline.training.crnn import ReaderTask
    from pipeline.training.files import load_trainable, save_trainable
    from pipeline.training.labelled import LabelledSource, MixedSource, NegativeSource
    from pipeline.training.loop import HeldBack, TrainingLoop

    if network not in TRAINABLE:
        raise TrainingError(f"'{network}' cannot be trained on answers; these can: {', '.join(TRAINABLE)}")
    unfit = unfit_plates(plates)
    learnt = tuple(plate for place, plate in enumerate(plates) if place not in unfit)
    if not learnt:
        raise TrainingError("there is no plate to train on; choose a data set that has readable plates")
    drawn = drawn or draw_all_kinds(bench, settings.seed)
    about, known = load_trainable(start_from)
    patterns = join_patterns(map(tuple, about.pop("patterns", ())), learn_patterns(plate.text for plate in learnt))
    task = ReaderTask(**about, patterns=patterns)
    loop = TrainingLoop(task, _for_the_loop(settings, bench.config.threads))
    kept = LabelledSource(tuple(held_back)[:_MOST_HELD_BACK], settings.seed, changed=False)
    beside = HeldBack(kept, len(kept.plates)) if kept.plates else None
    say("train")
    samples: SampleSource = MixedSource(drawn.samples, LabelledSource(learnt, settings.seed), settings.share)
    if settings.negatives:
        samples = NegativeSource(samples, settings.negatives)
    state = loop.fit(samples, drawn.held_back, folder, report, known, beside=beside, watch=watch)
    say("export")
    trainable = save_trainable(task.about(), state["averaged"], folder / f"{network}.safetensors")
    served = export_network(network, trainable, folder / f"{network}.onnx")
    say("calibrate")
    seen = MixedSource(drawn.ranges, LabelledSource(learnt, settings.seed), settings.share)  # new kinds look otherwise
    make_reader_serve(bench.config, network, served, settings.calibration, (seen, drawn.calibration), tick)
    sources = {"drawn": HeldBack(drawn.held_back, settings.validation)} | ({"labelled": beside} if beside else {})
    changes = tuple(
        Change(of, its.count, *(loop.right(weights, its.samples, its.count) for weights in (known, state["averaged"])))
        for of, its in sources.items()
    )
    return TrainedNetwork(trainable, served, state["right"], state["data"], changes)


def read_log(folder: Path) -> tuple[Progress, ...]:
    """The lines of a run's log so far; a later attempt at a step stands in place of an earlier one."""
    from pipeline.training.progress import Progress

    try:
        lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    by_step = {}
    for line in lines:
        try:
            progress = Progress(**json.loads(line))
        except (ValueError, TypeError):
            continue  # a kill cut it off
        by_step[progress.step] = progress
    return tuple(by_step[step] for step in sorted(by_step))


def _for_the_loop(settings: FineTuning, threads: int) -> TrainingSettings:
    from pipeline.training.loop import TrainingSettings

    return TrainingSettings(
        samples=settings.samples,
        batch=settings.batch,
        rate=settings.rate,
        decay=settings.decay,
        seed=settings.seed,
        validate_every=max(1, settings.samples // settings.batch // _LINES),
        validation=settings.validation,
        threads=max(1, threads - 1),  # another draws the samples
    )
