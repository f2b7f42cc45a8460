"""Versions from the command line: listed, compared, promoted with a reason, rolled back."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.config import load_config
from pipeline.errors import MissingWeights, PromotionRefused
from pipeline.workbench import models
from pipeline.workbench.bench import Workbench
from tests.workbench.candidates import candidate


def command(*arguments):
    done = CliRunner().invoke(app, ["models", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_a_version_is_promoted_with_a_reason_and_rolled_back(home, tmp_path):
    bench = Workbench.open(load_config())
    models.register(bench, "crnn", candidate(bench.config, tmp_path / "made", "one"), "made for a test")
    bench.close()
    assert "crnn: shipped serves" in command("list")
    assert "made for a test" in command("list")
    with pytest.raises(MissingWeights, match="there is no version 'crnn-9'; there are: crnn-1"):
        command("promote", "crnn-9")
    with pytest.raises(PromotionRefused, match="was not compared with shipped"):
        command("promote", "crnn-1")
    assert "crnn: crnn-1 serves" in command("promote", "crnn-1", "--reason", "a test", "--by", "Kim")
    assert "crnn: shipped serves" in command("rollback", "--by", "Kim")


def test_a_comparison_tells_every_part(home, tmp_path):
    bench = Workbench.open(load_config())
    models.register(bench, "crnn", candidate(bench.config, tmp_path / "made", "one"), "made for a test")
    bench.close()
    told = command("compare", "crnn-1", "--plates", 16)
    assert "drawn" in told
    assert "times the champion's" in told
