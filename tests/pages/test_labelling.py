"""Label Studio: what waits, what is there, where people disagree, and what to do where nothing is connected."""

from __future__ import annotations

import pytest

from pipeline.store import Flag, GivenAnswer, Store, StoredResult
from pipeline.store.outside_answers import TaskAnswers
from tests.pages.conftest import Keep, Open, html


def flagged(store: Store, kept: StoredResult) -> int:
    [case] = store.cases.flag([Flag(kept.inspections[0].id, 0.5, ())])
    return case


def sent(store: Store, case: int, number: int) -> int:
    """The case is task ``number`` of a project; gives the project's id."""
    project = store.outbox.project(7, "2026-03-02", "Plates")
    store.outbox.queue(project.id, [case])
    row = store.outbox.of_cases(project.id, [case])[case]
    store.outbox.settle({row.id: number})
    return project.id


@pytest.mark.parametrize(
    ("language", "lead"), [("en", "No Label Studio is connected"), ("ko", "연결된 Label Studio가 없")]
)
def test_where_none_is_connected_it_says_how_to_start_one(open_app: Open, language: str, lead: str) -> None:
    app = open_app("labelling", language)
    assert lead in html(app)
    assert [code.value for code in app.code] == ["make label-studio"]
    assert app.button(key="labelling.push").disabled
    assert app.button(key="labelling.pull").disabled


def test_what_waits_is_sent_by_a_job(open_app: Open, keep: Keep, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATELOOP_LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PLATELOOP_LABEL_STUDIO_TOKEN", "0123456789abcdef")
    flagged(store, keep())
    app = open_app("labelling")
    button = app.button(key="labelling.push")
    assert button.label == "Send 1 to Label Studio"
    button.click().run()
    assert [(job.kind, job.state) for job in store.jobs.recent()] == [("push_cases", "queued")]
    assert "0123456789abcdef" not in html(app)


def test_a_server_that_is_down_is_said_in_words(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATELOOP_LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PLATELOOP_LABEL_STUDIO_TOKEN", "0123456789abcdef")
    app = open_app("labelling")
    app.button(key="labelling.test").click().run()
    assert "Nobody answers at this address" in html(app)


def test_tasks_lead_to_label_studio_and_who_disagrees_is_named(
    open_app: Open, keep: Keep, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATELOOP_LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PLATELOOP_LABEL_STUDIO_TOKEN", "0123456789abcdef")
    case = flagged(store, keep("123가4568"))
    project = sent(store, case, 31)
    answers = tuple(
        GivenAnswer(f"k/31/{number}@1", who, "corrected", text, "", "1")
        for number, (who, text) in enumerate([("kim@x.kr", "123가4567"), ("<b>lee</b>", "123가4569")])
    )
    store.outside_answers.bring(project, [TaskAnswers(case, "k/31/", answers)])
    page = html(open_app("labelling"))
    assert "http://127.0.0.1:9/projects/7/data?task=31" in page
    for shown in ("123가4567", "kim@x.kr", "123가4569", "&lt;b&gt;lee&lt;/b&gt;", "None of these answers counts"):
        assert shown in page
