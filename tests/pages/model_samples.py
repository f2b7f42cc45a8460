"""Trainings and versions as the worker leaves them, without having been trained."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from pipeline.analysis.guard import Guard, ModelComparison
from pipeline.store import Store, StoredTraining, StoredVersion
from pipeline.training.progress import Progress
from pipeline.weights import Manifest
from pipeline.workbench.bench import Workbench
from pipeline.workbench.fine_tuning import FineTuning
from pipeline.workbench.models import register
from tests.workbench.candidates import candidate

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def finished_training(bench: Workbench, lines: int = 20) -> StoredTraining:
    """One that has ended, with a log."""
    store: Store = bench.store
    begun = store.models.begin("crnn", None, "answers v2", "shipped", FineTuning().model_dump())
    folder = bench.config.home / "models" / begun.folder
    folder.mkdir(parents=True)
    log = [
        Progress(7 * n, 7 * lines, 0.9 / n, 0.5, 0.94 + 0.001 * n, 90.0, min(0.96, 0.05 * n))
        for n in range(1, lines + 1)
    ]
    (folder / "log.jsonl").write_text("\n".join(json.dumps(asdict(line)) for line in log), encoding="utf-8")
    changes = [{"of": "drawn", "n": 256, "before": 0.955, "after": 0.961}]
    return store.models.finish(begun.id, {"changes": changes})


def compared_version(bench: Workbench, folder: Path, mark: str, *, falls: bool) -> StoredVersion:
    """A candidate and what a comparison with the shipped reader found."""
    made = register(
        bench, "crnn", candidate(bench.config, folder / mark, mark), "shipped trained further on answers v2"
    )
    lost = 40 if falls else 2
    guards = (
        Guard("answers v2", "", "", 120, 31, 113, 84, 2, 0.0),
        Guard("answers v2", "colour", "orange", 90, 2, 84, 82, 0, 0.0),
        Guard("drawn", "", "", 1500, 1432, 1436 - lost, 6, lost, 0.0 if falls else 0.29),
        Guard("drawn", "format", "green_national", 210, 203, 203 - lost, 0, lost, 0.0 if falls else 0.5),
        Guard("drawn", "size", "24–32", 320, 318, 319, 1, 0, 1.0),
    )
    sha256 = Manifest.load(bench.config.weights).row("crnn").sha256
    tests = ("answers v2", "drawn")
    found = ModelComparison(made.label, "shipped", sha256, tests, guards, 1.01, MOMENT)
    return bench.store.models.compared(made.id, found)
