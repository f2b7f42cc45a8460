"""Real worker processes, killed, stopped and started again."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.jobs import worker_is_alive
from pipeline.store import JobState
from tests.jobs.conftest import Bureau, StartWorker, wait_until


def test_a_job_is_worked_to_its_end(bureau: Bureau, start_worker: StartWorker) -> None:
    start_worker()
    job = bureau.wait_for(bureau.start("count", to=4), JobState.DONE)
    assert (job.result, job.done, job.total, job.message) == ({"sum": 10}, 4, 4, "")
    assert job.log == ("counted 1", "counted 2", "counted 3", "counted 4")
    assert job.started is not None
    assert job.finished is not None
    assert job.created <= job.started <= job.finished


def test_a_job_whose_worker_is_killed_goes_on_where_it_stood_and_nothing_is_lost_or_doubled(
    bureau: Bureau, start_worker: StartWorker
) -> None:
    job_id = bureau.start("count", to=6, wait_at=4)
    behind = bureau.start("count", to=2)
    worker = start_worker()
    bureau.wait_for_message(job_id, "before 4")
    worker.send(signal.SIGKILL)
    assert worker.ends_with() == -signal.SIGKILL
    assert bureau.store.jobs.get(job_id).state == JobState.RUNNING

    bureau.go_on()
    start_worker()
    job = bureau.wait_for(job_id, JobState.DONE)
    bureau.wait_for(behind, JobState.DONE)
    assert (job.attempts, job.result) == (2, {"sum": 21})
    assert bureau.counted() == [1, 2, 3, 4, 5, 6, 1, 2]
    assert job.log == tuple(f"counted {number}" for number in range(1, 7))


def test_a_job_that_kills_every_worker_has_failed_after_three_and_the_next_job_is_worked(
    bureau: Bureau, start_worker: StartWorker
) -> None:
    job_id, behind = bureau.start("kill"), bureau.start("count", to=1)
    for _ in range(3):
        assert start_worker().ends_with() == -signal.SIGKILL
    start_worker()
    assert "ended 3 times in the middle" in bureau.wait_for(job_id, JobState.FAILED).message
    bureau.wait_for(behind, JobState.DONE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_leave_puts_its_job_back_and_the_next_one_goes_on(
    bureau: Bureau, start_worker: StartWorker, number: int
) -> None:
    job_id = bureau.start("count", to=5, wait_at=3)
    worker = start_worker()
    bureau.wait_for_message(job_id, "before 3")
    wait_until(lambda: worker_is_alive(bureau.config), "the worker gives no sign of life")
    worker.send(number)
    assert worker.ends_with() == 0
    assert not worker_is_alive(bureau.config)
    job = bureau.store.jobs.get(job_id)
    assert (job.state, job.attempts, job.saved, job.done) == (JobState.QUEUED, 0, {"counted": 2}, 2)

    bureau.go_on()
    start_worker()
    bureau.wait_for(job_id, JobState.DONE)
    assert bureau.counted() == [1, 2, 3, 4, 5]


def test_a_job_that_hears_nothing_does_not_keep_its_worker_from_leaving(
    bureau: Bureau, start_worker: StartWorker
) -> None:
    job_id = bureau.start("deaf")
    worker = start_worker(impatient=True)
    wait_until((bureau.folder / "deaf").exists, "the job has not begun")
    worker.send(signal.SIGTERM)
    assert worker.ends_with() == 0
    assert bureau.store.jobs.get(job_id).state == JobState.QUEUED
    assert not worker_is_alive(bureau.config)


def test_a_running_job_stops_when_asked_to_and_can_be_tried_again(bureau: Bureau, start_worker: StartWorker) -> None:
    job_id = bureau.start("count", to=4, wait_at=2)
    start_worker()
    bureau.wait_for_message(job_id, "before 2")
    bureau.store.jobs.stop(job_id)
    bureau.wait_for(job_id, JobState.STOPPED)

    bureau.go_on()
    assert bureau.store.jobs.retry(job_id)
    bureau.queue.put(job_id)
    bureau.wait_for(job_id, JobState.DONE)
    assert bureau.counted() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("kind", "expected", "message"),
    [
        ("fail", True, "labels.csv has no column 'file'; add it"),
        ("fail", False, "ZeroDivisionError: nobody expects this; worker.log in the state folder tells more under job"),
        ("not_json", False, "ValueError: Out of range float values are not JSON compliant"),
        ("dance", False, "this PlateLoop does not know jobs of kind 'dance'; restart the worker"),
    ],
)
def test_a_handler_that_fails_is_told_in_a_sentence_and_the_worker_goes_on(
    bureau: Bureau, start_worker: StartWorker, kind: str, expected: bool, message: str
) -> None:
    start_worker()
    job_id, behind = bureau.start(kind, expected=expected), bureau.start("count", to=1)
    assert bureau.wait_for(job_id, JobState.FAILED).message.startswith(message)
    bureau.wait_for(behind, JobState.DONE)


def test_a_job_that_finds_the_store_unwritable_is_tried_again_later(bureau: Bureau, start_worker: StartWorker) -> None:
    start_worker()
    job = bureau.wait_for(bureau.start("fail_once"), JobState.DONE)
    assert (job.result, job.log) == ({"tried": "again"}, ("the disk is full; free some space",))


def test_a_store_that_another_process_locks_for_long_costs_no_job(
    bureau: Bureau, start_worker: StartWorker, home: Path
) -> None:
    """Longer than a write waits, so that writing down the job fails at least once."""
    worker = start_worker(impatient=True)
    job_id = bureau.start("count", to=4, wait_at=3)
    bureau.wait_for_message(job_id, "before 3")
    with closing(sqlite3.connect(home / "plateloop.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        bureau.go_on()
        wait_until(lambda: bureau.counted() == [1, 2, 3], "the job does not go on")
        wait_until(lambda: f"job {job_id} waits" in worker.said, "the worker does not say that the job waits")
        other.execute("ROLLBACK")
    assert bureau.wait_for(job_id, JobState.DONE).result == {"sum": 10}
    assert bureau.counted() == [1, 2, 3, 4]
    assert worker.process.is_alive()


def test_a_state_folder_has_one_worker_and_another_may_wait_for_its_end(
    bureau: Bureau, start_worker: StartWorker
) -> None:
    first = start_worker()
    bureau.wait_for(bureau.start("count", to=1), JobState.DONE)
    refused = start_worker()
    assert refused.ends_with() == 1
    assert "has a worker already; let it do the work" in refused.said
    second = start_worker(wait=True)
    wait_until(lambda: "waits for its end" in second.said, "the second one does not say that it waits")
    first.send(signal.SIGKILL)
    bureau.wait_for(bureau.start("count", to=2), JobState.DONE)
    assert second.process.is_alive()


def test_a_worker_that_waits_leaves_when_told_to(bureau: Bureau, start_worker: StartWorker) -> None:
    start_worker()
    bureau.wait_for(bureau.start("count", to=1), JobState.DONE)
    second = start_worker(wait=True)
    wait_until(lambda: "waits for its end" in second.said, "the second one does not say that it waits")
    second.send(signal.SIGTERM)
    assert second.ends_with() == 0
    wait_until(lambda: worker_is_alive(bureau.config), "the worker gives no sign of life")


@pytest.mark.parametrize("loss", ["emptied", "damaged", "gone"])
def test_the_queue_may_be_lost_and_no_job_is(bureau: Bureau, start_worker: StartWorker, home: Path, loss: str) -> None:
    job_id = bureau.start("count", to=2)
    bureau.queue.huey.storage.flush_queue()
    bureau.queue.huey.storage.close()
    if loss == "damaged":
        (home / "queue.db").write_bytes(b"no database" * 100)
    elif loss == "gone":
        (home / "queue.db").unlink()
    start_worker()
    bureau.wait_for(job_id, JobState.DONE)
    assert bureau.counted() == [1, 2]


def test_two_jobs_run_at_once_where_that_is_wished(bureau: Bureau, start_worker: StartWorker) -> None:
    start_worker(workers=2)
    first, second = bureau.start("count", to=3, wait_at=3), bureau.start("count", to=2, wait_at=2)
    bureau.wait_for_message(first, "before 3")
    bureau.wait_for_message(second, "before 2")
    bureau.go_on()
    bureau.wait_for(first, JobState.DONE)
    bureau.wait_for(second, JobState.DONE)
