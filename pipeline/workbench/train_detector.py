"""Trains the plate detector on windows of drawn scenes, and takes the result into the shipped weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.errors import TrainingError
from pipeline.weights import Manifest, adopt
from pipeline.workbench.synth import DrawnFrom
from pipeline.workbench.weights import export_weights

if TYPE_CHECKING:
    from pipeline.training.yolo_plate import YoloProgress, YoloTrainingSettings

WEIGHTS = "yolo_plate_torch"


def train_detector(
    config: Config,
    settings: YoloTrainingSettings,
    folder: Path,
    *,
    drawn_from: DrawnFrom | None = None,
    labelled: Path | None = None,
    start_from: Path | None = None,
    drawn: Callable[[], object] = lambda: None,
    report: Callable[[YoloProgress], None] = lambda progress: None,
) -> tuple[Path, dict[str, float]]:
    """Goes on from the shipped weights or from ``start_from``, or with the last whole epoch of the run in ``folder``.

    Args:
        labelled: a folder of photos with YOLO labels and a ``data.yaml`` that names the class of plates.
        drawn: called after each window that is drawn, before the training begins.
        start_from: a ``.pt`` that is trusted: to open one runs whatever code it holds.

    Returns:
        The run's weights (.pt) and their scores on held-back windows.

    Raises:
        TrainingError: the folder holds another run, or there is nothing to draw with.
        MissingWeights, WeightsMismatch: the shipped weights are not there.
    """
    from pipeline.training.plate_windows import WindowFolder, draw_windows
    from pipeline.training.yolo_plate import fit  # torch takes seconds to import

    start = start_from or Manifest.load(config.weights).verified(WEIGHTS)
    source = drawn_from or DrawnFrom()
    wanted = WindowFolder(settings.windows, settings.validation, settings.side, settings.seed)
    data = draw_windows(wanted, folder / "windows", source.parts(config), source.shapes(config), labelled, drawn)
    return fit(start, data, settings, folder, config.home / "ultralytics", report)


def adopt_detector(config: Config, trained: Path, origin: str, command: str) -> None:
    """Makes a run's weights those we ship, and the ONNX that serves from them.

    Raises:
        TrainingError: the run is not finished.
    """
    if not trained.is_file():
        raise TrainingError(f"{trained} is not there; finish the run: python -m pipeline train yolo-plate")
    manifest = Manifest.load(config.weights)
    torch_row, served_row = manifest.row(WEIGHTS), manifest.row("yolo_plate")
    adopt(config.weights, replace(torch_row, origin=origin, command=command), trained)
    made = export_weights(config, "yolo_plate", trained.with_suffix(".onnx"))
    adopt(config.weights, served_row, made)
