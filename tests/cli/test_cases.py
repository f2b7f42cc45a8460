"""Cases from the command line."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.config import load_config
from pipeline.store import Store
from tests.store.samples import read_plate


def test_hard_plates_are_flagged_and_listed(home: Path) -> None:
    store = Store.open(load_config())
    read_plate(store, 1, "12가3456", 0.2)
    read_plate(store, 2, "98나7654", 0.99)
    store.close()
    done = CliRunner().invoke(app, ["cases", "flag", "--limit", "5", "--least", "0.5"])
    assert done.output == "1 new cases; 1 of 2 plates are hard enough\n"
    listed = CliRunner().invoke(app, ["cases", "list"]).output
    assert "0.80" in listed
    assert "1 open, 0 of them before somebody; 0 answered" in listed
