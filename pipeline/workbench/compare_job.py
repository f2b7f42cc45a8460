"""A comparison that takes longer than a page can wait, worked by the worker; what it fills is the store."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare import Comparison, compute, known
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.plates import find_plates
from pipeline.workbench.ways import Way, chains, parse_settings, readers, spelled

KIND = "compare"


def start_comparison(bench: Workbench, wanted: Comparison) -> int:
    """Starts the job and gives its id; that of an equal one where such a one waits or runs.

    Raises:
        StoreError: the state folder cannot be written.
    """
    about = {"plates": len(wanted.plates), "cells": wanted.size}
    return jobs.start(bench, KIND, _arguments(wanted), about=about, total=wanted.size)


def running_comparison(bench: Workbench, wanted: Comparison) -> int | None:
    """The job that works this comparison now, if any."""
    asked = _arguments(wanted)
    active = (jobs.get(bench, row.id) for row in jobs.active(bench, KIND))
    return next((job.id for job in active if job.arguments == asked and not job.asked_to_stop), None)


@jobs.handler(KIND)
def work_comparison(bench: Workbench, job: JobContext) -> Json:
    """Works every cell that nobody has worked yet; the result counts the ``cells`` and those that ``failed``.

    It needs no checkpoints: what is done stands in the store.
    """
    asked = job.arguments
    settings = parse_settings(asked["settings"])
    wanted = Comparison(
        find_plates(bench, asked["plates"]),
        _chosen(chains(bench, settings, asked["chains"]), asked["chains"]),
        _chosen(readers(bench, settings), asked["readers"]),
    )
    grid = known(bench, wanted)
    job.progress(grid.done, wanted.size)
    for _ in compute(bench, grid):
        job.progress(grid.done, wanted.size)
    return {"cells": wanted.size, "failed": grid.failed}


def _arguments(wanted: Comparison) -> Json:
    steps = ((way, step) for way in (*wanted.chains, *wanted.readers) if not way.saved for step in way.steps)
    return {
        "plates": [plate.id for plate in wanted.plates],
        "chains": [chain.key for chain in wanted.chains],
        "readers": [reader.key for reader in wanted.readers],
        "settings": list(spelled({(way.stage, step.name): step.settings for way, step in steps})),
    }


def _chosen(ways: Sequence[Way], keys: Sequence[str]) -> tuple[Way, ...]:
    return tuple(way for way in ways if way.key in set(keys))
