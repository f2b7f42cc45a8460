"""What a worker process of these tests runs: the real worker with small handlers.

Each handler appends a line to a file for every step it has done, before its checkpoint.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import BadTable, PlateLoopError, StoreError
from pipeline.jobs import JobContext, run_worker, worker
from pipeline.store import Store, engine
from pipeline.store.jobs import Json


def count(job: JobContext) -> Json:
    """Counts to a number and waits at another until a file appears, as a job does that is in the middle of its work."""
    for number in range(job.saved.get("counted", 0) + 1, job.arguments["to"] + 1):
        while number == job.arguments.get("wait_at") and not (FOLDER / "go on").exists():
            job.progress(number - 1, job.arguments["to"], f"before {number}")
            time.sleep(0.01)
        with (FOLDER / "counted").open("a") as out:
            out.write(f"{number}\n")
        job.log(f"counted {number}")
        job.checkpoint({"counted": number})
        job.progress(number, job.arguments["to"])
    return {"sum": sum(range(job.arguments["to"] + 1))}


def kill(job: JobContext) -> Json:
    """Ends its worker, as running out of memory does."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def fail(job: JobContext) -> Json:
    if job.arguments["expected"]:
        raise BadTable("labels.csv has no column 'file'; add it")
    raise ZeroDivisionError("nobody expects this\nand this is for the log")


def fail_once(job: JobContext) -> Json:
    """The store cannot be written the first time."""
    if not (FOLDER / "failed once").exists():
        (FOLDER / "failed once").touch()
        raise StoreError("the disk is full; free some space")
    return {"tried": "again"}


def not_json(job: JobContext) -> Json:
    return {"number": float("nan")}


def deaf(job: JobContext) -> Json:
    """Never looks up from its work."""
    (FOLDER / "deaf").touch()
    time.sleep(600)
    return {}


HANDLERS = {
    "count": count,
    "kill": kill,
    "fail": fail,
    "fail_once": fail_once,
    "not_json": not_json,
    "deaf": deaf,
}

FOLDER = Path()


def run(config: Config, folder: Path, wait: bool, impatient: bool) -> None:
    """The process; what it says on stderr stands in a file of the folder."""
    global FOLDER
    FOLDER = folder
    if impatient:
        engine.BUSY_SECONDS = worker._LEAVE_SECONDS = 1
    said = os.open(folder / f"said by {os.getpid()}", os.O_CREAT | os.O_WRONLY)
    os.dup2(said, 2)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    try:
        run_worker(config, Store.open(config), HANDLERS, wait=wait)
    except PlateLoopError as error:
        sys.exit(str(error))
