"""The reader that CONTRIBUTING.md walks through works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import PROJECT

RUN_AS_IF_IT_STOOD_IN_ITS_FOLDER = """
import sys
import pytest
import pipeline.readers

readers, *arguments = sys.argv[1:]
pipeline.readers.__path__.append(readers)
sys.exit(pytest.main(arguments))
"""


@pytest.fixture
def walkthrough(tmp_path: Path) -> Path:
    """A folder with the two files that CONTRIBUTING.md shows, each after its name."""
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name, code in re.findall(r"`([\w/]+\.py)`:\n\n```python\n(.*?)```", text, re.DOTALL):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    return tmp_path


def test_its_reader_passes_its_own_test_and_the_contract_of_all_backends(walkthrough: Path) -> None:
    readers, tests = str(walkthrough / "pipeline" / "readers"), str(walkthrough / "tests")
    pytest_options = ["tests/contracts", tests, "-k", "digits", "-p", "no:cacheprovider"]
    command = [sys.executable, "-c", RUN_AS_IF_IT_STOOD_IN_ITS_FOLDER, readers, *pytest_options]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert {"test_backends.py", "test_digits.py"} <= set(re.findall(r"test_\w+\.py", run.stdout))


@pytest.mark.parametrize(
    "tool",
    [
        "ruff check --config pyproject.toml",
        "ruff format --check --config pyproject.toml",
        "mypy --config-file pyproject.toml",
    ],
)
def test_its_reader_is_as_clean_as_the_house_asks(walkthrough: Path, tool: str) -> None:
    reader = str(walkthrough / "pipeline" / "readers" / "digits.py")
    command = [sys.executable, "-m", *tool.split(), reader]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
