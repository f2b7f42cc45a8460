"""Trains Zero-DCE, which needs no references, and takes trained weights into those we ship."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.analysis.detail import DetailKept, detail_kept, mean_detail
from pipeline.config import Config
from pipeline.errors import TrainingError
from pipeline.networks.lighting import CurveModel
from pipeline.plate.types import Pixels
from pipeline.training.tasks import find_task
from pipeline.weights import WeightsRow, adopt

if TYPE_CHECKING:
    from pipeline.training.loop import Progress, TrainingSettings

_HELD_BACK = 10_000  # added to a run's seed
_MEASURED = 200  # held-back pictures whose detail is compared
_PHOTOS = ("scene-parts", "damage/train", "helmet/train/images")
"""Folders of the shared material that may be learned from; the rest of damage and helmet stays for evaluation."""


@dataclass(frozen=True, slots=True)
class TrainedEnhancer:
    """``well_lit`` is the share of held-back pictures that come out well lit; ``detail`` the mean of what they keep."""

    trainable: Path
    onnx: Path
    well_lit: float
    detail: DetailKept
    data: str


def train_zero_dce(
    config: Config,
    settings: TrainingSettings,
    folder: Path,
    *,
    images: Path | None = None,
    start_from: Path | None = None,
    last_layer_only: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
) -> TrainedEnhancer:
    """Trains in ``folder``, or goes on with the run that is there; leaves a ``.safetensors`` and an ``.onnx``.

    Args:
        images: a folder of one's own photos to learn from; without it, the shared photos, drawn scenes and plates.
        start_from: weights to go on from in a new run.
        last_layer_only: fit only the last convolution; needs ``start_from``.

    Raises:
        TrainingError: the folder holds another run, there are no pictures, or there is nothing to go on from.
    """
    from pipeline.training.exposures import ExposureSource
    from pipeline.training.files import export_onnx, load_trainable, save_trainable  # torch takes seconds to import
    from pipeline.training.loop import TrainingLoop

    if last_layer_only and start_from is None:
        raise TrainingError("the last layer alone is fitted to trained weights; name them: --start-from FILE")
    task = find_task("zero_dce", last_layer_only=last_layer_only)
    known = load_trainable(start_from)[1] if start_from else None
    shared = tuple(found for name in _PHOTOS if (found := config.shared_folder(name)))
    drawn_from = config.shared_folder("glyphs"), config.shared_folder("scene-parts")
    samples, held_back = (
        ExposureSource(seed, (images,), own=True) if images else ExposureSource(seed, shared, *drawn_from)
        for seed in (settings.seed, settings.seed + _HELD_BACK)
    )
    state = TrainingLoop(task, settings).fit(samples, held_back, folder, report, known)
    trainable = save_trainable(task.about(), state["averaged"], folder / "zero_dce.safetensors")
    served = export_onnx(task, state["averaged"], folder / "zero_dce.onnx", any_size=True)
    pictures = [held_back.sample(index).pixels for index in range(_MEASURED)]
    return TrainedEnhancer(trainable, served, state["right"], measure_detail(served, pictures), state["data"])


def measure_detail(onnx: Path, pictures: Sequence[Pixels]) -> DetailKept:
    """What a Zero-DCE of ours leaves of the detail of pictures, on average."""
    model = CurveModel(onnx, threads=1)
    return mean_detail([detail_kept(picture, model.light(np.asarray(picture))) for picture in pictures])


def adopt_zero_dce(config: Config, folder: Path, command: str, origin: str) -> None:
    """Makes the run of ``folder`` the enhancer we ship: both files and their rows in the manifest.

    Raises:
        TrainingError: the folder holds no finished run.
    """
    rows = (("zero_dce_trainable", "safetensors", origin, ""), ("zero_dce", "onnx", "", "zero_dce_trainable"))
    for name, suffix, told, made_from in rows:
        file = folder / f"zero_dce.{suffix}"
        if not file.is_file():
            raise TrainingError(f"{file} is not there; finish the run: python -m pipeline train zero_dce")
        told = told or f"exported from {made_from}"
        adopt(config.weights, WeightsRow(name, file.name, "", "AGPL-3.0-or-later", told, made_from, command), file)
