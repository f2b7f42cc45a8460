"""An annotator works in Label Studio's own pages, in a real browser, and what they say arrives here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pipeline.config import Config
from pipeline.store import TaskState
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshots import freeze_answers, open_snapshot
from tests.conftest import LabelStudio
from tests.labelling.cases import add_cases

PATIENCE = 90_000
"""Milliseconds; a development server brings megabytes of scripts on two busy cores."""


@pytest.fixture
def bench(label_studio: LabelStudio, tmp_path: Path) -> Iterator[Workbench]:
    opened = Workbench.open(
        Config(
            home=tmp_path / "home",
            label_studio_url=label_studio.url,
            label_studio_token=label_studio.token,
            label_studio_project="Journey",
        )
    )
    yield opened
    opened.close()


@pytest.fixture
def annotator_page(browser: Browser) -> Iterator[Page]:
    """Label Studio's pages say much on the console and look for hosts outside, which they do not get."""
    context = browser.new_context(locale="en-US", viewport={"width": 1500, "height": 950})
    context.route("**/*", _stay_here)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def _stay_here(route: Route) -> None:
    parts = urlsplit(route.request.url)
    if parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1":
        route.continue_()
    else:
        route.abort()


@pytest.mark.timeout(300)
def test_an_annotator_corrects_a_plate_in_label_studio_and_it_arrives_here(
    label_studio: LabelStudio, bench: Workbench, annotator_page: Page
) -> None:
    add_cases(bench, 1)
    labelling.push(bench)
    [task] = labelling.tasks(bench, TaskState.THERE)
    page = annotator_page
    page.goto(f"{label_studio.url}/user/login/")
    page.locator("input[name=email]").fill(label_studio.user)
    page.locator("input[name=password]").fill(label_studio.password)
    page.get_by_role("button", name="Log in").click()
    expect(page).not_to_have_url(f"{label_studio.url}/user/login/", timeout=PATIENCE)

    submit, text = page.get_by_role("button", name="Submit"), page.get_by_test_id("htx-textbox-view")
    for attempt in range(3):  # its page now and then opens a task before it knows whose predictions to begin from
        page.goto(labelling.standing(bench).task_url(task))
        expect(submit).to_be_enabled(timeout=PATIENCE)
        try:
            expect(text).to_contain_text(task.text, timeout=20_000)  # what was read is there to begin from
            break
        except AssertionError:
            assert attempt < 2
    text.hover()
    page.get_by_test_id("htx-textbox-edit-button").click()
    page.get_by_test_id("htx-textbox-input").fill("34나5678")
    page.get_by_test_id("htx-textbox-save").click()
    with page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST") as kept:
        submit.click()
    assert kept.value.status == 201

    done = labelling.pull(bench)
    assert (done.added, done.disputed) == (1, 0)
    [answer] = bench.store.reviews.of([task.inspection_id])[task.inspection_id]
    assert (answer.review.truth, answer.review.state, answer.review.source) == ("34나5678", "corrected", "label_studio")
    assert answer.review.reviewer == label_studio.user
    assert answer.review.quad is None  # nobody moved a corner
    assert bench.store.cases.get(task.case_id).closed is not None
    snapshot = open_snapshot(bench, freeze_answers(bench, "journey").id)
    [plate] = snapshot.plates
    assert (plate.text, plate.reviewer, plate.inspection_id) == ("34나5678", label_studio.user, task.inspection_id)
