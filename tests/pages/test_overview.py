"""The first page: numbers, the latest, and what waits for a person."""

from __future__ import annotations

import re

from pipeline.plate.types import FrameResult, StageFailure
from pipeline.store import Store
from tests.pages.conftest import Keep, Open, html


def test_an_empty_workbench_says_what_it_is_for_and_how_to_begin(open_app: Open) -> None:
    app = open_app()
    assert "Nothing has been read yet" in html(app)
    assert [button.label for button in app.button] == ["Try examples", "Drop photos"]


def test_examples_are_drawn_and_read(open_app: Open, store: Store) -> None:
    app = open_app()
    next(button for button in app.button if button.label == "Try examples").click().run(timeout=100)
    assert not app.exception
    assert {upload.source for upload in store.uploads.list()} == {"example"}
    assert store.counts().inspections >= 4
    assert "In this session: 4" in html(app)


def test_the_numbers_are_those_of_the_store(open_app: Open, keep: Keep) -> None:
    keep(confidence=0.99)
    keep(confidence=0.4, plates=2)
    numbers = re.findall(r"<span>([^<]+)</span><strong>(\d+)</strong>", html(open_app()))
    assert dict(numbers) == {
        "Pictures": "2",
        "Plates found": "3",
        "Confident": "1",
        "Need attention": "2",
        "Checked by a person": "0",
    }


def test_what_needs_attention_links_to_it_and_says_why(open_app: Open, keep: Keep, store: Store) -> None:
    doubtful = keep("", confidence=0.0).inspections[0]
    keep(plates=0, name="<i>nothing</i>.png")
    keep(plates=0, failures=(StageFailure("detector", "yolo_plate", "too hot"),))
    app = open_app()
    links = {(link.value, link.proto.query_string) for link in app.get("page_link")}
    assert (f"Open inspection {doubtful.id}", f"inspection={doubtful.id}") in links
    assert {"upload=2", "upload=3"} <= {address for _, address in links}
    assert "No characters could be read." in html(app)
    assert "&lt;i&gt;nothing&lt;/i&gt;.png" in html(app)
    assert "Detector ‘yolo_plate’ failed: too hot" in html(app)


def test_a_picture_that_two_recipes_worked_stands_there_once(open_app: Open, keep: Keep, store: Store) -> None:
    nothing = keep(plates=0, name="street.png")
    broken = (StageFailure("detector", "yolo_plate", "too hot"),)
    store.results.save(FrameResult(nothing.sha256, (), broken), "fast", "f2")
    app = open_app()
    assert 'role="alert"' not in html(app)
    assert html(app).count("street.png") == 1
    assert "too hot" in html(app)


def test_all_that_waits_is_one_click_away(open_app: Open, keep: Keep) -> None:
    keep("123가4568", confidence=0.99)
    for number in range(8):
        keep(f"{10 + number}가4568", confidence=0.3)
    app = open_app()
    next(button for button in app.button if button.label == "Show all 8").click().run()
    assert len(app.dataframe[0].value) == 8
