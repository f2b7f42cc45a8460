"""Jobs for the worker: starting, watching, stopping, trying again, deleting; and which handler does which kind.

A module with a use case that takes longer than a few seconds registers its handler here and starts it:

    @handler("read_set")
    def read_set(bench: Workbench, job: JobContext) -> Json: ...

    jobs.start(bench, "read_set", {"uploads": [1, 2], "recipe": "fast"}, about={"count": 2}, total=2)

It is also named in ``workbench.worker``, and its title in both files of words, as ``job_title.read_set``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from pipeline import jobs
from pipeline.errors import UnknownJob
from pipeline.jobs import JobContext as JobContext
from pipeline.jobs import Stopped as Stopped
from pipeline.store.jobs import ACTIVE, FINISHED
from pipeline.store.jobs import Json as Json
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import JobRow, JobState, StoredJob

Handler = Callable[[Workbench, JobContext], Json]
"""Does a job of one kind and gives its result; :class:`JobContext` says how it can be resumed and stopped."""

_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Registers what does the jobs of that kind; the name stands in stored rows, so it is for ever.

    Raises:
        ValueError: the name is taken.
    """

    def register(function: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"there is a handler for jobs of kind '{kind}' already")
        _handlers[kind] = function
        return function

    return register


def kinds() -> tuple[str, ...]:
    """Every kind of which the module is loaded."""
    return tuple(_handlers)


def handlers(bench: Workbench) -> Mapping[str, jobs.Handler]:
    """Them all, made ready for the worker."""
    return {kind: partial(function, bench) for kind, function in _handlers.items()}


def start(bench: Workbench, kind: str, arguments: Json, *, about: Json | None = None, total: int = 0) -> int:
    """Queues a job and gives its id; that of an equal one where such a one waits or runs already.

    Args:
        arguments: JSON, all that decides what is done; two jobs with the same are equal.
        about: fills the placeholders of the job's title.
        total: its number of steps, where that is known beforehand.

    Raises:
        UnknownJob: there is no handler for that kind.
        StoreError: the state folder cannot be written.
    """
    if kind not in _handlers:
        raise UnknownJob(f"there are no jobs of kind '{kind}'; there are: {', '.join(_handlers)}")
    job_id = bench.store.jobs.add(kind, arguments, about, total)
    bench.queue.put(job_id)
    return job_id


def get(bench: Workbench, job_id: int) -> StoredJob:
    """
    Raises:
        NotFound: no such job.
    """
    return bench.store.jobs.get(job_id)


def recent(bench: Workbench, limit: int | None = 50, kind: str | None = None) -> tuple[JobRow, ...]:
    """Newest first, whatever became of them."""
    return bench.store.jobs.recent(limit, kind=kind)


def active(bench: Workbench, kind: str | None = None) -> tuple[JobRow, ...]:
    """Those that wait or run, newest first."""
    return bench.store.jobs.recent(None, ACTIVE, kind)


def failed(bench: Workbench, limit: int = 3) -> tuple[JobRow, ...]:
    """Those that failed and that nobody has tried again or deleted, newest first."""
    return bench.store.jobs.recent(limit, (JobState.FAILED,))


def finished(bench: Workbench, limit: int | None = 50) -> tuple[JobRow, ...]:
    """Those that are done, failed or stopped, newest first."""
    return bench.store.jobs.recent(limit, FINISHED)


def stop(bench: Workbench, job_id: int) -> None:
    """A waiting job is stopped at once, a running one within a second or two; it can be tried again.

    Raises:
        NotFound: no such job.
    """
    bench.store.jobs.stop(job_id)


def retry(bench: Workbench, job_id: int) -> None:
    """Queues a failed or stopped job again; it goes on from where it stood. Any other stays as it is.

    Raises:
        NotFound: no such job.
    """
    if bench.store.jobs.retry(job_id):
        bench.queue.put(job_id)


def delete(bench: Workbench, job_id: int) -> None:
    """Deletes a job that has ended; what it has made stays.

    Raises:
        NotFound: no such job.
        JobError: it waits or runs.
    """
    bench.store.jobs.delete(job_id)


def clear_finished(bench: Workbench) -> int:
    """Deletes all jobs that have ended, and gives their number; what they have made stays."""
    return bench.store.jobs.clear()


def worker_is_alive(bench: Workbench) -> bool:
    """Whether anybody works the queue off; where nobody does, jobs wait."""
    return jobs.worker_is_alive(bench.config)
