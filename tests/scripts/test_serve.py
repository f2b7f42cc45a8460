"""``make run`` as it runs for days: its worker dies and comes back, and nothing is left when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.config import PROJECT, load_config
from pipeline.store import JobState
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.read_set import KIND

PATIENCE = 90.0


def wait_until(come_true: Callable[[], object], what: Callable[[], str]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not come_true():
        assert time.monotonic() < give_up, what()
        time.sleep(0.1)


class Served:
    """``scripts/serve`` in a process group of its own, as a terminal gives it."""

    def __init__(self, port: int, log: Path) -> None:
        self.log = log
        environment = os.environ | {"PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
        with log.open("w") as out:
            self.process = subprocess.Popen(
                ["scripts/serve"], cwd=PROJECT, env=environment, stdout=out, stderr=out, start_new_session=True
            )

    def members(self) -> list[psutil.Process]:
        return [p for p in psutil.process_iter(["status"]) if _group_of(p) == self.process.pid]

    def worker(self) -> psutil.Process:
        """The only one, once it is there."""
        wait_until(lambda: len(self._workers()) == 1, lambda: f"there is no worker: {self.log.read_text()}")
        return self._workers()[0]

    def _workers(self) -> list[psutil.Process]:
        return [member for member in self.members() if {"worker", "--beside"} <= set(_command_of(member))]


def _group_of(process: psutil.Process) -> int | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else os.getpgid(process.pid)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return None


def _command_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@pytest.fixture
def served(home: Path, free_port: int, tmp_path: Path) -> Iterator[Served]:
    running = Served(free_port, tmp_path / "serve.log")
    yield running
    for member in running.members():
        member.kill()
    running.process.wait()


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    opened = Workbench.open(load_config())
    yield opened
    opened.close()


@pytest.mark.timeout(300)
def test_its_worker_is_started_again_when_it_dies_and_ctrl_c_ends_everything(served: Served, bench: Workbench) -> None:
    first = served.worker()
    job_id = jobs.start(bench, KIND, {"uploads": [], "recipe": "fast"})
    wait_until(lambda: jobs.get(bench, job_id).state == JobState.DONE, served.log.read_text)
    first.kill()
    again = jobs.start(bench, KIND, {"uploads": [], "recipe": "thorough"})
    wait_until(lambda: jobs.get(bench, again).state == JobState.DONE, served.log.read_text)
    assert served.worker().pid != first.pid
    assert "the worker has ended and is started again" in served.log.read_text()

    os.killpg(served.process.pid, signal.SIGINT)
    served.process.wait(timeout=PATIENCE)
    wait_until(lambda: not served.members(), lambda: f"these are left: {served.members()}")
    assert not jobs.worker_is_alive(bench)


def test_its_worker_ends_even_when_the_workbench_is_killed(served: Served) -> None:
    served.worker()
    served.process.kill()
    served.process.wait(timeout=PATIENCE)
    wait_until(lambda: not served.members(), lambda: f"these are left: {served.members()}")


def test_a_port_that_is_none_is_refused_before_anything_starts(tmp_path: Path, home: Path) -> None:
    refused = subprocess.run(
        ["scripts/serve"], cwd=PROJECT, env=os.environ | {"PORT": "many"}, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "PORT=many is no port" in refused.stderr
    assert not home.exists()
