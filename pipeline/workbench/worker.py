"""The worker process, with every handler there is."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipeline.config import Config
from pipeline.jobs import run_worker
from pipeline.workbench import compare_job as compare_job
from pipeline.workbench import downstream as downstream
from pipeline.workbench import failures as failures  # each of these registers its handler
from pipeline.workbench import jobs, models, schedule
from pipeline.workbench import labelling as labelling
from pipeline.workbench import read_set as read_set
from pipeline.workbench import snapshot_import as snapshot_import
from pipeline.workbench import snapshots as snapshots
from pipeline.workbench import training as training
from pipeline.workbench import video as video
from pipeline.workbench.bench import Workbench

_LOG_BYTES = 2**20


def work(config: Config, *, wait: bool = False, beside: int | None = None) -> None:
    """Works jobs until a SIGTERM or Ctrl-C comes.

    Args:
        wait: where the state folder has a worker already, wait for its end.
        beside: id of a process; with its end the worker ends, too.

    Raises:
        WorkerRunning: the state folder has a worker already, and ``wait`` was not asked for.
        StoreError: the state folder cannot be read or written.
    """
    bench = Workbench.open(config)
    _log_into(config.home / "worker.log")
    models.settle(bench)
    try:
        run_worker(
            config,
            bench.store,
            jobs.handlers(bench),
            wait=wait,
            tend=lambda: schedule.tend(bench),
            goes_on=lambda: beside is None or _is_there(beside),
        )
    finally:
        bench.close()


def _log_into(path: Path) -> None:
    """Everything that is said from now on stands in this file, of which two older ones are kept."""
    file = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    file.setLevel(logging.INFO)
    ours, root = logging.getLogger("pipeline"), logging.getLogger()
    for terminal in root.handlers:
        terminal.setLevel(ours.getEffectiveLevel())  # it says no more than before
    root.addHandler(file)
    ours.setLevel(min(logging.INFO, ours.getEffectiveLevel()))
    logging.raiseExceptions = False  # on a full disk the log is done without


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
