from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.jobs import Queue
from pipeline.store import JobState, Store, StoredJob
from tests.jobs import small_worker

PATIENCE = 60.0
_FROM_SERVER = multiprocessing.get_context("forkserver")
_FROM_SERVER.set_forkserver_preload(["tests.jobs.small_worker"])  # imported once for all workers


@dataclass(frozen=True, slots=True)
class Worker:
    """A process; ``said`` is what it wrote to stderr."""

    process: BaseProcess
    folder: Path

    @property
    def said(self) -> str:
        path = self.folder / f"said by {self.process.pid}"
        return path.read_text() if path.exists() else ""

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid or 0, number)

    def ends_with(self) -> int | None:
        """Its exit code, once it has ended."""
        self.process.join(PATIENCE)
        return self.process.exitcode


StartWorker = Callable[..., Worker]


def wait_until(come_true: Callable[[], object], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not come_true():
        assert time.monotonic() < give_up, f"waited {PATIENCE:.0f} s in vain: {what}"
        time.sleep(0.02)


class Bureau:
    """A store and a queue as the workbench has them, and what small handlers wrote."""

    def __init__(self, config: Config, store: Store, folder: Path) -> None:
        self.config = config
        self.store = store
        self.folder = folder
        self.queue = Queue(config.home)

    def start(self, kind: str, **arguments: object) -> int:
        job_id = self.store.jobs.add(kind, arguments)
        self.queue.put(job_id)
        return job_id

    def wait_for(self, job_id: int, state: JobState) -> StoredJob:
        wait_until(lambda: self.store.jobs.get(job_id).state == state, f"job {job_id} is not {state}")
        return self.store.jobs.get(job_id)

    def wait_for_message(self, job_id: int, message: str) -> None:
        wait_until(lambda: message in self.store.jobs.get(job_id).message, f"job {job_id} does not say {message!r}")

    def counted(self) -> list[int]:
        return [int(line) for line in (self.folder / "counted").read_text().splitlines()]

    def go_on(self) -> None:
        (self.folder / "go on").touch()


@pytest.fixture
def bureau(home: Path, tmp_path: Path) -> Iterator[Bureau]:
    config = Config(home=home, beat_seconds=0.1)
    store = Store.open(config)
    yield Bureau(config, store, tmp_path)
    store.close()


@pytest.fixture
def start_worker(bureau: Bureau) -> Iterator[StartWorker]:
    """Starts real worker processes; those that are left are killed.

    One that is impatient waits for the database and for its jobs a second where others wait ten.
    """
    started: list[Worker] = []

    def start_worker(*, wait: bool = False, impatient: bool = False, **settings: object) -> Worker:
        config = bureau.config.model_copy(update=settings)
        process = _FROM_SERVER.Process(target=small_worker.run, args=(config, bureau.folder, wait, impatient))
        process.start()
        started.append(Worker(process, bureau.folder))
        return started[-1]

    yield start_worker
    for worker in started:
        worker.process.kill()
        worker.process.join()
