"""Starting a training, its curves, and what begins by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.workbench import jobs, schedule, training
from pipeline.workbench.bench import Workbench
from tests.pages.conftest import Open, html
from tests.pages.model_samples import finished_training
from tests.workbench.frozen import freeze_drawn


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    opened = Workbench.open(load_config())
    yield opened
    opened.close()


@pytest.mark.parametrize(("language", "said"), [("en", "No data set yet"), ("ko", "아직 데이터셋이 없습니다")])
def test_without_a_data_set_it_says_how_to_get_one(open_app: Open, language: str, said: str) -> None:
    app = open_app("training", language)
    assert not app.exception
    assert said in html(app)


def test_a_training_starts_from_a_data_set_with_the_settings_of_the_form(open_app: Open, bench: Workbench) -> None:
    frozen = freeze_drawn(bench, 6)
    app = open_app("training")
    assert "Only 2 plates to learn from" in html(app)
    app.number_input(key="training.training.samples").set_value(640)
    app.button(key="training.start").click().run()
    assert not app.exception
    (view,) = training.trainings(bench)
    assert (view.training.snapshot_id, view.training.settings["samples"]) == (frozen.id, 640)
    assert [job.kind for job in jobs.active(bench)] == ["train_reader"]
    assert f"Training {view.training.id} · {frozen.title}" in html(app)


def test_a_finished_training_shows_its_curves_and_what_changed(open_app: Open, bench: Workbench) -> None:
    finished_training(bench)
    app = open_app("training")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert "95.5 % → 96.1 % (256)" in html(app)


def test_what_begins_by_itself_is_off_until_it_is_set(open_app: Open, bench: Workbench) -> None:
    app = open_app("training")
    assert (schedule.current(bench).pull_minutes, schedule.current(bench).retrain_answers) == (0, 0)
    app.number_input(key="retrain_answers").set_value(50)
    app.button(key="schedule.save").click().run()
    assert not app.exception
    assert schedule.current(bench).retrain_answers == 50
    app.text_input(key="schedule_data_set").set_value("../away")
    app.button(key="schedule.save").click().run()
    assert "cannot name a data set" in html(app)
