"""What a handler is given: its arguments, where it stood, and the ways to say how far it is."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from pipeline.errors import StoreError
from pipeline.store.jobs import LOG_LINES, Jobs, Json, Progress, StoredJob, plain_json

_log = logging.getLogger(__name__)


class Stopped(BaseException):
    """Ends a handler at a safe point. It is no ``Exception``, so that nobody catches it by mistake."""


class JobContext:
    """One attempt at a job. ``saved`` is what the last checkpoint of any attempt kept, empty at first.

    A stop takes effect wherever the handler calls ``progress``, ``checkpoint`` or ``check``, so it should do so about
    once a second. A checkpoint is written to the disk; the others cost nothing, as the worker writes them down now and
    then.
    """

    def __init__(self, job: StoredJob, claim: str, jobs: Jobs, pause: float = 5.0) -> None:
        """``pause`` is how many seconds to wait for a store that cannot be written."""
        self.id = job.id
        self.kind = job.kind
        self.arguments = job.arguments
        self.saved = job.saved
        self.claim = claim
        self._jobs = jobs
        self._pause = pause
        self._lock = threading.Lock()
        self._done, self._total, self._message = job.done, job.total, ""
        self._log = deque(job.log, maxlen=LOG_LINES)
        self._halt = threading.Event()

    def progress(self, done: int, total: int, message: str = "") -> None:
        """``done`` of ``total`` steps are through; ``message`` names what is worked now, such as a file.

        Raises:
            Stopped: the job shall end here.
        """
        with self._lock:
            self._done, self._total, self._message = done, total, message
        self.check()

    def say(self, message: str) -> None:
        """Another message, and no step further."""
        with self._lock:
            self._message = message

    def log(self, line: str) -> None:
        """Add a line for a person; of many the last ones stay."""
        with self._lock:
            self._log.append(line)

    def checkpoint(self, saved: Json, done: int | None = None) -> None:
        """Keep, on the disk when this returns, what the next attempt finds in ``saved``, and the steps ``done``.

        A store that cannot be written is waited for, so that no step is done twice.

        Raises:
            Stopped: the job shall end here; what was given is kept before, where the store can be written.
            ValueError, TypeError: it is no JSON.
        """
        self.saved = plain_json(saved)
        if done is not None:
            with self._lock:
                self._done = done
        self.hear(self._write_checkpoint())
        self.check()

    @property
    def stop_requested(self) -> bool:
        """For handlers that end in a way of their own, and then raise ``Stopped``."""
        return self._halt.is_set()

    def check(self) -> None:
        """
        Raises:
            Stopped: the job shall end here.
        """
        if self._halt.is_set():
            raise Stopped

    def halt(self) -> None:
        """Have the handler end at its next safe point."""
        self._halt.set()

    def hear(self, asked_to_stop: bool | None) -> None:
        """What the row answered to a sign of life: None says that the job is no longer this attempt's."""
        if asked_to_stop is not False:
            self._halt.set()

    def wait(self, seconds: float) -> None:
        """
        Raises:
            Stopped: as soon as the job shall end.
        """
        self._halt.wait(seconds)
        self.check()

    def _write_checkpoint(self) -> bool | None:
        message = self.now().message
        while True:
            try:
                return self._jobs.checkpoint(self.id, self.claim, self.now(message), self.saved)
            except StoreError as error:
                _log.warning("job %d waits: %s", self.id, error)
                self.say(str(error))
                self.wait(self._pause)
                self.say(message)

    def now(self, message: str | None = None) -> Progress:
        """How far it is; another ``message`` in place of its own where one is given."""
        with self._lock:
            return Progress(self._done, self._total, self._message if message is None else message, tuple(self._log))


Handler = Callable[[JobContext], Json | None]
"""Does a job and gives its result. It begins where ``saved`` says, and leaves nothing half done when it raises."""
