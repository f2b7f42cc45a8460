"""The worker process: huey's consumer takes ids from the queue, the main thread watches over the jobs' rows."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import StoreError, WorkerRunning
from pipeline.jobs.context import Handler
from pipeline.jobs.queue import Queue
from pipeline.jobs.runner import Runner
from pipeline.store import Store

MOST_ATTEMPTS = 3
"""Workers that one job may take with it before it has failed."""
SILENT_BEATS = 60
"""Beats without a sign of life after which a worker is taken for dead: half a minute, three times what a busy
database makes it wait."""
_SWEEP_BEATS = 4
_TEND_BEATS = 40
_LEAVE_SECONDS = 10
_TELL_EVERY = 60.0

_log = logging.getLogger(__name__)


def run_worker(
    config: Config,
    store: Store,
    handlers: Mapping[str, Handler],
    *,
    wait: bool = False,
    goes_on: Callable[[], bool] = lambda: True,
    tend: Callable[[], None] = lambda: None,
) -> None:
    """Work jobs until a SIGTERM or Ctrl-C comes; running jobs then go back to the queue.

    Args:
        wait: where the state folder has a worker already, wait for its end.
        goes_on: asked every beat; the worker leaves when it says no.
        tend: called now and then, to queue what is due by a schedule; it must be quick.

    Raises:
        WorkerRunning: the state folder has a worker already, and ``wait`` was not asked for.
        StoreError: the state folder cannot be written.
    """
    leaving = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: leaving.set())
    with _alone(config, wait, lambda: goes_on() and not leaving.is_set()) as lock:
        if lock is not None and not _Worker(config, store, handlers, lock, tend).run(leaving, goes_on):
            _say_goodbye(lock)
            logging.shutdown()
            os._exit(0)  # a handler is deep in a model's code, which Python cannot end in an orderly way


def worker_is_alive(config: Config) -> bool:
    """Whether a worker of this state folder has given a sign of life of late."""
    try:
        return time.time() - _lock_file(config).stat().st_mtime < SILENT_BEATS * config.beat_seconds
    except FileNotFoundError:
        return False


class _Worker:
    def __init__(
        self,
        config: Config,
        store: Store,
        handlers: Mapping[str, Handler],
        lock: Path,
        tend: Callable[[], None],
    ) -> None:
        self._tend = tend
        self._config = config
        self._jobs = store.jobs
        self._lock = lock
        self._queue = Queue(config.home)
        self._runner = Runner(store.jobs, handlers, pause=10 * config.beat_seconds)
        self._queue.work_with(self._runner.work)
        self._told = -_TELL_EVERY

    def run(self, leaving: threading.Event, goes_on: Callable[[], bool]) -> bool:
        """Gives whether everything has ended in an orderly way."""
        beat = self._config.beat_seconds
        consumer = self._queue.huey.create_consumer(
            workers=self._config.workers,
            periodic=False,
            initial_delay=min(0.1, beat),
            max_delay=beat,
            shutdown_timeout=_LEAVE_SECONDS,
        )
        self._calmly(lambda: self._sweep(None))  # alone, so whatever runs has lost its worker
        # Not consumer.run(): its signals end jobs without a word, and nobody would look after the rows.
        consumer.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: leaving.set())
        _log.info("the worker of %s has begun", self._config.home)
        beats = 0
        while goes_on() and not leaving.wait(beat):
            beats += 1
            self._calmly(self._beat)
            if beats % _SWEEP_BEATS == 0:
                self._calmly(lambda: self._sweep(timedelta(seconds=SILENT_BEATS * beat)))
            if beats % _TEND_BEATS == 1:
                self._calmly(self._tend)
            consumer.check_worker_health()
        return self._leave(consumer.stop)

    def _beat(self) -> None:
        os.utime(self._lock)
        self._runner.beat()

    def _sweep(self, silence: timedelta | None) -> None:
        """Queue again what lost its worker, and what the queue has lost."""
        self._runner.beat()  # after a machine's sleep, jobs that live must not look dead
        lost = self._jobs.recover(silence, MOST_ATTEMPTS)
        for job_id in lost:
            _log.warning("job %d had lost its worker", job_id)
        in_queue = self._queue.ids()
        for job_id in self._jobs.queued():
            if job_id not in in_queue:
                self._queue.put(job_id, first=job_id in lost)

    def _calmly(self, act: Callable[[], None]) -> None:
        """What cannot be written now is tried again with the next beat, and is said once a minute."""
        try:
            act()
        except (StoreError, OSError) as error:
            if time.monotonic() - self._told >= _TELL_EVERY:
                self._told = time.monotonic()
                _log.warning("the worker waits: %s", error)

    def _leave(self, stop: Callable[..., None]) -> bool:
        self._runner.leave()
        stop(graceful=True)
        try:
            orderly = not self._runner.put_back()
        except StoreError as error:
            _log.warning("running jobs are left to the next worker: %s", error)
            orderly = False
        _log.info("the worker has ended")
        return orderly


@contextmanager
def _alone(config: Config, wait: bool, goes_on: Callable[[], bool]) -> Iterator[Path | None]:
    """Hold the state folder's lock, whose file bears the time of the last sign of life; None if ended while waiting."""
    path = _lock_file(config)
    with path.open("a") as lock:
        told = False
        while not _locked(lock.fileno()):
            if not wait:
                raise WorkerRunning(
                    f"{config.home} has a worker already; let it do the work, or stop it, "
                    "or set PLATELOOP_HOME to another folder"
                )
            if not told:
                told = True
                _log.warning("%s has a worker already; this one waits for its end", config.home)
            if not goes_on():
                yield None
                return
            time.sleep(config.beat_seconds)
        os.utime(path)
        try:
            yield path
        finally:
            _say_goodbye(path)


def _say_goodbye(lock: Path) -> None:
    """Its last sign of life becomes one of long ago, so that everybody sees at once that there is no worker."""
    os.utime(lock, (0, 0))


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_file(config: Config) -> Path:
    return config.home / "worker.lock"
