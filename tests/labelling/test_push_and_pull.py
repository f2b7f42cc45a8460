"""Cases go to a real Label Studio and answers come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from pipeline.config import Config
from pipeline.labelling.client import LabelStudioClient
from pipeline.labelling.tasks import Json
from pipeline.store import LabelTask, TaskState
from pipeline.workbench import inspections, labelling
from pipeline.workbench.bench import Workbench
from tests.labelling.cases import Annotator, add_cases, names


def there(bench: Workbench) -> list[LabelTask]:
    return list(labelling.tasks(bench, TaskState.THERE))


def truths(bench: Workbench) -> dict[int, list[tuple[str, str, str]]]:
    """The answers that count, by inspection."""
    ids = [case.flag.inspection_id for case in bench.store.cases.list()]
    return {
        number: [(a.review.truth, a.review.state, a.review.source) for a in answers if a.withdrawn is None]
        for number, answers in bench.store.reviews.of(ids).items()
    }


def pushed(bench: Workbench, count: int) -> list[LabelTask]:
    add_cases(bench, count)
    labelling.push(bench)
    return there(bench)


def test_a_project_is_made_and_holds_each_case_once_with_its_picture_its_verdict_and_the_other_readings(
    bench: Workbench, annotator: Annotator
) -> None:
    steps: list[tuple[int, int]] = []
    cases = add_cases(bench, 3)
    done = labelling.push(bench, progress=lambda step, total: steps.append((step, total)))
    assert (done.sent, done.known, done.refused) == (3, 0, 0)
    assert steps == [(0, 3), (3, 3)]
    again = labelling.push(bench)
    assert (again.sent, again.known) == (0, 0)

    rows = {row.case_id: row for row in there(bench)}
    assert list(rows) == cases
    project = labelling.standing(bench).project
    assert project is not None
    tasks = annotator.tasks(project.number)
    assert names(tasks) == sorted(project.name_of(case) for case in cases)
    for task in tasks:
        row = rows[project.case_of(task["data"]["case_id"]) or 0]
        assert row.number == task["id"]
        by_model = {prediction["model_version"]: prediction for prediction in task["predictions"]}
        assert set(by_model) == {"PlateLoop", "char_yolo, unchanged"}
        verdict = by_model["PlateLoop"]
        values = {result["from_name"]: result["value"] for result in verdict["result"]}
        assert (values["text"]["text"], verdict["score"]) == ([row.text], 0.5)
        assert values["plate_type"]["choices"] == ["long_7"]
        x1, y1, x2, y2 = row.area
        back = np.array(values["corners"]["points"]) / 100 * (x2 - x1, y2 - y1) + (x1, y1)
        assert np.allclose(back, row.quad, atol=1e-3)
        assert task["data"]["model"] == "thorough-f1f1f1f1"
        assert task["data"]["readings"]["char_yolo, unchanged"].startswith("72가")
        assert task["data"]["picture"] == row.picture


def test_predictions_are_never_taken_for_answers(bench: Workbench) -> None:
    pushed(bench, 2)
    done = labelling.pull(bench)
    assert (done.tasks, done.added) == (2, 0)
    assert set(map(tuple, truths(bench).values())) == {()}


def test_answers_come_back_by_our_id_whatever_the_order_and_close_their_cases(
    bench: Workbench, annotator: Annotator
) -> None:
    rows = pushed(bench, 4)
    moved = rows[0].quad + np.float32(5)
    annotator.answer(rows[3], "", state="not_a_plate")
    annotator.answer(rows[1], "34나 5678")
    annotator.answer(rows[0], rows[0].text, quad=moved, plate_type="short_7")
    annotator.skip(rows[2])
    done = labelling.pull(bench)
    assert (done.added, done.withdrawn, done.disputed) == (3, 0, 0)
    said = truths(bench)
    assert said[rows[0].inspection_id] == [(rows[0].text, "confirmed", "label_studio")]
    assert said[rows[1].inspection_id] == [("34나5678", "corrected", "label_studio")]
    assert said[rows[2].inspection_id] == []
    assert said[rows[3].inspection_id] == [("", "not_a_plate", "label_studio")]
    assert [case.closed is None for case in sorted(bench.store.cases.list(), key=lambda case: case.id)] == [
        False,
        False,
        True,
        False,
    ]
    [answer] = bench.store.reviews.of([rows[0].inspection_id])[rows[0].inspection_id]
    assert answer.review.quad is not None
    assert np.allclose(answer.review.quad, moved, atol=0.01)
    [unmoved] = bench.store.reviews.of([rows[1].inspection_id])[rows[1].inspection_id]
    assert unmoved.review.quad is None
    assert labelling.pull(bench).added == 0


def test_an_edit_replaces_the_answer_and_a_deletion_takes_it_back(bench: Workbench, annotator: Annotator) -> None:
    [row] = pushed(bench, 1)
    number = annotator.answer(row, "34나5678")
    labelling.pull(bench)
    annotator.change(number, row, "34나5679")
    done = labelling.pull(bench)
    assert (done.added, done.withdrawn) == (1, 1)
    assert truths(bench)[row.inspection_id] == [("34나5679", "corrected", "label_studio")]

    annotator.take_back(number)
    done = labelling.pull(bench)
    assert (done.added, done.withdrawn) == (0, 1)
    assert truths(bench)[row.inspection_id] == []
    assert bench.store.cases.get(row.case_id).closed is None

    annotator.answer(row, "34나5670")
    labelling.pull(bench)
    assert truths(bench)[row.inspection_id] == [("34나5670", "corrected", "label_studio")]
    assert len(bench.store.reviews.of([row.inspection_id])[row.inspection_id]) == 3  # all stay to be seen


def test_while_people_disagree_no_answer_counts_and_the_case_is_open(bench: Workbench, annotator: Annotator) -> None:
    [row] = pushed(bench, 1)
    annotator.answer(row, "34나5678")
    labelling.pull(bench)
    second = annotator.answer(row, "34나5679")
    assert labelling.pull(bench).disputed == 1
    assert truths(bench)[row.inspection_id] == []
    assert bench.store.cases.get(row.case_id).closed is None
    [disputed] = labelling.disputed(bench)
    assert {answer.truth for answer in disputed.answers} == {"34나5678", "34나5679"}

    annotator.change(second, row, "34나5678")
    assert labelling.pull(bench).disputed == 0
    assert [truth for truth, *_ in truths(bench)[row.inspection_id]] == ["34나5678"] * 2
    assert bench.store.cases.get(row.case_id).closed is not None


def test_an_answer_given_in_the_workbench_stays_when_one_given_there_is_taken_back(
    bench: Workbench, annotator: Annotator
) -> None:
    [row] = pushed(bench, 1)
    number = annotator.answer(row, "34나5678")
    labelling.pull(bench)
    inspections.correct(bench, row.inspection_id, "34나5671", "Kim")
    annotator.take_back(number)
    labelling.pull(bench)
    assert truths(bench)[row.inspection_id] == [("34나5671", "corrected", "workbench")]
    assert bench.store.cases.get(row.case_id).closed is not None


def test_a_task_deleted_there_keeps_its_answer_and_is_made_anew_where_it_had_none(
    bench: Workbench, annotator: Annotator
) -> None:
    rows = pushed(bench, 2)
    annotator.answer(rows[0], rows[0].text)
    labelling.pull(bench)
    for row in rows:
        annotator.delete_task(row)
    assert labelling.pull(bench).gone == 2
    assert truths(bench)[rows[0].inspection_id] == [(rows[0].text, "confirmed", "label_studio")]
    assert labelling.standing(bench).counts.unsent == 1
    assert labelling.push(bench).sent == 1
    [again] = there(bench)
    assert (again.case_id, again.number != rows[1].number) == (rows[1].case_id, True)


def test_a_double_is_removed_without_hiding_the_answer_behind_it(
    bench: Workbench, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pushed(bench, 1)
    project = labelling.standing(bench).project
    assert project is not None
    [task] = annotator.tasks(project.number)
    annotator.make(project.number, task["data"])
    bench.store.outbox.sending([rows[0].id])  # as after a push that was killed between sending and noting it
    bench.store.outbox.settle({rows[0].id: rows[0].number})
    add_cases(bench, 1, first=2)
    labelling.push(bench)
    [last] = [row for row in there(bench) if row.case_id != rows[0].case_id]
    annotator.answer(last, last.text)
    monkeypatch.setattr("pipeline.labelling.client._TASKS_AT_ONCE", 1)
    assert labelling.pull(bench).added == 1
    assert [known["id"] for known in annotator.tasks(project.number)] == [rows[0].number, last.number]


def test_a_double_that_is_answered_while_a_pull_goes_on_keeps_its_answer(
    bench: Workbench, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    [row] = pushed(bench, 1)
    project = labelling.standing(bench).project
    assert project is not None
    [task] = annotator.tasks(project.number)
    annotator.make(project.number, task["data"])
    [double] = [known["id"] for known in annotator.tasks(project.number) if known["id"] != row.number]
    bench.store.outbox.sending([row.id])
    bench.store.outbox.settle({row.id: row.number})
    pages = LabelStudioClient.changed

    def answered_after_the_last_page(
        client: LabelStudioClient, number: int, since: datetime | None
    ) -> Iterator[list[Json]]:
        yield from pages(client, number, since)
        annotator.answer(replace(row, number=double), row.text)

    with monkeypatch.context() as late:
        late.setattr(LabelStudioClient, "changed", answered_after_the_last_page)
        assert labelling.pull(bench).added == 0
    assert labelling.pull(bench).added == 1
    assert truths(bench)[row.inspection_id] == [(row.text, "confirmed", "label_studio")]


def test_a_case_whose_picture_is_gone_is_refused_and_the_others_go_on(bench: Workbench) -> None:
    add_cases(bench, 2)
    gone = bench.store.uploads.list()[0]
    bench.store.blobs.delete(gone.sha256)
    done = labelling.push(bench)
    assert (done.sent, done.refused) == (1, 1)
    [refused] = labelling.tasks(bench, TaskState.REFUSED)
    assert "is gone" in refused.problem


def test_another_state_folder_may_use_the_same_project(bench: Workbench, config: Config, annotator: Annotator) -> None:
    pushed(bench, 2)
    other = Workbench.open(config.model_copy(update={"home": config.home.with_name("other")}))
    add_cases(other, 1, first=5)
    assert labelling.push(other).sent == 1
    project = labelling.standing(bench).project
    assert project is not None
    assert len(set(names(annotator.tasks(project.number)))) == 3
    [row] = there(other)
    annotator.answer(row, "34나5678")
    assert labelling.pull(bench).added == 0
    assert labelling.pull(other).added == 1
    other.close()


def test_what_is_asked_before_a_push_changes_nothing(bench: Workbench) -> None:
    greeting = labelling.test(bench)
    assert greeting.project is None
    assert greeting.version
    assert "@" in greeting.user
    pushed(bench, 1)
    known = labelling.test(bench).project
    assert known is not None
    assert known.tasks == 1
