from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.errors import StoreError
from pipeline.plate.types import Stage
from pipeline.workbench.bench import Workbench
from pipeline.workbench.system import system_report


def test_it_says_what_is_installed(bench):
    report = system_report(bench)
    assert report.versions["streamlit"]
    assert report.versions["onnxruntime"]
    assert report.free_bytes > 0
    assert report.home_bytes > 0
    assert report.source_url == ""


def test_every_backend_and_weights_file_is_listed(bench):
    report = system_report(bench)
    assert {(backend.stage, backend.name) for backend in report.backends} >= {
        (Stage.DETECTOR, "yolo_plate"),
        (Stage.ENHANCER, "unchanged"),
        (Stage.READER, "crnn"),
    }
    assert all(state.problem is None and state.size_bytes > 0 and state.row.licence for state in report.weights)


def test_without_weights_it_says_what_is_missing(home: Path, tmp_path: Path):
    bench = Workbench.open(load_config(weights=tmp_path / "nowhere"))
    report = system_report(bench)
    bench.close()
    assert report.weights == ()
    assert "manifest.toml cannot be read" in report.weights_problem
    crnn = next(backend for backend in report.backends if backend.name == "crnn")
    assert "manifest.toml" in crnn.missing


def test_a_state_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="PLATELOOP_HOME"):
        Workbench.open(load_config(home=tmp_path / "file" / "home"))
