"""What is installed, what is usable, and what the rest lacks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.plate.types import Stage
from pipeline.weights import WeightsRow
from pipeline.workbench.bench import Workbench


@dataclass(frozen=True, slots=True)
class BackendState:
    """``missing`` says what it lacks and how to get it; None means usable."""

    stage: Stage
    name: str
    title: str
    missing: str | None


@dataclass(frozen=True, slots=True)
class WeightsState:
    """``problem`` is None when the file's sha256 is the manifest's."""

    row: WeightsRow
    size_bytes: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class SystemReport:
    """``versions`` maps a package to its version, or None where it is not installed; sizes are in bytes."""

    version: str
    python: str
    platform: str
    device: str
    threads: int
    versions: dict[str, str | None]
    backends: tuple[BackendState, ...]
    weights: tuple[WeightsState, ...]
    weights_problem: str | None
    home: Path
    home_bytes: int
    free_bytes: int
    source_url: str


def system_report(bench: Workbench) -> SystemReport:
    """Asks the machine anew each time; loads no model and no heavy package."""
    raise NotImplementedError
