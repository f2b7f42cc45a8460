"""Versions beside each other: what each would gain and lose, put into use and taken back by a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.workbench import models
from pipeline.workbench.bench import Workbench
from tests.pages.conftest import Open, html
from tests.pages.model_samples import compared_version


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    opened = Workbench.open(load_config())
    yield opened
    opened.close()


@pytest.mark.parametrize(("language", "said"), [("en", "No other version yet"), ("ko", "아직 다른 버전이 없습니다")])
def test_without_a_version_it_says_where_one_comes_from(open_app: Open, language: str, said: str) -> None:
    app = open_app("models", language)
    assert not app.exception
    assert said in html(app)


def test_a_version_on_which_nothing_falls_is_put_into_use_and_rolled_back(
    open_app: Open, bench: Workbench, tmp_path: Path
) -> None:
    version = compared_version(bench, tmp_path, "good", falls=False)
    app = open_app("models")
    page = html(app)
    assert "nothing falls" in page
    assert "94.2 %" in page
    assert "Colour: orange" in page
    app.text_input[0].set_value("Kim")
    app.button(key=f"FormSubmitter:promote-{version.id}-Put into use").click().run()
    assert not app.exception
    assert models.champion(bench, "crnn").label == "crnn-1"
    assert "crnn: crnn-1 reads" in html(app)
    app.button(key="FormSubmitter:roll-back-crnn-Roll back").click().run()
    assert models.champion(bench, "crnn").label == "shipped"
    assert "rolled back" in html(app)


def test_a_version_is_set_aside_and_brought_back(open_app: Open, bench: Workbench, tmp_path: Path) -> None:
    version = compared_version(bench, tmp_path, "good", falls=False)
    app = open_app("models")
    app.button(key=f"set-aside-{version.id}").click().run()
    assert not app.exception
    assert "No other version yet" in html(app)
    app.button(key=f"bring-back-{version.id}").click().run()
    assert "nothing falls" in html(app)


def test_a_version_that_reads_something_worse_needs_a_reason(open_app: Open, bench: Workbench, tmp_path: Path) -> None:
    version = compared_version(bench, tmp_path, "bad", falls=True)
    app = open_app("models")
    assert "This needs a reason" in html(app)
    assert "reads worse" in html(app)
    button = f"FormSubmitter:promote-{version.id}-Put into use"
    app.button(key=button).click().run()
    assert models.champion(bench, "crnn").label == "shipped"
    assert "train on, or give a reason" in html(app)
    app.text_area[0].set_value("only orange plates come here")
    app.button(key=button).click().run()
    assert models.champion(bench, "crnn").label == "crnn-1"
    assert "only orange plates come here" in html(app)
