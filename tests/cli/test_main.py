import json
import subprocess
import sys

import pytest

from pipeline.config import PROJECT
from pipeline.plate.types import Stage
from pipeline.registry import backends
from pipeline.workbench.weights import EXPORTS
from tests.cli.command import run

HEAVY = {"torch", "ultralytics", "streamlit", "pandas", "easyocr", "matplotlib"}


def imported_by(*arguments: str) -> set[str]:
    """Top-level packages that are loaded when the command has run."""
    code = (
        "import atexit, sys; from pipeline.cli.main import main; sys.argv[0] = 'pipeline'\n"
        "atexit.register(lambda: print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr))\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [("--help",), ("read", "gone.jpg"), ("backends",), ("recipes",)], ids=" ".join)
def test_nothing_heavy_is_loaded_without_need(home, arguments):
    assert HEAVY & imported_by(*arguments) == set()


def test_help_lists_the_commands():
    done = run("--help")
    assert done.returncode == 0
    for command in "read evaluate bench recipes backends weights train synth tune worker jobs".split():
        assert f" {command} " in done.stdout


def test_backends_are_listed_with_what_they_lack(home, tmp_path):
    listed = run("backends").stdout
    assert all(name in listed for stage in Stage for name in backends(stage))
    without = run("backends", PLATELOOP_WEIGHTS=str(tmp_path))
    assert "manifest.toml cannot be read" in without.stdout


def test_recipes_are_listed_the_default_first(home):
    lines = run("recipes").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["thorough", "fast", "ensemble"]
    assert all(line.endswith("ready") for line in lines[1:])


def test_the_shipped_weights_are_verified(home):
    assert run("weights", "verify").returncode == 0
    assert "AGPL-3.0-or-later" in run("weights", "list").stdout


def test_weights_that_were_changed_are_found(home, tmp_path):
    (tmp_path / "manifest.toml").write_bytes((PROJECT / "weights" / "manifest.toml").read_bytes())
    (tmp_path / "plate-yolov8n.onnx").write_bytes(b"something else")
    done = run("weights", "verify", PLATELOOP_WEIGHTS=str(tmp_path))
    assert done.returncode == 1
    assert "has sha256" in done.stdout


def test_weights_that_cannot_be_exported_are_a_sentence(home):
    done = run("weights", "export", "best")
    assert (done.returncode, done.stderr) == (
        1,
        f"error: weights 'best' are not exported from others; there are: {', '.join(EXPORTS)}\n",
    )


def test_bench_times_every_stage(home):
    done = run("bench", "--rounds", "1", "--recipe", "fast", "--no-rivals", "--no-grid", "--json")
    plate, scene = json.loads(done.stdout)["stages"]
    assert (plate["picture"], scene["picture"], scene["width"]) == ("plate", "scene", 1280)
    assert set(scene["stages"]) == {"decode", "detect", "rectify", "enhance", "read", "vote", "store"}


def test_bench_prints_a_table_and_keeps_nothing(home):
    printed = run("bench", "--rounds", "1", "--recipe", "fast", "--no-grid").stdout
    assert "scene 1280×720" in printed
    for other in ("tesseract", "EasyOCR english_g2", "plain YOLOv8n at 640"):
        assert other in printed
    assert not home.exists()
