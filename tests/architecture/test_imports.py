"""Imports point down only, pages go through the workbench, and listing backends is light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import PROJECT
from tests.architecture.source import PAGES, imported_modules


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_imports_point_down_only() -> None:
    # in a process of its own, for import-linter turns off everybody's loggers
    run = run_python("import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())")
    assert run.returncode == 0, run.stdout + run.stderr


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
    run = run_python(listing)
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr
