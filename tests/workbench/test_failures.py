"""A labelled set is read once, whatever happens on the way."""

from __future__ import annotations

import pytest

from pipeline.analysis.outcome import OutcomeKind
from pipeline.corpus.problems import sentence
from pipeline.errors import BadLabels, BadSettings, NotFound
from pipeline.flow.recipe import BUILT_IN, Step
from pipeline.jobs import JobContext
from pipeline.workbench import failures, jobs
from pipeline.workbench.failure_sets import keep_zip
from pipeline.workbench.views import JobState
from tests.flow.small_backends import TEXT
from tests.workbench.conftest import SMALL
from tests.workbench.labelled import HEAD, PLATE, crops_zip, numbered, zipped

pytestmark = pytest.mark.usefixtures("small")
BLACK, RED = (0, 0, 0), (255, 0, 0)


def planned(bench, data, name="gate.zip"):
    return failures.plan_run(bench, keep_zip(bench, name, data).place, "thorough")


def test_crops_are_read_measured_and_summed_up(bench):
    run = failures.run_set(bench, planned(bench, crops_zip([TEXT, "34나5678", TEXT])).id)
    assert (run.done, run.items, run.plan.name) == (3, 3, "gate")
    assert (run.summary.n, run.summary.exact) == (3, 2)
    first, second, _ = bench.store.runs.items(run.id)
    assert (first.outcome.truth, first.outcome.read, first.outcome.exact) == (TEXT, TEXT, True)
    assert (second.outcome.exact, second.outcome.measures.source) == (False, "gate")
    assert first.outcome.measures.height == 40
    assert first.outcome.measures.tilt is None  # nobody marked its corners
    assert bench.store.inspections.get(first.inspection_id).inspection.verdict.text == TEXT
    assert bench.store.uploads.get(first.upload_id).source == "gate"
    assert bench.store.blobs.get(first.crop_sha256)


def test_scenes_are_matched_and_boxes_too_many_are_kept(bench):
    rows = (
        f"a.png,scene,{TEXT},{PLATE},",
        "a.png,scene,34나5678,0,0,9,9,",
        f"b.png,scene,56다7890,{PLATE},",
        f"c.png,ignore,,{PLATE},",
        "d.png,scene,,0,0,9,9,",
        f"e.png,scene,{TEXT},{PLATE},",
    )
    pictures = {f"{name}.png": numbered(n) for n, name in enumerate("acd")}
    pictures |= {"b.png": numbered(7, BLACK), "e.png": numbered(8, RED)}
    run = failures.run_set(
        bench, planned(bench, zipped({"labels.csv": "\n".join((HEAD, *rows)).encode(), **pictures})).id
    )
    assert (run.summary.plates, run.summary.found, run.summary.extra) == (5, 1, 1)
    assert (run.summary.n, run.summary.exact) == (4, 1)
    items = {(item.outcome.file, item.outcome.plate): item for item in bench.store.runs.items(run.id)}
    assert items["d.png", 1].outcome.kind is OutcomeKind.EXTRA
    missed = items["b.png", 0]
    assert (missed.outcome.found, missed.outcome.abstains, missed.inspection_id) == (False, True, None)
    assert bench.store.blobs.get(missed.crop_sha256)  # cut where the label says it is
    assert "detector 'white_boxes' failed" in items["e.png", 0].problem
    assert ("c.png", 0) not in items


def test_a_run_that_dies_in_the_middle_goes_on_where_it_stood(bench, monkeypatch):
    monkeypatch.setattr(failures, "CROPS", 4)
    run = planned(bench, crops_zip([TEXT] * 10))
    read = []

    def die(done, total, message):
        read.append((done, total, message))
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failures.run_set(bench, run.id, die)
    assert (bench.store.runs.get(run.id).done, bench.store.runs.get(run.id).items) == (8, 8)
    again = []
    ended = failures.run_set(bench, run.id, lambda *step: again.append(step))
    assert read == [(4, 10, "3.png"), (8, 10, "7.png")]
    assert again == [(10, 10, "9.png")]
    files = [item.outcome.file for item in bench.store.runs.items(run.id)]
    assert files == [f"{n}.png" for n in range(10)]
    assert (ended.summary.n, ended.finished is not None) == (10, True)


def test_asking_for_the_same_again_takes_up_the_same_run(bench):
    data = crops_zip([TEXT] * 3)
    run = planned(bench, data)
    assert planned(bench, data, "the same.zip").id == run.id
    failures.run_set(bench, run.id)
    assert failures.start_run(bench, keep_zip(bench, "gate.zip", data).place, "thorough").finished
    assert failures.job_of(bench, run.id) is None


def test_a_job_reads_a_run_and_is_stopped_when_that_is_deleted(bench):
    place = keep_zip(bench, "gate.zip", crops_zip([TEXT, "1"])).place
    run = failures.start_run(bench, place, "thorough")
    job = jobs.get(bench, failures.job_of(bench, run.id))
    assert (job.total, job.about["name"]) == (2, "gate")
    context = JobContext(job, "mine", bench.store.jobs)
    assert failures.failures_run(bench, context) == {"exact": 1, "n": 2}
    assert (context.now().done, context.now().total) == (2, 2)
    failures.delete_run(bench, run.id)
    assert jobs.get(bench, job.id).state == JobState.STOPPED
    assert bench.store.runs.list() == ()


def test_two_workers_on_one_run_double_nothing(bench, monkeypatch):
    monkeypatch.setattr(failures, "CROPS", 2)
    run = planned(bench, crops_zip([TEXT] * 6))

    def meddle(done, total, message):
        if done == 2:
            failures.run_set(bench, run.id)

    assert failures.run_set(bench, run.id, meddle).items == 6


def test_what_the_store_knows_is_not_read_again(bench, monkeypatch):
    first = failures.run_set(bench, planned(bench, crops_zip([TEXT] * 3)).id)
    monkeypatch.setattr(failures, "inspect_frames", None)  # whoever reads would fail
    other = crops_zip([TEXT, TEXT, "34나5678"])  # other labels of the same pictures: another set
    second = failures.run_set(bench, planned(bench, other).id)
    assert second.id != first.id
    assert second.summary.exact == 2


def test_a_set_that_changed_meanwhile_is_not_mixed(bench):
    run = planned(bench, crops_zip([TEXT] * 3))
    folder = bench.config.home / run.plan.place
    (folder / "labels.csv").write_text(
        (folder / "labels.csv").read_text(encoding="utf-8").replace(TEXT, "1", 1), "utf-8"
    )
    with pytest.raises(BadLabels, match=f"the set of run {run.id} has changed"):
        failures.run_set(bench, run.id)


def test_a_recipe_that_changed_meanwhile_is_not_mixed(bench, monkeypatch):
    run = planned(bench, crops_zip([TEXT] * 3))
    other = SMALL.model_copy(update={"readers": (Step(name="parrot"), Step(name="parrot"))})
    monkeypatch.setitem(BUILT_IN, "thorough", other)
    assert planned(bench, crops_zip([TEXT] * 3)).id != run.id
    monkeypatch.setattr("pipeline.flow.recipe.FLOW_VERSION", 999)
    with pytest.raises(BadSettings, match="run anew"):
        failures.run_set(bench, run.id)


def test_a_picture_that_is_lost_on_the_way_counts_as_not_read(bench):
    run = planned(bench, crops_zip([TEXT] * 2))
    real = failures.open_place

    def lose(bench, place, form=None):
        known = real(bench, place, form)
        known.paths["1.png"].unlink()
        return known

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(failures, "open_place", lose)
        ended = failures.run_set(bench, run.id)
    assert (ended.summary.n, ended.summary.exact) == (2, 1)
    assert "1.png cannot be opened" in bench.store.runs.items(run.id)[1].problem


def test_problems_of_the_set_stand_in_the_run(bench):
    rows = (f"0.png,plate_crop,{TEXT},,,,,", "gone.png,plate_crop,x,,,,,")
    run = planned(bench, zipped({"labels.csv": "\n".join((HEAD, *rows)).encode(), "0.png": numbered(0)}))
    assert [sentence(problem) for problem in run.plan.problems] == [
        "the picture gone.png is not there, though labels.csv labels it; put it back, or take the label out"
    ]


def test_a_set_or_a_run_that_is_not_there_is_a_sentence(bench):
    with pytest.raises(NotFound, match="there is no set"):
        failures.plan_run(bench, "sets/gone", "thorough")
    with pytest.raises(NotFound, match="there is no run 9"):
        failures.run_set(bench, 9)
