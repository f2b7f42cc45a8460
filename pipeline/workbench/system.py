"""What is installed, what is usable, and what the rest lacks."""

from __future__ import annotations

import platform
import shutil
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pipeline import __version__
from pipeline.config import Config
from pipeline.errors import WeightsError
from pipeline.plate.types import Stage
from pipeline.registry import backends
from pipeline.weights import Manifest, WeightsRow
from pipeline.workbench.bench import Workbench

PACKAGES = (
    "streamlit", "ultralytics", "torch", "torchvision", "onnxruntime", "opencv-python", "numpy", "pandas", "plotly",
    "sqlalchemy", "pydantic", "pillow", "pillow-heif",
)  # fmt: skip


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
    """``versions`` maps a package to its version, or None where it is not installed.

    ``device`` is what the models run on. ``weights_problem`` says why there is no list of weights, or which promoted
    ones cannot be used.
    """

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
    config = bench.config
    weights: tuple[WeightsState, ...] = ()
    weights_problem = None
    try:
        weights = weights_states(config)
        weights_problem = " ".join(Manifest.of(config).problems) or None
    except WeightsError as error:
        weights_problem = str(error)
    return SystemReport(
        version=__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        device=_device(),
        threads=config.threads,
        versions={name: _version(name) for name in PACKAGES},
        backends=backend_states(config),
        weights=weights,
        weights_problem=weights_problem,
        home=config.home,
        home_bytes=_size(config.home),
        free_bytes=shutil.disk_usage(config.home).free,
        source_url=config.source_url,
    )


def backend_states(config: Config) -> tuple[BackendState, ...]:
    """Every backend in the order of the stages."""
    return tuple(
        BackendState(stage, backend.name, backend.title, backend.missing(config))
        for stage in Stage
        for backend in backends(stage).values()
    )


def weights_states(config: Config) -> tuple[WeightsState, ...]:
    """Every row of the manifest, its file checked; promoted versions stand in place of shipped ones.

    Raises:
        MissingWeights: there is no readable manifest.
    """
    manifest = Manifest.of(config)
    return tuple(_weights_state(manifest, row) for row in manifest.rows)


def _weights_state(manifest: Manifest, row: WeightsRow) -> WeightsState:
    try:
        return WeightsState(row, manifest.verified(row.name).stat().st_size, None)
    except WeightsError as error:
        return WeightsState(row, 0, str(error))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _size(folder: Path) -> int:
    """Bytes of all files below; those that go meanwhile count nothing."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.lstat().st_size
    return total


def _device() -> str:
    """The processor: serving runs on ONNX Runtime's CPU provider, also where there is an accelerator."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"CPU, {model or platform.processor() or platform.machine()}"
