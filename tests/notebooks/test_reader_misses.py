"""The notebook of misses runs from top to bottom on the real photos and gives a reason for each."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipeline.config import PROJECT

NOTEBOOK = PROJECT / "notebooks" / "reader_misses.ipynb"


def test_every_miss_has_a_reason_and_the_reliability_is_drawn(shared: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLATELOOP_SHARED", str(shared))
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        assert all(not cell.get("outputs") for cell in notebook.cells), "notebooks are committed without outputs"
        NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.get("text", "") for output in outputs)
    assert printed.count("read as") == sum("image/jpeg" in output.get("data", {}) for output in outputs) > 0
    assert all(line.split(": ", 1)[1] for line in printed.splitlines() if "read as" in line)
    assert any("application/vnd.plotly.v1+json" in output.get("data", {}) for output in outputs)
