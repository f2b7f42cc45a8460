"""A data set trains the reader as a job; what is scheduled begins by itself."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from pipeline.config import PROJECT
from pipeline.store import JobState, StoredSnapshot
from pipeline.workbench import jobs, models, training
from pipeline.workbench.bench import Workbench
from pipeline.workbench.training import FineTuning
from tests.cli.command import COMMAND
from tests.workbench.frozen import freeze_drawn

TINY = FineTuning(samples=64, batch=8, validation=16, calibration=16, guard=16)
PATIENCE = 240.0


@pytest.fixture
def frozen(bench: Workbench) -> StoredSnapshot:
    """Two plates of each split."""
    return freeze_drawn(bench, 6)


def wait_for(bench: Workbench, job_id: int, done: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while (job := jobs.get(bench, job_id)).done < done and job.state not in (JobState.DONE, JobState.FAILED):
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.mark.timeout(600)
def test_a_training_whose_worker_is_killed_goes_on_from_its_checkpoint_and_ends_with_a_candidate(
    bench: Workbench, frozen: StoredSnapshot
) -> None:
    number = training.start_training(bench, frozen.id, TINY)
    (view,) = training.trainings(bench)
    assert view.job_id is not None
    for done in (2, 10**9):
        worker = subprocess.Popen([*COMMAND, "worker"], cwd=PROJECT)
        try:
            wait_for(bench, view.job_id, done)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        if done == 2:
            assert jobs.get(bench, view.job_id).state == JobState.RUNNING
    job = jobs.get(bench, view.job_id)
    assert (job.state, job.message, job.attempts) == (JobState.DONE, "", 2)
    (view,) = training.trainings(bench)
    assert view.training.id == number
    assert [line.step for line in view.log] == list(range(1, 9))
    assert view.version == "crnn-1"
    assert view.training.finished
    (version,) = models.versions(bench)
    assert version.comparison
    assert version.comparison.tests == ("drawn v1", "drawn")
    assert version.comparison.wholes[0].n == 2
    assert models.champion(bench, "crnn").label == "shipped"
