"""A push is killed in its middle, again and again: in the end each case is there exactly once."""

from __future__ import annotations

import multiprocessing
import random
import time

import pytest

from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench
from tests.labelling import small_pusher
from tests.labelling.cases import Annotator, add_cases, names

_COUNT = 240
_KILLS = 5
_FROM_SERVER = multiprocessing.get_context("forkserver")
_FROM_SERVER.set_forkserver_preload(["tests.labelling.small_pusher"])  # imported once for all pushers


@pytest.mark.timeout(300)
def test_kill_9_at_five_random_moments_loses_and_doubles_nothing(bench: Workbench, annotator: Annotator) -> None:
    """Each goes on where the one before was killed: opening the store, uploading, importing or looking up."""
    cases = add_cases(bench, _COUNT)
    labelling.test(bench)
    moments = random.Random(7)
    for _ in range(_KILLS):
        pusher = _FROM_SERVER.Process(target=small_pusher.push, args=(bench.config,))
        pusher.start()
        time.sleep(moments.uniform(0.2, 2.0))
        pusher.kill()
        pusher.join()
    labelling.push(bench)
    project = labelling.standing(bench).project
    assert project is not None
    assert names(annotator.tasks(project.number)) == sorted(project.name_of(case) for case in cases)
    counts = labelling.standing(bench).counts
    assert (counts.there, counts.waiting, counts.unsent) == (_COUNT, 0, 0)
