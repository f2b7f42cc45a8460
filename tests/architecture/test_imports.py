"""Imports point down only, pages go through the workbench, and listing backends is light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from pipeline.config import PROJECT
from tests.architecture.source import PAGES, imported_modules


def test_imports_point_down_only() -> None:
    assert lint_imports() == 0, "the contracts stand in pyproject.toml; what broke them is printed above"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_page_knows_only_the_workbench_and_the_words_of_the_domain(path: Path) -> None:
    rooms = {".".join(name.split(".")[:2]) for name in imported_modules(path) if name.startswith("pipeline")}
    assert rooms <= {"pipeline.workbench", "pipeline.plate"}


def test_listing_every_backend_loads_nothing_heavy() -> None:
    listing = (
        "import sys; from pipeline.registry import backends; from pipeline.plate.types import Stage\n"
        "assert all(backends(stage) for stage in Stage)\n"
        "print(*{'torch', 'ultralytics', 'onnxruntime', 'streamlit', 'pandas'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", listing], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr
