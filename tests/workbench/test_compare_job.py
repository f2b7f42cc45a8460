from __future__ import annotations

import pytest

from pipeline.jobs import JobContext, Stopped
from pipeline.store import JobState
from pipeline.workbench import compare, jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare_job import running_comparison, start_comparison, work_comparison
from pipeline.workbench.plates import find_plates
from pipeline.workbench.ways import chains, parse_settings, readers
from tests.workbench.test_compare import comparison, counting, take  # noqa: F401

pytestmark = pytest.mark.usefixtures("small")


def attempt(bench: Workbench, job_id: int) -> JobContext:
    job = bench.store.jobs.claim(job_id, "mine")
    assert job is not None
    return JobContext(job, "mine", bench.store.jobs)


def test_the_worker_fills_what_the_page_has_left(bench: Workbench) -> None:
    wanted = comparison(bench, take(bench, 250, 240), "unchanged counting counting+unchanged", "parrot broken")
    next(compare.compute(bench, compare.known(bench, wanted)))
    context = attempt(bench, start_comparison(bench, wanted))
    assert work_comparison(bench, context) == {"cells": 12, "failed": 6}
    assert compare.known(bench, wanted).done == 12
    assert (context.now().done, context.now().total) == (12, 12)


def test_a_running_comparison_is_found_by_what_it_compares(bench: Workbench) -> None:
    ids = take(bench, 250, 240)
    wanted = comparison(bench, ids, "unchanged", "parrot")
    job_id = start_comparison(bench, wanted)
    assert start_comparison(bench, wanted) == job_id
    assert running_comparison(bench, wanted) == job_id
    assert running_comparison(bench, comparison(bench, ids[:1], "unchanged", "parrot")) is None
    jobs.stop(bench, job_id)
    assert running_comparison(bench, wanted) is None


def test_a_stopped_comparison_keeps_its_cells_and_goes_on_where_it_stood(bench: Workbench) -> None:
    wanted = comparison(bench, take(bench, 250, 240), "unchanged", "parrot echo")
    job_id = start_comparison(bench, wanted)
    context = attempt(bench, job_id)
    context.halt()
    with pytest.raises(Stopped):
        work_comparison(bench, context)
    bench.store.jobs.finish(job_id, "mine", JobState.STOPPED, context.now())
    jobs.retry(bench, job_id)
    assert work_comparison(bench, attempt(bench, job_id)) == {"cells": 4, "failed": 0}


def test_settings_travel_to_the_worker(bench: Workbench) -> None:
    settings = parse_settings(["enhancer.contrast.limit=4"])
    by_key = {way.key: way for way in (*chains(bench, settings), *readers(bench, settings))}
    wanted = compare.Comparison(find_plates(bench, take(bench, 250)), (by_key["contrast"],), (by_key["parrot"],))
    context = attempt(bench, start_comparison(bench, wanted))
    assert context.arguments["settings"] == ["enhancer.contrast.limit=4"]
    work_comparison(bench, context)
    assert compare.known(bench, wanted).done == 1
