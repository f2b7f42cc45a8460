"""What may and what may not stand in the repository."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from pipeline.config import PROJECT


@pytest.fixture(scope="module")
def committed() -> list[Path]:
    """Every file under version control that is still there."""
    if not (PROJECT / ".git").exists():
        pytest.skip("this copy of PlateLoop is no git checkout, so nothing tells its files from others")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return [path for name in names.split("\0") if name and (path := PROJECT / name).is_file()]


def test_nothing_of_the_shared_data_was_copied(committed: list[Path], shared: Path) -> None:
    ours = {path.read_bytes() for path in committed if path.stat().st_size}
    sizes = {len(content) for content in ours}
    theirs = [path for path in (shared / "data").rglob("*") if path.is_file() and path.stat().st_size in sizes]
    assert not [path for path in theirs if path.read_bytes() in ours]


def test_notebooks_are_committed_without_outputs(committed: list[Path]) -> None:
    notebooks = [path for path in committed if path.suffix == ".ipynb"]
    assert notebooks
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")], path


def test_the_licence_is_the_whole_text_of_the_agpl() -> None:
    # as the Free Software Foundation publishes it: https://www.gnu.org/licenses/agpl-3.0.txt
    whole = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"
    assert hashlib.sha256((PROJECT / "LICENSE").read_bytes()).hexdigest() == whole


def test_the_folder_of_data_sets_does_not_shadow_the_package_of_that_name() -> None:
    assert (PROJECT / "datasets").is_dir()
    assert not (PROJECT / "datasets" / "__init__.py").exists()
