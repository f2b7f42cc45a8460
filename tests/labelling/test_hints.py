"""Label Studio says that somebody has answered, and a pull is queued at once."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from pipeline.config import PROJECT
from pipeline.store import TaskState
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench
from tests.cli.command import COMMAND
from tests.labelling.cases import Annotator, add_cases, settings_of

PATIENCE = 60.0


def wait_for(come_true: Callable[[], object], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not come_true():
        assert time.monotonic() < give_up, what
        time.sleep(0.1)


def test_an_answer_queues_a_pull_and_others_may_not_knock(bench: Workbench, annotator: Annotator) -> None:
    add_cases(bench, 1)
    labelling.push(bench)
    [task] = labelling.tasks(bench, TaskState.THERE)
    project = labelling.standing(bench).project
    assert project is not None
    with subprocess.Popen([*COMMAND, "labelling", "listen"], cwd=PROJECT, env=settings_of(bench)) as listener:
        wait_for(lambda: annotator.hooks(project.number), "no webhook was registered")
        [address] = annotator.hooks(project.number)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address[:-1] + "~", data=b"", timeout=10)
        assert bench.store.jobs.recent() == ()
        annotator.answer(task, "34나5678")
        wait_for(lambda: [job.kind for job in bench.store.jobs.recent()] == ["pull_answers"], "no pull was queued")
        listener.terminate()
        assert listener.wait(PATIENCE) == 0
