from pathlib import Path

from pipeline.config import load_config
from pipeline.registry import Backend
from pipeline.workbench.grid_speed import measure_grid


def test_a_grid_is_timed_cold_and_opened_again(home: Path, monkeypatch) -> None:
    missing = Backend.missing
    quick = {"unchanged", "contrast", "crnn", "yolo_corners"}  # the others are for the benchmark itself

    def lacks(backend: Backend, *about: object) -> str | None:
        return missing(backend, *about) if backend.name in quick else "not for this test"

    monkeypatch.setattr(Backend, "missing", lacks)
    timing = measure_grid(load_config())
    assert (timing.chains, timing.readers, timing.failed) == (2, 1, 0)
    assert 0 < timing.first <= timing.whole
    assert timing.again < timing.whole
    assert timing.left_out["tesseract"] == "not for this test"
    assert not (home / "plateloop.db").exists()
