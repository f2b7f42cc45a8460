from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from pipeline.errors import JobError, NotFound
from pipeline.store import JobState, Store
from pipeline.store.jobs import LOG_LINES, Progress
from tests.store.samples import START, Clock, files_with

HOUR = timedelta(hours=1)


def start(store: Store, number: int = 1) -> int:
    return store.jobs.add("count", {"to": number}, {"name": "하나"}, total=number)


def take(store: Store, job_id: int, claim: str = "mine") -> None:
    assert store.jobs.claim(job_id, claim)


def test_a_new_job_waits_and_holds_what_it_was_given(store: Store) -> None:
    job = store.jobs.get(start(store, 3))
    assert (job.kind, job.arguments, job.about, job.total) == ("count", {"to": 3}, {"name": "하나"}, 3)
    assert (job.state, job.active, job.done, job.attempts, job.created) == (JobState.QUEUED, True, 0, 0, START)
    assert (job.started, job.finished, job.saved, job.log, job.result) == (None, None, {}, (), {})


def test_an_equal_job_is_not_started_twice_while_the_first_one_waits_or_runs(store: Store) -> None:
    first = start(store)
    assert start(store) == first
    take(store, first)
    assert start(store) == first
    assert start(store, 2) != first
    store.jobs.stop(first)
    assert start(store) != first


def test_an_equal_job_is_started_anew_once_the_first_one_has_ended(store: Store) -> None:
    first = start(store)
    take(store, first)
    store.jobs.finish(first, "mine", JobState.DONE, Progress())
    assert start(store) != first


