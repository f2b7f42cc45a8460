"""What the worker begins by itself: pulling answers, and training once enough new ones have come. Off until set."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from pipeline.corpus.snapshot import check_name
from pipeline.errors import PlateLoopError
from pipeline.store import Schedule as Schedule
from pipeline.workbench import jobs
from pipeline.workbench.answer_checks import suspicious_answers
from pipeline.workbench.bench import Workbench
from pipeline.workbench.fine_tuning import FineTuning
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.snapshots import SUSPICIOUS, freeze_answers
from pipeline.workbench.training import KIND as TRAIN
from pipeline.workbench.training import start_training

PULL, KIND = "pull_answers", "retrain"
DATA_SET = "answers"

_log = logging.getLogger(__name__)


def current(bench: Workbench) -> Schedule:
    """What is set; everything is off where nobody has set anything."""
    found = bench.store.schedules.get()
    return replace(found, data_set=found.data_set or DATA_SET, settings=found.settings or FineTuning().model_dump())


def plan(bench: Workbench, pull_minutes: int, retrain_answers: int, data_set: str, settings: FineTuning) -> Schedule:
    """Sets it; zeros are off. What has come before counts as seen.

    Raises:
        SnapshotError: the name cannot be that of a data set.
        StoreError: the state folder cannot be written.
    """
    before, now = current(bench), bench.store.schedules.now()
    planned = replace(
        before,
        pull_minutes=pull_minutes,
        retrain_answers=retrain_answers,
        data_set=check_name(data_set),
        settings=settings.model_dump(),
        retrained=before.retrained or now,
    )
    bench.store.schedules.save(planned)
    return planned


def waiting_answers(bench: Workbench) -> int:
    """Plates that got an answer since a training was last begun by itself, or since the schedule was set."""
    return bench.store.schedules.new_answers(bench.store.schedules.get().retrained)


def can_pull(bench: Workbench) -> bool:
    """Whether this PlateLoop knows how to pull answers."""
    return PULL in jobs.kinds()


def tend(bench: Workbench) -> None:
    """Queues what is due; the worker calls it now and then. What cannot be begun is logged, and tried again later."""
    try:
        _pull(bench, current(bench))
        _retrain(bench, current(bench))
    except PlateLoopError as error:
        _log.warning("what is scheduled could not be begun: %s", error)


def _pull(bench: Workbench, planned: Schedule) -> None:
    now = bench.store.schedules.now()
    due = not planned.pulled or now - planned.pulled >= timedelta(minutes=planned.pull_minutes)
    if planned.pull_minutes and due and can_pull(bench):
        bench.store.schedules.save(replace(planned, pulled=now))
        jobs.start(bench, PULL, {})


def _retrain(bench: Workbench, planned: Schedule) -> None:
    if not planned.retrain_answers or any(jobs.active(bench, kind) for kind in (KIND, TRAIN)):
        return
    if waiting_answers(bench) >= planned.retrain_answers:
        bench.store.schedules.save(replace(planned, retrained=bench.store.schedules.now()))
        asked = {"data_set": planned.data_set, "settings": planned.settings}
        jobs.start(bench, KIND, asked, about={"name": planned.data_set})


@jobs.handler(KIND)
def retrain(bench: Workbench, job: JobContext) -> Json:
    """Freezes the answers that do not look wrong into the next version of a data set, and queues a training on it."""
    wrong = {its.inspection_id: SUSPICIOUS for its in suspicious_answers(bench)}
    frozen = freeze_answers(bench, job.arguments["data_set"], leave_out=wrong, progress=job.progress)
    if job.saved.get("training") is None:
        settings = FineTuning.model_validate(job.arguments["settings"])
        job.checkpoint({"training": start_training(bench, frozen.id, settings)})
    return {"name": frozen.title, **job.saved}
