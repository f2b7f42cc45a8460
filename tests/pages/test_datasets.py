"""The page Datasets: with nothing, with answers to freeze, with snapshots to look at."""

from __future__ import annotations

import shutil

import pytest

from pages.parts.language import load_words
from pipeline.config import load_config
from pipeline.store import Store
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshots import StoredSnapshot, freeze_answers
from tests.pages.conftest import Open, html
from tests.workbench.answered import answer, drawn_plate, plate


@pytest.fixture
def frozen(store: Store) -> tuple[StoredSnapshot, StoredSnapshot]:
    """Two versions of one data set, the second with two plates more and one that reads differently."""
    ids = [plate(store, n, "12가3456") for n in range(8)]
    for n, number in enumerate(ids[:6]):
        answer(store, number, f"12가{n:04}")
    bench = Workbench.open(load_config())
    first = freeze_answers(bench, "gate")
    answer(store, ids[0], "34나9999")
    for n, number in enumerate(ids[6:], start=6):
        answer(store, number, f"서울12바{n:04}")
    second = freeze_answers(bench, "gate")
    bench.close()
    return first, second


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_empty_page_says_how_to_begin(open_app: Open, language: str) -> None:
    app = open_app("datasets", language)
    words = load_words(language)
    assert not app.exception
    assert words["datasets.none_text"] in html(app)
    assert words["datasets.no_answers_text"] in html(app)


def test_answers_are_seen_before_they_are_frozen_and_the_worker_gets_them(open_app: Open, store: Store) -> None:
    drawn = dict(drawn_plate(store, seed) for seed in range(3))
    for number, text in drawn.items():
        answer(store, number, text)
    first, text = next(iter(drawn.items()))
    wrong = f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
    answer(store, first, wrong)
    app = open_app("datasets")
    assert f"<strong>{wrong}</strong>" in html(app)
    assert app.button(key="datasets.freeze").label == "Freeze 2 plates"
    app.checkbox(key=f"datasets.keep.{first}").check().run()
    assert app.button(key="datasets.freeze").label == "Freeze 3 plates"
    app.text_input(key="datasets.name").set_value("gate").run()
    app.button(key="datasets.freeze").click().run()
    assert not app.exception
    [job] = store.jobs.recent(None)
    stored = store.jobs.get(job.id)
    assert (stored.kind, stored.arguments["name"], stored.arguments["keep"]) == ("freeze_answers", "gate", [first])


def test_a_name_that_cannot_be_a_folder_is_told(open_app: Open, store: Store) -> None:
    answer(store, plate(store, 1, "12가3456"), "12가3456")
    app = open_app("datasets")
    app.toggle(key="datasets.check").set_value(False).run()
    app.text_input(key="datasets.name").set_value("a/b").run()
    app.button(key="datasets.freeze").click().run()
    assert "cannot name a data set" in html(app)
    assert jobs.kinds()
    assert store.jobs.recent(None) == ()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("view", ["gallery", "balance", "people", "changes", "export"])
def test_every_view_of_a_data_set_opens(
    open_app: Open,
    frozen: tuple[StoredSnapshot, StoredSnapshot],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    view: str,
) -> None:
    monkeypatch.setattr("pages.parts.language.FALLBACK", language)  # what AppTest finds a widget's options in
    app = open_app("datasets", language, set=str(frozen[1].id))
    app.segmented_control(key="datasets.view").set_value(view).run()
    assert not app.exception
    words, page = load_words(language), html(app)
    if view == "gallery":
        assert page.count('class="pl-case"') == 8
        app.text_input(key="datasets.find").set_value("서울").run()
        assert html(app).count('class="pl-case"') == 2
    elif view == "changes":
        for name, count in (("relabelled", 1), ("added", 2)):
            assert words[f"datasets.{name}"].format(count=count) in page
        assert words["datasets.before"].format(text="12가0000") in page
    elif view == "people":
        assert "<span>kim</span><b>8</b>" in page


def test_a_data_set_that_is_lost_or_changed_says_so(
    open_app: Open, frozen: tuple[StoredSnapshot, StoredSnapshot]
) -> None:
    home = load_config().datasets_folder
    shutil.rmtree(home / "gate" / "v1")
    (home / "gate" / "v2" / "more.txt").write_text("!", encoding="utf-8")
    app = open_app("datasets")
    assert list(app.dataframe[0].value["state"]) == ["kept", "gone from disk"]
    for stored, said in zip(frozen, ("there is no snapshot", "more.txt was added"), strict=True):
        assert said in html(open_app("datasets", set=str(stored.id)))
    assert "There is no data set 99" in html(open_app("datasets", set="99"))
