"""What holds for every page, in both languages, with nothing, something and a lot to show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.language import LANGUAGES, load_words
from pipeline.config import PROJECT
from pipeline.store import Store
from pipeline.workbench import system
from tests.pages.conftest import LOCALES, Keep, Open, html

PAGES = ("overview", "analyze", "compare", "votes", "failures", "low_light", "review", "labelling", "system")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("amount", [0, 3, 40])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_itself(open_app: Open, keep: Keep, page: str, amount: int, language: str) -> None:
    for number in range(amount):
        keep(f"{10 + number}가4568" if number % 5 else "", confidence=0.4 if number % 3 else 0.98)
    app = open_app(page, language)
    assert not app.exception
    assert 'role="alert"' not in html(app)
    assert load_words(language)[f"{page}.title"] in html(app)


def test_a_crop_that_is_gone_from_the_disk_leaves_the_rest_of_a_list(open_app: Open, keep: Keep, store: Store) -> None:
    keep("123가4568")
    store.blobs.delete(keep("12가3456", confidence=0.4).inspections[0].crop_sha256)
    page = html(open_app("overview"))
    assert 'role="alert"' not in page
    assert "123가4568" in page
    app = open_app("analyze")
    app.segmented_control(key="analyze.view").set_value("stored").run()
    assert list(app.dataframe[0].value["text"]) == ["12가3456", "123가4568"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stands_alone(open_app: Open, keep: Keep, page: str) -> None:
    keep()
    app = AppTest.from_file(PROJECT / "pages" / f"{page}.py", default_timeout=60).run()
    assert not app.exception
    assert load_words("en")[f"{page}.title"] in html(app)


def test_the_choice_of_a_language_outlives_a_change_of_page_and_stands_in_the_address(open_app: Open) -> None:
    app = open_app("overview", "en")
    app.segmented_control(key="language.switch").set_value("ko").run()
    assert "개요" in html(app)
    assert app.query_params["lang"] == "ko"
    app.switch_page("pages/system.py").run()
    assert "시스템" in html(app)


def test_an_address_may_name_the_language(open_app: Open) -> None:
    assert "분석" in html(open_app("analyze", "en", lang="ko"))


def test_a_browser_of_another_language_gets_english(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LOCALES, "fr", "fr-FR")
    assert "Nothing has been read yet" in html(open_app("overview", "fr"))


@pytest.mark.parametrize("page", PAGES)
def test_a_state_folder_that_cannot_be_opened_is_said_in_words(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str
) -> None:
    occupied = tmp_path / "a file"
    occupied.write_text("not a folder")
    monkeypatch.setenv("PLATELOOP_HOME", str(occupied))
    app = open_app(page)
    assert not app.exception
    assert "The workbench cannot be opened" in html(app)
    assert str(occupied) in html(app)


def test_a_setting_that_cannot_be_used_is_named(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATELOOP_THREADS", "many")
    assert "PLATELOOP_THREADS" in html(open_app("system"))


def test_what_no_page_expects_becomes_a_reference_and_the_traceback_goes_to_the_log(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(bench: object) -> None:
        raise ZeroDivisionError("nobody expects this")

    monkeypatch.setattr(system, "system_report", broken)
    app = open_app("system")
    assert not app.exception
    assert "nobody expects this" not in html(app)
    reference = re.search(r"look for (\w+) in the log", html(app))
    assert reference
    assert reference[1] in caplog.text
    assert "ZeroDivisionError" in caplog.text
