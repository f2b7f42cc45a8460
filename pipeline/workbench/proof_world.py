"""The small world of the proof: a gate's camera, the kinds of plates its reader knows, and those it has never seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from pipeline.config import Config
from pipeline.media.draw import encode_jpeg
from pipeline.synth.photos import PhotoStyle
from pipeline.training.tasks import export_network
from pipeline.weights import Manifest, WeightsRow, adopt
from pipeline.workbench.fine_tuning import Drawn
from pipeline.workbench.train import make_reader_serve

if TYPE_CHECKING:
    from pipeline.training.loop import Progress
    from pipeline.training.samples import SampleSource, SynthSource

Family = Literal["temporary", "military", "green_national", "green", "diplomatic", "construction"]
FAMILIES: tuple[Family, ...] = get_args(Family)
_FAMILIES: dict[Family, tuple[str, ...]] = {
    "temporary": ("temporary_long", "temporary_short"),
    "military": ("military",),
    "green_national": ("green_national",),
    "green": ("green_regional", "green_national"),
    "diplomatic": ("diplomatic_long", "diplomatic_short"),
    "construction": ("construction_new", "construction_old", "construction_old_long"),
}
_KNOWN = (
    "film_8", "painted_8", "long_7", "short_7", "large_7", "electric", "corporate",
    "commercial_long", "commercial_short", "commercial_large",
)  # fmt: skip
_GATE = PhotoStyle(formats=_KNOWN, margin=0.2, tilted=0.0, hard=0.0, tight=0.6, blank=0.02, near=1.0)

BASE = "proof_base"
"""The row of the shipped weights: a reader that has seen the known kinds alone."""
_COMMAND = "python -m pipeline prove-loop --train-base runs/proof_base"
_ORIGIN = (
    "trained on 288,000 plates drawn by pipeline/synth, none of them diplomatic, green, of a construction machine, of "
    "a motorcycle, temporary or military; serves nothing but the proof of the loop"
)


class _Stage(NamedTuple):
    """One run of the base's training; ``easy_first`` are clear plates at its start."""

    seed: int
    easy_first: int
    samples: int
    rate: float
    decay: float
    negatives: float


_STAGES = (
    _Stage(11, 16_000, 128_000, 2e-3, 0.6, 0.0),
    _Stage(12, 0, 64_000, 1e-3, 0.8, 0.0),
    _Stage(13, 0, 96_000, 1.5e-3, 0.6, 0.4),
)
_POOL, _FAMILY_POOL, _TEST, _FAMILY_TEST = 70_000, 71_000, 72_000, 73_000
"""Seeds that nothing else draws with; a proof's own is added."""
_DRAWN, _HELD_BACK, _RANGES, _CALIBRATION = 74_000, 75_000, 76_001, 77_001


@dataclass(frozen=True, slots=True)
class World:
    """Plates as the gate sees them: of the kinds its reader knows, and of the family it does not."""

    config: Config
    family: Family
    seed: int

    def known(self, of: int) -> SynthSource:
        return _source(self.config, of + self.seed, _GATE)

    def new(self, of: int) -> SynthSource:
        return _source(self.config, of + self.seed, replace(_GATE, formats=_FAMILIES[self.family], blank=0.0))

    @property
    def test(self) -> SynthSource:
        """Known kinds that nothing is trained on."""
        return _source(self.config, _TEST + self.seed, replace(_GATE, blank=0.0))

    @property
    def family_test(self) -> SynthSource:
        return self.new(_FAMILY_TEST)

    @property
    def beside(self) -> Drawn:
        """What a fine-tuning sees beside the answers, so as not to forget it: never one of the family."""
        return Drawn(*(self.known(of) for of in (_DRAWN, _HELD_BACK, _RANGES, _CALIBRATION)))

    def picture(self, place: int, of_family: bool) -> tuple[str, bytes]:
        """(text, JPEG) of the pool's plate ``place``."""
        sample = (self.new(_FAMILY_POOL) if of_family else self.known(_POOL)).sample(place)
        return sample.text, encode_jpeg(sample.pixels)


def train_base(config: Config, folder: Path, report: Callable[[Progress], None]) -> WeightsRow:
    """Trains the proof's reader in ``folder``, or goes on with the run there, and takes it into the shipped weights.

    Raises:
        TrainingError: the folder holds another run.
    """
    from pipeline.training.crnn import ReaderTask
    from pipeline.training.files import save_trainable
    from pipeline.training.labelled import NegativeSource
    from pipeline.training.loop import TrainingLoop, TrainingSettings

    task = ReaderTask()
    weights = None
    for number, stage in enumerate(_STAGES, start=1):
        settings = TrainingSettings(
            samples=stage.samples, rate=stage.rate, decay=stage.decay, seed=stage.seed, validate_every=250,
            validation=512,
        )  # fmt: skip
        samples: SampleSource = replace(_source(config, stage.seed, _GATE), easy_first=stage.easy_first)
        if stage.negatives:
            samples = NegativeSource(samples, stage.negatives)
        held_back = _source(config, 90_000 + stage.seed, _GATE)
        state = TrainingLoop(task, settings).fit(samples, held_back, folder / f"{number}", report, weights)
        weights = state["averaged"]
    assert weights
    file = save_trainable(task.about(), weights, folder / f"{BASE}.safetensors")
    return adopt(config.weights, WeightsRow(BASE, file.name, "", "AGPL-3.0-or-later", _ORIGIN, "", _COMMAND), file)


def serve_base(config: Config, folder: Path, plates: int) -> Path:
    """The folder with the base as a version has it, ``crnn.safetensors`` and ``crnn.onnx``: made once.

    Args:
        plates: drawn plates that its probabilities are measured on.
    """
    made = folder / "base"
    if not (made / "crnn.onnx").is_file():
        beside = folder / "base.part"
        beside.mkdir(parents=True, exist_ok=True)
        trainable = beside / "crnn.safetensors"
        trainable.write_bytes(Manifest.load(config.weights).verified(BASE).read_bytes())
        served = export_network("crnn", trainable, beside / "crnn.onnx")
        drawn = World(config, FAMILIES[0], 0).beside
        make_reader_serve(config, "crnn", served, plates, (drawn.ranges, drawn.calibration))
        beside.rename(made)
    return made


def _source(config: Config, seed: int, style: PhotoStyle) -> SynthSource:
    from pipeline.training.samples import SynthSource

    return SynthSource(seed, config.shared_folder("glyphs"), config.shared_folder("scene-parts"), style)
