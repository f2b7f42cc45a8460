from __future__ import annotations

import os

import pytest

from pipeline.config import Config
from pipeline.errors import BackendUnavailable, JobError, UnknownJob, UnknownRecipe
from pipeline.jobs import JobContext, Stopped
from pipeline.store import JobState
from pipeline.workbench import jobs
from pipeline.workbench.analyze import add_uploads, delete_upload
from pipeline.workbench.bench import Workbench
from pipeline.workbench.read_set import KIND, read_set, start_reading_all
from tests.workbench.pictures import BLACK, RED, WHITE, png


def add(bench: Workbench, *colours: tuple[int, int, int]) -> list[int]:
    """Pictures that differ in their widths."""
    files = [(f"{number}.png", png(colour, 120 + number)) for number, colour in enumerate(colours)]
    return [upload.id for upload in add_uploads(bench, files)]


def attempt(bench: Workbench, job_id: int) -> JobContext:
    job = bench.store.jobs.claim(job_id, "mine")
    assert job is not None
    return JobContext(job, "mine", bench.store.jobs)


def test_a_job_of_a_kind_that_nobody_does_is_refused(bench: Workbench) -> None:
    with pytest.raises(UnknownJob, match="no jobs of kind 'dance'; there are: "):
        jobs.start(bench, "dance", {})


def test_a_kind_has_one_handler() -> None:
    with pytest.raises(ValueError, match="a handler for jobs of kind 'read_set' already"):
        jobs.handler(KIND)(read_set)


def test_a_started_job_waits_in_the_queue_and_lists_are_by_what_became_of_jobs(bench: Workbench) -> None:
    waiting, stopped = (jobs.start(bench, KIND, {"number": number}) for number in range(2))
    assert bench.queue.ids() == {waiting, stopped}
    jobs.stop(bench, stopped)
    assert [job.id for job in jobs.active(bench)] == [waiting]
    assert [job.id for job in jobs.finished(bench)] == [stopped]
    assert [job.id for job in jobs.recent(bench, kind=KIND)] == [stopped, waiting]
    assert jobs.failed(bench) == ()


def test_stopped_jobs_are_tried_again_or_deleted_and_active_ones_are_not_deleted(bench: Workbench) -> None:
    job_id = jobs.start(bench, KIND, {})
    with pytest.raises(JobError, match="is queued; stop it first"):
        jobs.delete(bench, job_id)
    jobs.stop(bench, job_id)
    jobs.retry(bench, job_id)
    assert jobs.get(bench, job_id).state == JobState.QUEUED
    jobs.stop(bench, job_id)
    assert jobs.clear_finished(bench) == 1
    assert jobs.recent(bench) == ()


def test_a_worker_is_alive_while_its_file_is_fresh(bench: Workbench) -> None:
    assert not jobs.worker_is_alive(bench)
    file = bench.config.home / "worker.lock"
    file.touch()
    assert jobs.worker_is_alive(bench)
    os.utime(file, (0, 0))
    assert not jobs.worker_is_alive(bench)


def test_all_stored_pictures_are_read_once_and_what_cannot_be_read_stands_in_the_log(
    bench: Workbench, small: None
) -> None:
    uploads = add(bench, WHITE, BLACK, RED)
    job_id = start_reading_all(bench, "thorough")
    delete_upload(bench, uploads[1])
    context = attempt(bench, job_id)
    assert read_set(bench, context) == {"read": 2, "known": 0, "lost": 1}
    assert (context.now().done, context.now().total) == (3, 3)
    assert [f"no upload {uploads[1]}" in line for line in context.now().log] == [True]
    assert jobs.get(bench, job_id).about == {"count": 3, "recipe": "thorough"}

    bench.store.jobs.finish(job_id, "mine", JobState.DONE, context.now())
    again = attempt(bench, start_reading_all(bench, "thorough"))
    assert read_set(bench, again) == {"read": 1, "known": 1, "lost": 0}  # where a backend failed it is tried again


def test_reading_stops_after_a_picture_and_goes_on_with_the_next(bench: Workbench, small: None) -> None:
    add(bench, WHITE, WHITE, WHITE)
    job_id = start_reading_all(bench, "thorough")
    context = attempt(bench, job_id)
    jobs.stop(bench, job_id)
    with pytest.raises(Stopped):
        read_set(bench, context)
    bench.store.jobs.finish(job_id, "mine", JobState.STOPPED, context.now())
    assert (jobs.get(bench, job_id).done, jobs.get(bench, job_id).saved["read"]) == (1, 1)

    jobs.retry(bench, job_id)
    assert read_set(bench, attempt(bench, job_id)) == {"read": 3, "known": 0, "lost": 0}


def test_a_recipe_that_cannot_run_starts_no_job(bench: Workbench, home: os.PathLike[str]) -> None:
    with pytest.raises(UnknownRecipe):
        start_reading_all(bench, "best")
    lacking = Workbench(Config(home=home, weights=home), bench.pool, bench.store, bench.queue)
    with pytest.raises(BackendUnavailable):
        start_reading_all(lacking, "fast")
    assert jobs.recent(bench) == ()
