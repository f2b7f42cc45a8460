"""Jobs as pages show them; the worker is played by the test, which writes what a worker writes."""

from __future__ import annotations

import pytest

from pipeline.config import load_config
from pipeline.errors import StoreError
from pipeline.store import JobState, Store
from pipeline.store.jobs import Progress
from pipeline.workbench import jobs
from tests.pages.conftest import Keep, Open, html

NASTY = "<b>*bold*</b>.png"


@pytest.fixture
def worker(store: Store) -> None:
    """Somebody has just given a sign of life."""
    (load_config().home / "worker.lock").touch()


def start(store: Store, count: int = 40) -> int:
    return store.jobs.add("read_set", {"count": count}, {"count": count, "recipe": "fast"}, count)


def take(store: Store, job_id: int, progress: Progress) -> None:
    assert store.jobs.claim(job_id, "mine")
    store.jobs.beat(job_id, "mine", progress)


def end(store: Store, job_id: int, state: JobState, progress: Progress, **result: int) -> None:
    take(store, job_id, progress)
    store.jobs.finish(job_id, "mine", state, progress, dict(result))


@pytest.mark.parametrize(("language", "title"), [("en", "No jobs yet"), ("ko", "아직 작업이 없습니다")])
def test_without_jobs_the_system_page_says_what_they_are_for(
    open_app: Open, worker: None, language: str, title: str
) -> None:
    page = html(open_app("system", language))
    assert title in page
    assert "No worker is running" not in page


@pytest.mark.parametrize(
    ("language", "title"), [("en", "No worker is running"), ("ko", "작업자가 실행되고 있지 않습니다")]
)
def test_without_a_worker_the_pages_say_so_where_somebody_waits_for_one(
    open_app: Open, store: Store, language: str, title: str
) -> None:
    assert "python -m pipeline worker" in html(open_app("system", language))
    assert title not in html(open_app("overview", language))
    start(store)
    assert title in html(open_app("overview", language))


@pytest.mark.parametrize("page", ["overview", "analyze", "system"])
def test_every_page_shows_a_running_job_and_can_stop_it(open_app: Open, store: Store, worker: None, page: str) -> None:
    job_id = start(store)
    take(store, job_id, Progress(12, 40, NASTY))
    app = open_app(page)
    assert "Read 40 stored pictures (Fast)" in html(app)
    assert "12 of 40" in html(app)
    assert ("12 of 40 · &lt;b&gt;*bold*&lt;/b&gt;.png" in html(app)) == (page == "system")
    app.button(key=f"job-stop-side-{job_id}").click().run()
    assert not app.exception
    assert store.jobs.get(job_id).asked_to_stop
    assert f"job-stop-side-{job_id}" not in [button.key for button in app.button]


def test_a_failed_job_is_shown_on_every_page_until_it_is_tried_again_or_removed(
    open_app: Open, store: Store, worker: None
) -> None:
    first, second = start(store), start(store, 50)
    for job_id in (first, second):
        end(store, job_id, JobState.FAILED, Progress(7, 40, "the recipe 'best' is gone; choose another"))
    app = open_app("overview")
    app.button(key=f"job-retry-side-{first}").click().run()
    app.button(key=f"job-remove-side-{second}").click().run()
    assert not app.exception
    assert [(job.id, job.state) for job in store.jobs.recent()] == [(first, JobState.QUEUED)]
    assert "Waits for its turn" in html(app)


def test_the_system_page_lists_what_became_of_jobs_and_clears_them(open_app: Open, store: Store, worker: None) -> None:
    end(store, start(store, 3), JobState.DONE, Progress(3, 3, "", ("one.png is broken",)), read=2, known=0, lost=1)
    end(store, start(store, 4), JobState.FAILED, Progress(1, 4, "the disk is full; free some space", ("& more",)))
    end(store, start(store, 5), JobState.STOPPED, Progress(2, 5))
    waiting = start(store, 6)
    app = open_app("system")
    page = html(app)
    for shown in (
        "2 read, 0 known already, 1 could not be read.",
        "the disk is full; free some space",
        "&amp; more",
        "Waits for its turn",
    ):
        assert shown in page
    assert "Stopped at 2 of 5. Try again, and it goes on from there." in [text.value for text in app.caption]
    app.button(key="job-clear").click().run()
    assert [job.id for job in store.jobs.recent()] == [waiting]


def test_a_page_shows_what_came_of_a_job_that_has_ended_meanwhile(
    open_app: Open, store: Store, keep: Keep, worker: None
) -> None:
    keep()
    job_id = start(store)
    take(store, job_id, Progress(39, 40))
    app = open_app("system")
    assert "39 of 40" in html(app)
    store.jobs.finish(job_id, "mine", JobState.DONE, Progress(40, 40), {"read": 40, "known": 0, "lost": 0})
    app.run()
    assert "40 read, 0 known already, 0 could not be read." in html(app)
    assert "of 40" not in html(app)


def test_all_stored_pictures_are_read_again_at_the_press_of_a_button(
    open_app: Open, store: Store, keep: Keep, worker: None
) -> None:
    keep("123가4568")
    keep("12가3456")
    app = open_app("analyze")
    app.segmented_control(key="analyze.view").set_value("stored").run()
    app.segmented_control(key="stored.kind").set_value("pictures").run()
    app.selectbox(key="pictures.recipe").set_value("fast").run()
    app.button(key="pictures.again").click().run()
    assert not app.exception
    [row] = store.jobs.recent()
    job = store.jobs.get(row.id)
    assert (job.kind, job.arguments["recipe"], job.total) == ("read_set", "fast", 2)
    assert job.arguments["uploads"] == [upload.id for upload in store.uploads.list()]
    assert "Read 2 stored pictures (Fast)" in html(app)
    app.button(key=f"job-stop-page-{job.id}").click().run()
    assert store.jobs.get(job.id).state == JobState.STOPPED
    app.button(key=f"job-remove-page-{job.id}").click().run()
    assert store.jobs.recent() == ()


def test_a_store_that_fails_under_the_sidebar_leaves_a_sentence_and_the_page(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(bench: object) -> None:
        raise StoreError("the database has been busy for 10 s")

    app = open_app("system")
    monkeypatch.setattr(jobs, "active", fail)
    app.run()
    assert not app.exception
    assert "the database has been busy for 10 s" in html(app)
    assert "yolo_plate" in html(app)
