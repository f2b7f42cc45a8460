"""Data sets on the command line: frozen, listed, shown, taken out and in again."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.config import load_config
from pipeline.workbench.bench import Workbench
from tests.workbench.answered import answer, plate


def command(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["datasets", *map(str, arguments)])
    if done.exception:
        raise done.exception
    return done.output


def test_answers_are_frozen_listed_shown_exported_and_imported(home: Path, tmp_path: Path) -> None:
    bench = Workbench.open(load_config())
    for n in range(4):
        answer(bench.store, plate(bench.store, n, "12가3456"), f"12가{n:04}")
    answer(bench.store, plate(bench.store, 4, "12가3456"), "12가34567")
    bench.close()

    told = command("freeze", "gate")
    assert "left out: 12가34567 (inspection 5):" in told
    assert "gate v1 in" in told
    assert "1 answer_suspicious" in told
    assert "gate  v1" in command("list")
    shown = command("show", "gate")
    assert "every file as it was frozen" in shown
    assert "letter: 가 " in shown
    out = tmp_path / "out"
    assert command("export", "gate/v1", "--form", "coco", "--out", out).startswith(f"{3 + _pictures(shown)} files")
    assert "again v1 in" in command("import", out, "again")
    assert "gate v2 in" in command("freeze", "gate", "--unchecked")


def _pictures(shown: str) -> int:
    return int(shown.split(" pictures")[0].rsplit(", ", 1)[1])
