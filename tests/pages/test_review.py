"""The desk of those who answer, and what their lead sees."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.config import load_config
from pipeline.store import Store
from pipeline.workbench import cases
from pipeline.workbench.bench import Workbench
from tests.pages.conftest import Keep, Open, html


@pytest.fixture
def flagged(keep: Keep) -> list[int]:
    """Three plates that wait, the first the hardest."""
    ids = [keep(f"12가345{n}", confidence=0.2 + 0.1 * n).inspections[0].id for n in range(3)]
    bench = Workbench.open(load_config())
    cases.flag_hard(bench, least=0.0)
    bench.close()
    return ids


def press(app: AppTest, name: str) -> AppTest:
    """The button of that name for the plate that is shown."""
    return next(button for button in app.button if str(button.key).startswith(f"review.{name}.")).click().run()


def shown(app: AppTest) -> str:
    """The text of the reading that is asked about."""
    return next(text for n in range(3) if (text := f"12가345{n}") in html(app))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_name_is_asked_once(open_app: Open, flagged: list[int], language: str) -> None:
    app = open_app("review", language)
    app.text_input(key="review.name_asked").set_value(" 민지 ")
    next(button for button in app.button if button.label in ("Begin", "시작")).click().run()
    assert not app.exception
    assert app.query_params["reviewer"] == "민지"
    assert "pl-review-crop" in html(app)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_without_plates_the_desk_says_what_to_do(open_app: Open, language: str) -> None:
    app = open_app("review", language, reviewer="kim")
    assert not app.exception
    assert "pl-empty" in html(app)


def test_the_hardest_comes_first_and_an_answer_brings_the_next(
    open_app: Open, flagged: list[int], store: Store
) -> None:
    app = open_app("review", reviewer="kim")
    assert shown(app) == "12가3450"
    press(app, "accept")
    assert shown(app) == "12가3451"
    answer = store.inspections.get(flagged[0]).review
    assert answer is not None
    assert (answer.review.truth, answer.review.state, answer.review.reviewer) == ("12가3450", "confirmed", "kim")


def test_unreadable_skip_and_undo(open_app: Open, flagged: list[int], store: Store) -> None:
    app = open_app("review", reviewer="kim")
    press(app, "unreadable")
    press(app, "skip")
    assert shown(app) == "12가3452"
    press(app, "undo")
    assert shown(app) == "12가3451"
    press(app, "undo")
    assert shown(app) == "12가3450"
    press(app, "undo")
    assert "nothing to take back" in html(app)
    assert store.inspections.get(flagged[0]).review is None
    assert not app.exception


def test_a_plate_that_another_has_taken_is_told_and_the_next_is_shown(
    open_app: Open, flagged: list[int], store: Store
) -> None:
    app = open_app("review", reviewer="kim")
    store.cases.close([flagged[0]])
    press(app, "accept")
    assert "Somebody else has answered" in html(app)
    assert shown(app) == "12가3451"
    assert store.inspections.get(flagged[0]).review is None


def test_a_plate_whose_crop_is_gone_is_told_and_can_be_skipped(
    open_app: Open, flagged: list[int], store: Store
) -> None:
    store.blobs.delete(store.inspections.get(flagged[0]).sha256)
    app = open_app("review", reviewer="kim")
    assert "pl-warn" in html(app)
    press(app, "skip")
    assert shown(app) == "12가3451"


def test_corners_are_fixed_and_what_is_inside_is_read_again(open_app: Open, flagged: list[int]) -> None:
    app = open_app("review", reviewer="kim")
    press(app, "corners")
    assert not app.exception
    app.button(key="use").click().run()
    assert not app.exception
    assert "Corners fixed" in html(app)


def test_enhanced_versions_are_a_key_away(open_app: Open, flagged: list[int]) -> None:
    app = open_app("review", reviewer="kim")
    assert "Unchanged · 1/" in html(app)
    app.button(key="after").click().run()
    assert not app.exception
    assert " · 2/" in html(app)


def test_the_lead_sees_who_did_what(open_app: Open, flagged: list[int]) -> None:
    app = open_app("review", reviewer="kim<b>")
    press(app, "accept")
    app.segmented_control(key="review.view").set_value("lead").run()
    assert not app.exception
    assert "kim&lt;b&gt;" in html(app)
    assert "pl-counts" in html(app)


def test_the_lead_flags(open_app: Open, keep: Keep, store: Store) -> None:
    keep("")
    app = open_app("review")
    app.segmented_control(key="review.view").set_value("lead").run()
    assert "pl-empty" in html(app)
    app.button(key="review.flag_now").click().run()
    assert not app.exception
    assert store.cases.backlog().open == 1


def test_a_plate_is_flagged_on_its_card(open_app: Open, keep: Keep, store: Store) -> None:
    number = keep("12가3456").inspections[0].id
    app = open_app("analyze", inspection=str(number))
    app.button(key=f"flag-{number}").click().run()
    assert store.cases.backlog().open == 1
    assert "waits for review" in html(app)
