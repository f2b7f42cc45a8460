"""The page about what enhancing does to what comes after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pages.parts.language import load_words
from pipeline.analysis.detail import DetailKept
from pipeline.analysis.detections import FoundBox
from pipeline.analysis.downstream import Measured
from pipeline.config import load_config
from pipeline.workbench import downstream, picture_sets
from pipeline.workbench.bench import Workbench
from tests.pages.conftest import Open, html
from tests.workbench.labelled import numbered

PLATE = (FoundBox((24.0, 16.0, 96.0, 24.0), 0.9),)


@pytest.fixture
def bench(home) -> Iterator[Workbench]:
    opened = Workbench.open(load_config())
    yield opened
    opened.close()


def measured(bench: Workbench, plates: tuple[int, int], pictures: int = 10) -> int:
    """A finished check in which each picture shows so many plates unchanged and with more contrast."""
    kept = picture_sets.keep_pictures(
        bench, "night", [(f"{n}.png", numbered(n + 100 * pictures)) for n in range(pictures)]
    )
    check = downstream.plan_check(bench, kept.place, ["contrast"])
    for picture in check.plan.pictures:
        for chain, count in zip(check.plan.chains, plates, strict=True):
            made = Measured((120, 40), (120, 40), 30.0 + count, (), count * PLATE, DetailKept(0.8, 0.9))
            bench.store.checks.keep(downstream.key_of(chain, picture), made)
    bench.store.checks.finish(check.id)
    return check.id


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_check_says_in_words_that_enhancing_hurts_and_shows_where(open_app: Open, bench, language: str) -> None:
    words = load_words(language)
    app = open_app("low_light", language, check=str(measured(bench, (1, 0))))
    page = html(app)
    assert 'role="alert"' not in page
    assert words["low_light.effect_hurts"] in page
    sentence = words["low_light.says_hurts"].format(task="X", fewer=10, more=0, n=10, p="0.004").split("X")[-1]
    assert sentence in page.replace("&lt;", "<")
    assert words["low_light.says_lost"].strip() in page
    assert app.selectbox[0].options[0].startswith("001 0.png")


def test_a_gain_is_called_one_and_no_difference_none(open_app: Open, bench) -> None:
    page = html(open_app("low_light", check=str(measured(bench, (0, 1)))))
    assert load_words("en")["low_light.effect_helps"] in page
    page = html(open_app("low_light", check=str(measured(bench, (1, 1), 3))))
    assert "as many as before in each of 3 pictures" in page


def test_a_check_is_started_for_the_chosen_pictures_and_its_job_is_shown(open_app: Open, bench) -> None:
    picture_sets.keep_pictures(bench, "night", [("a.png", numbered(1))])
    app = open_app("low_light")
    app.selectbox(key="low_light.place").select_index(0)
    app.multiselect(key="low_light.steps").set_value(["contrast", "grayscale"])
    app.button(key="low_light.start").click().run()
    [check] = bench.store.checks.list()
    assert [chain.key for chain in check.plan.chains] == ["unchanged", "zero_dce", "contrast", "contrast+grayscale"]
    assert app.query_params["check"] == str(check.id)
    assert "Check 3 ways of enhancing on night" in html(app)


def test_an_address_that_leads_nowhere_is_said(open_app: Open) -> None:
    assert "There is no check 77" in html(open_app("low_light", check="77"))
