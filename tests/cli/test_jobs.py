"""What the command line shows of jobs, and does to them."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.config import load_config
from pipeline.errors import NotFound
from pipeline.store import JobState
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench


def command(*arguments):
    done = CliRunner().invoke(app, ["jobs", *map(str, arguments)])
    if done.exception:
        raise done.exception
    return done.output


def test_jobs_are_listed_shown_stopped_retried_and_cleared(home):
    bench = Workbench.open(load_config())
    job_id = jobs.start(bench, "read_set", {"uploads": [7], "recipe": "fast"}, total=1)
    assert f"{job_id}    read_set  queued  0/1" in command("list")
    assert "No worker is running; start one with: python -m pipeline worker" in command("list")
    command("stop", job_id)
    assert "read_set  stopped" in command("show", job_id)
    assert "No worker" not in command("list")
    command("retry", job_id)
    assert jobs.get(bench, job_id).state == JobState.QUEUED
    command("stop", job_id)
    assert command("clear") == "1 jobs deleted\n"
    with pytest.raises(NotFound, match=f"there is no job {job_id}"):
        command("show", job_id)
    bench.close()
