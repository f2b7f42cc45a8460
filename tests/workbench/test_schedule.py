"""What the worker begins by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import SnapshotError
from pipeline.plate.types import Review
from pipeline.workbench import jobs, schedule
from pipeline.workbench import worker as worker  # loads every handler
from pipeline.workbench.bench import Workbench
from pipeline.workbench.fine_tuning import FineTuning
from tests.store.samples import read_plate


def answer(bench: Workbench, *texts: str) -> None:
    for seed, text in enumerate(texts):
        number = read_plate(bench.store, seed, "123가4568")
        bench.store.reviews.add(Review(number, text, "Kim"))


def test_nothing_begins_until_it_is_set(bench: Workbench) -> None:
    answer(bench, "12가3456", "34나5678")
    schedule.tend(bench)
    assert jobs.active(bench) == ()


def test_a_training_begins_once_enough_new_answers_with_a_text_have_come(bench: Workbench) -> None:
    schedule.plan(bench, 0, 2, "gate", FineTuning(samples=640))
    answer(bench, "12가3456", "")
    schedule.tend(bench)
    assert (schedule.waiting_answers(bench), jobs.active(bench)) == (1, ())
    answer(bench, "12가3456", "34나5678")
    schedule.tend(bench)
    (job,) = jobs.active(bench)
    assert job.kind == "retrain"
    assert jobs.get(bench, job.id).arguments["data_set"] == "gate"
    assert jobs.get(bench, job.id).arguments["settings"]["samples"] == 640
    schedule.tend(bench)
    assert len(jobs.active(bench)) == 1
    assert schedule.waiting_answers(bench) == 0


def test_answers_are_pulled_when_the_minutes_are_over_and_not_before(bench: Workbench) -> None:
    schedule.plan(bench, 30, 0, "answers", FineTuning())
    schedule.tend(bench)
    (job,) = jobs.active(bench, schedule.PULL)
    jobs.stop(bench, job.id)
    schedule.tend(bench)
    assert jobs.active(bench) == ()
    planned = schedule.current(bench)
    assert planned.pulled
    bench.store.schedules.save(replace(planned, pulled=planned.pulled.replace(year=2020)))
    schedule.tend(bench)
    assert [job.kind for job in jobs.active(bench)] == ["pull_answers"]


def test_a_name_that_leads_elsewhere_is_refused(bench: Workbench) -> None:
    with pytest.raises(SnapshotError, match="cannot name a data set"):
        schedule.plan(bench, 0, 5, "../elsewhere", FineTuning())
    assert schedule.current(bench).retrain_answers == 0