@pytest.mark.parametrize("arguments", [{"to": float("nan")}, {"to": object()}])
def test_arguments_that_are_no_json_are_refused_at_once(store: Store, arguments: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        store.jobs.add("count", arguments)
    assert store.jobs.recent() == ()


def test_of_many_that_claim_a_job_at_the_same_moment_one_gets_it(store: Store) -> None:
    jobs = [start(store, number) for number in range(5)]
    together = Barrier(8)

    def claim_all(claimant: int) -> list[int]:
        together.wait(timeout=60)
        return [job_id for job_id in jobs if store.jobs.claim(job_id, f"claim {claimant}")]

    with ThreadPoolExecutor(8) as threads:
        taken = [job_id for mine in threads.map(claim_all, range(8)) for job_id in mine]
    assert sorted(taken) == jobs


def test_a_sign_of_life_keeps_how_far_the_job_is_and_the_last_lines_of_its_log(store: Store, clock: Clock) -> None:
    job_id = start(store)
    take(store, job_id)
    clock.move(seconds=5)
    lines = tuple(f"{number}: \udcffname" for number in range(LOG_LINES + 10))
    assert store.jobs.beat(job_id, "mine", Progress(2, 9, "two", lines)) is False
    job = store.jobs.get(job_id)
    assert (job.done, job.total, job.message, job.heartbeat) == (2, 9, "two", clock.now)
    assert (len(job.log), job.log[0], job.log[-1]) == (LOG_LINES, "10: ?name", f"{LOG_LINES + 9}: ?name")


def test_a_running_job_learns_from_its_sign_of_life_that_it_shall_stop(store: Store) -> None:
    job_id = start(store)
    take(store, job_id)
    store.jobs.stop(job_id)
    assert store.jobs.get(job_id).state == JobState.RUNNING
    assert store.jobs.beat(job_id, "mine", Progress()) is True
    assert store.jobs.checkpoint(job_id, "mine", Progress(), {"at": 1}) is True
    store.jobs.finish(job_id, "mine", JobState.STOPPED, Progress())
    assert (store.jobs.get(job_id).state, store.jobs.get(job_id).asked_to_stop) == (JobState.STOPPED, False)


def test_a_waiting_job_is_stopped_at_once_and_nobody_can_claim_it(store: Store) -> None:
    job_id = start(store)
    store.jobs.stop(job_id)
    assert store.jobs.get(job_id).state == JobState.STOPPED
    assert store.jobs.claim(job_id, "mine") is None
    assert store.jobs.queued() == ()


def test_one_that_has_lost_its_claim_changes_nothing_any_more(store: Store, clock: Clock) -> None:
    job_id = start(store)
    take(store, job_id, "the sleeper's")
    clock.move(hours=2)
    assert store.jobs.recover(HOUR, 3) == (job_id,)
    take(store, job_id, "mine")
    assert store.jobs.beat(job_id, "the sleeper's", Progress(8, 9)) is None
    assert store.jobs.checkpoint(job_id, "the sleeper's", Progress(8, 9), {"at": 8}) is None
    store.jobs.release(job_id, "the sleeper's", Progress(8, 9))
    store.jobs.finish(job_id, "the sleeper's", JobState.DONE, Progress(8, 9), {"sum": 36})
    job = store.jobs.get(job_id)
    assert (job.state, job.done, job.saved, job.result) == (JobState.RUNNING, 0, {}, {})


def test_a_job_without_a_sign_of_life_is_queued_again_with_its_last_checkpoint(store: Store, clock: Clock) -> None:
    lost, alive = start(store, 1), start(store, 2)
    take(store, lost)
    store.jobs.checkpoint(lost, "mine", Progress(4, 9), {"at": 4})
    take(store, alive, "another")
    clock.move(hours=2)
    store.jobs.beat(alive, "another", Progress())
    assert store.jobs.recover(HOUR, 3) == (lost,)
    assert store.jobs.queued() == (lost,)
    again = store.jobs.claim(lost, "new")
    assert again is not None
    assert (again.saved, again.done, again.attempts) == ({"at": 4}, 4, 2)
    assert store.jobs.recover(None, 3) == (lost, alive)


def test_a_job_that_takes_worker_after_worker_with_it_has_failed(store: Store) -> None:
    job_id = start(store)
    for _ in range(3):
        take(store, job_id)
        store.jobs.recover(None, 3)
    job = store.jobs.get(job_id)
    assert job.state == JobState.FAILED
    assert "ended 3 times in the middle of this job" in job.message


def test_a_job_that_was_asked_to_stop_when_its_worker_died_is_stopped(store: Store) -> None:
    job_id = start(store)
    take(store, job_id)
    store.jobs.stop(job_id)
    store.jobs.recover(None, 3)
    assert store.jobs.get(job_id).state == JobState.STOPPED


def test_a_job_put_back_by_a_worker_that_leaves_has_not_been_attempted(store: Store) -> None:
    job_id = start(store)
    for _ in range(5):
        take(store, job_id)
        store.jobs.release(job_id, "mine", Progress(1, 2))
    job = store.jobs.get(job_id)
    assert (job.state, job.done, job.attempts) == (JobState.QUEUED, 1, 0)


@pytest.mark.parametrize("ended", [JobState.FAILED, JobState.STOPPED])
def test_a_job_that_failed_or_was_stopped_is_tried_again_from_its_last_checkpoint(
    store: Store, ended: JobState
) -> None:
    job_id = start(store)
    take(store, job_id)
    store.jobs.checkpoint(job_id, "mine", Progress(4, 9), {"at": 4})
    store.jobs.finish(job_id, "mine", ended, Progress(4, 9, "out of paper"))
    assert store.jobs.retry(job_id)
    job = store.jobs.get(job_id)
    assert (job.state, job.saved, job.attempts, job.message) == (JobState.QUEUED, {"at": 4}, 0, "")
    assert (job.started, job.finished) == (None, None)


def test_only_what_failed_or_was_stopped_is_tried_again_and_only_where_no_equal_job_is_at_it(store: Store) -> None:
    job_id = start(store)
    assert not store.jobs.retry(job_id)
    take(store, job_id)
    assert not store.jobs.retry(job_id)
    store.jobs.finish(job_id, "mine", JobState.FAILED, Progress())
    start(store)
    assert not store.jobs.retry(job_id)


def test_lists_are_newest_first_and_can_be_narrowed(store: Store) -> None:
    first, second, third = (start(store, number) for number in range(3))
    other = store.jobs.add("draw", {})
    store.jobs.stop(second)
    assert [job.id for job in store.jobs.recent()] == [other, third, second, first]
    assert [job.id for job in store.jobs.recent(limit=2, kind="count")] == [third, second]
    assert [job.id for job in store.jobs.recent(states=[JobState.STOPPED])] == [second]
    assert store.jobs.queued() == (first, third, other)


def test_a_job_that_has_ended_is_deleted_without_a_trace_and_others_are_not(store: Store, clock: Clock) -> None:
    ended, active = store.jobs.add("count", {"of": "a secret name"}), start(store)
    with pytest.raises(JobError, match=f"job {ended} is queued; stop it first"):
        store.jobs.delete(ended)
    store.jobs.stop(ended)
    store.jobs.delete(ended)
    with pytest.raises(NotFound, match=f"no job {ended}"):
        store.jobs.get(ended)
    assert store.jobs.clear() == 0
    store.jobs.stop(active)
    assert store.jobs.clear() == 1
    assert start(store) > active
    assert files_with(store.blobs.folder.parent, b"a secret name") == []


@pytest.mark.parametrize("act", ["get", "stop", "retry", "delete"])
def test_a_job_that_is_not_there_is_said_in_words(store: Store, act: str) -> None:
    with pytest.raises(NotFound, match="there is no job 7"):
        getattr(store.jobs, act)(7)
