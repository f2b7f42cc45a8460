"""Takes up jobs and sees them to an end, whatever their handlers do. The one place that catches all they raise."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from functools import partial

from pipeline.errors import NotFound, PlateLoopError, StoreError, UnknownJob
from pipeline.jobs.context import Handler, JobContext, Stopped
from pipeline.store.jobs import Jobs, JobState, Json, plain_json

_log = logging.getLogger(__name__)


class Runner:
    """Works jobs, each in the thread that calls ``work``, and knows those that run."""

    def __init__(self, jobs: Jobs, handlers: Mapping[str, Handler], pause: float) -> None:
        """``pause`` is how many seconds to wait for a store that cannot be written."""
        self._jobs = jobs
        self._handlers = handlers
        self._pause = pause
        self._running: dict[int, JobContext] = {}
        self._leaving = threading.Event()

    def work(self, job_id: int) -> None:
        """Work a job to its end; nothing happens where somebody else has it, or it was stopped or deleted.

        Where the store cannot be used, the job goes on waiting.
        """
        if self._leaving.is_set():
            return
        claim = secrets.token_hex(8)
        try:
            job = self._jobs.claim(job_id, claim)
        except StoreError as error:
            _log.warning("job %d cannot be taken up yet: %s", job_id, error)
            return
        if job is None:
            return
        context = JobContext(job, claim, self._jobs, self._pause)
        self._running[job_id] = context
        _log.info("job %d (%s) begins, attempt %d", job_id, job.kind, job.attempts)
        try:
            self._settle(context, self._attempt(context))
        finally:
            del self._running[job_id]

    def beat(self) -> None:
        """Write down how far the running jobs are, and hear whether one shall stop.

        Raises:
            StoreError: the store cannot be written.
        """
        for context in tuple(self._running.values()):
            context.hear(self._jobs.beat(context.id, context.claim, context.now()))

    def leave(self) -> None:
        """Have all running jobs end at their next safe point and go back to the queue."""
        self._leaving.set()
        for context in tuple(self._running.values()):
            context.halt()

    def put_back(self) -> tuple[int, ...]:
        """Put what still runs back into the queue, over its handler's head; gives its ids.

        Raises:
            StoreError: the store cannot be written.
        """
        for context in tuple(self._running.values()):
            self._release(context)
        return tuple(self._running)

    def _attempt(self, context: JobContext) -> Callable[[], None]:
        """Run the handler; gives how the job ends, to be written into its row."""
        end = partial(self._end, context)
        try:
            result = self._handle(context)
        except Stopped:
            if self._leaving.is_set():
                return partial(self._release, context)
            _log.info("job %d was stopped", context.id)
            return partial(end, JobState.STOPPED)
        except StoreError as error:
            return (
                partial(end, JobState.FAILED, str(error))
                if isinstance(error, NotFound)
                else self._later(context, error)
            )
        except PlateLoopError as error:
            _log.warning("job %d failed: %s", context.id, error)
            return partial(end, JobState.FAILED, str(error))
        except Exception as error:
            _log.exception("job %d (%s) failed", context.id, context.kind)
            return partial(end, JobState.FAILED, _unexpected(error, context))
        _log.info("job %d is done", context.id)
        return partial(end, JobState.DONE, "", result)

    def _handle(self, context: JobContext) -> Json:
        if context.kind not in self._handlers:
            raise UnknownJob(
                f"this PlateLoop does not know jobs of kind '{context.kind}'; "
                "restart the worker after an update, or delete the job"
            )
        return plain_json(self._handlers[context.kind](context) or {})

    def _later(self, context: JobContext, error: StoreError) -> Callable[[], None]:
        """The store could not be written: not the job's fault, so it is tried again after a while."""
        _log.warning("job %d waits: %s", context.id, error)
        context.log(str(error))
        try:
            context.say(str(error))
            context.wait(self._pause)
        except Stopped:
            if not self._leaving.is_set():
                return partial(self._end, context, JobState.STOPPED, str(error))
        return partial(self._release, context, str(error))

    def _end(self, context: JobContext, state: JobState, message: str = "", result: Json | None = None) -> None:
        self._jobs.finish(context.id, context.claim, state, context.now(message), result)

    def _release(self, context: JobContext, message: str = "") -> None:
        self._jobs.release(context.id, context.claim, context.now(message))

    def _settle(self, context: JobContext, write: Callable[[], None]) -> None:
        """Write the outcome, however long the store takes; a worker that leaves meanwhile lets the next one find it."""
        while True:
            try:
                return write()
            except StoreError as error:
                _log.warning("the end of job %d cannot be written yet: %s", context.id, error)
                if self._leaving.wait(self._pause):
                    return None


def _unexpected(error: Exception, context: JobContext) -> str:
    lines = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return f"{said}; worker.log in the state folder tells more under job {context.id}"
