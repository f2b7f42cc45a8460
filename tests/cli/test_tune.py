"""Rules are measured from the command line on plates drawn anew."""

import json
import shutil

from pipeline.config import load_config
from pipeline.weights import Manifest
from tests.cli.command import run


def test_the_scores_are_printed_and_the_rules_shipped_with_the_command_that_made_them(home, tmp_path):
    weights = tmp_path / "weights"
    shutil.copytree(load_config().weights, weights)
    done = run("tune", "auto", "--plates", 24, "--chain", "deblur+grayscale", "--ship", PLATELOOP_WEIGHTS=str(weights))
    assert (done.returncode, done.stderr) == (0, "")
    assert "crnn    deblur+grayscale" in done.stdout
    assert "no enhancer helps anywhere for certain" in done.stdout  # 24 plates cannot tell
    manifest = Manifest.load(weights)
    table = json.loads(manifest.verified("auto_rules").read_text(encoding="utf-8"))
    assert table == {"plates": 24, "readers": ["crnn"], "rules": []}
    command = "python -m pipeline tune auto --plates 24 --chain deblur+grayscale --ship"
    assert manifest.row("auto_rules").command == command


def test_an_enhancer_that_does_not_exist_is_named_with_those_that_do(home):
    done = run("tune", "auto", "--plates", 16, "--chain", "sharpest")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "there is no enhancer 'sharpest'; there are: auto, contrast, deblur" in done.stderr
