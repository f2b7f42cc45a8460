"""The notebook for a first look runs from top to bottom on the real photos."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from pipeline.config import PROJECT

NOTEBOOK = PROJECT / "notebooks" / "first_look.ipynb"


@pytest.fixture(scope="module")
def executed(shared: Path) -> NotebookNode:
    """The notebook after a run in a kernel of its own; the file keeps no outputs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLATELOOP_SHARED", str(shared))
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        return NotebookClient(notebook, timeout=100, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()


def outputs(notebook: NotebookNode, kind: str) -> list[str]:
    return [
        output.data[kind]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if kind in output.get("data", {})
    ]


def test_it_shows_a_scene_with_its_boxes(executed: NotebookNode) -> None:
    assert outputs(executed, "image/jpeg")


def test_it_scores_every_source_and_names_the_misses(executed: NotebookNode, shared: Path) -> None:
    tables = "\n".join(outputs(executed, "text/plain"))
    sources = {path.name for path in (shared / "data" / "real").iterdir() if path.is_dir()} - {"video"}
    assert {source for source in sources if source not in tables} == set()
    assert "truth" in tables
