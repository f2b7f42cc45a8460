"""From a zip to the plates behind a number, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pages.parts.failure_report import report
from pages.parts.language import LANGUAGES, load_words
from pipeline.config import load_config
from pipeline.corpus.formats import LabelledPicture, LabelledQuad, voc
from pipeline.plate.geometry import quad_from_box
from pipeline.store import Store
from pipeline.workbench import failure_views, failures
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_sets import keep_zip
from tests.pages.conftest import Keep, Open, html
from tests.workbench.kept_run import keep_run, plan, plate, six_plates
from tests.workbench.labelled import crops_zip, numbered, zipped


@pytest.fixture
def finished(store: Store) -> int:
    return keep_run(store, plan(), six_plates())


@pytest.fixture
def bench(home: object) -> Iterator[Workbench]:
    opened = Workbench.open(load_config())
    yield opened
    opened.close()


def cases(page: str) -> list[str]:
    return re.findall(r"<small>(\d\.png)</small>", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_shows_its_headline_in_both_languages(open_app: Open, finished: int, language: str) -> None:
    app = open_app("failures", language, run=str(finished))
    page = html(app)
    assert not app.exception
    assert 'role="alert"' not in page
    assert ("2 of 5 plates" if language == "en" else "번호판 5개 중 2개") in page
    assert re.search(r"<strong>40.0 ?%</strong>", page)
    assert cases(page) == ["3.png", "2.png", "1.png"]


def test_every_view_of_a_run_shows_itself(open_app: Open, finished: int) -> None:
    app = open_app("failures", run=str(finished))
    for view in ("slices", "confusion", "trust", "map", "versus", "problems", "worst"):
        app.segmented_control(key="failures.view").set_value(view).run()
        assert not app.exception
        assert 'role="alert"' not in html(app)
        assert "<script" not in html(app)


@pytest.mark.parametrize(
    ("question", "files"),
    [("wrong", ["3", "2", "1"]), ("extra", ["4"]), ("slice|source|wrong|north gate", ["1", "2", "3"])],
)
def test_a_number_leads_to_its_plates(open_app: Open, finished: int, question: str, files: list[str]) -> None:
    app = open_app("failures", run=str(finished), plates=question)
    assert not app.exception
    assert cases(html(app)) == [f"{name}.png" for name in files]


def test_a_cell_of_the_matrix_is_a_link_to_its_plates(open_app: Open, finished: int) -> None:
    app = open_app("failures", run=str(finished))
    app.segmented_control(key="failures.view").set_value("confusion").run()
    cell = next(text for text in html(app).split("<td") if "가 read as 거: 2" in text)
    assert 'data-pl-go="run=1&amp;plates=pair%7C%EA%B0%80%7C%EA%B1%B0"' in cell


def test_a_question_that_nobody_asks_gets_a_sentence(open_app: Open, finished: int) -> None:
    app = open_app("failures", run=str(finished), plates="<b>")
    assert not app.exception
    assert "there are no plates behind &#x27;&lt;b&gt;&#x27;" in html(app)


@pytest.mark.parametrize("address", [{"run": "99"}, {"selection": "<i>"}])
def test_a_link_to_nothing_gets_a_kind_sentence(open_app: Open, address: dict[str, str]) -> None:
    app = open_app("failures", **address)
    assert not app.exception
    assert "There is no" in html(app)
    assert "<i>&lt;" not in html(app)


def test_plates_are_kept_under_a_name_and_found_again(open_app: Open, finished: int, store: Store) -> None:
    app = open_app("failures", run=str(finished), plates="pair|가|거")
    key = f"{finished}-pair|가|거"
    app.text_input(key=f"failures.name.{key}").set_value("가 for 거 & more")
    app.button(key=f"keep-{key}").click().run()
    assert not app.exception
    [kept] = store.selections.list()
    assert (kept.name, len(kept.items)) == ("가 for 거 & more", 2)
    assert app.query_params["selection"] == str(kept.id)
    assert cases(html(app)) == ["1.png", "2.png"]
    assert "가 for 거 &amp; more" in html(open_app("failures"))
    app = open_app("failures", selection=str(kept.id))
    app.button(key=f"delete-selection-{kept.id}").click().run()
    assert store.selections.list() == ()


def test_two_runs_are_compared_plate_by_plate(open_app: Open, finished: int, store: Store) -> None:
    items = [
        plate(0, "12가3456", "12가3450"),
        plate(1, "34가5678", "34가5678"),
        plate(2, "56가7890", "56가7890"),
        plate(5, "11바1111", "11바1111"),
    ]
    other = keep_run(store, plan("fast"), items)
    app = open_app("failures", run=str(finished))
    app.segmented_control(key="failures.view").set_value("versus").run()
    page = html(app)
    counts = re.findall(r"<strong>(\d)</strong><span>([^<]+)</span>", page)
    assert ("1", "only Thorough is right") in counts
    assert ("2", "only Fast is right") in counts
    assert "p = 1.000" in page
    plates = html(open_app("failures", run=str(finished), plates="duel|lost", rival=str(other)))
    assert cases(plates) == ["1.png", "2.png"]
    assert "the other: 34가5678" in plates


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_one_file_that_shows_the_worst(
    finished: int, bench: Workbench, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("language", "markup", "failure_report", "failure_words", "clicks"):
        monkeypatch.setattr(f"pages.parts.{module}.language", lambda: language)
    page = report(bench, failure_views.open_run(bench, finished)).decode()
    assert page.startswith(f'<!doctype html><html lang="{language}">')
    assert load_words(language)["failures.worst_title"] in page
    assert page.count("data:image/png;base64,") == 3
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "<script" not in page


def test_a_set_is_looked_at_before_it_is_read_and_read_by_a_job(open_app: Open, store: Store, bench: Workbench) -> None:
    place = keep_zip(bench, "gate.zip", crops_zip(["12가3456", "34나5678"])).place
    app = open_app("failures")
    assert re.search(r"<dt>Plates</dt><dd>2</dd>", html(app))
    app.button(key="failures.start").click().run()
    assert not app.exception
    [run] = store.runs.list()
    assert (run.plan.place, run.plan.recipe, run.plan.total) == (place, "thorough", 2)
    assert app.query_params["run"] == str(run.id)
    assert failures.job_of(bench, run.id)
    assert "Read set gate (Thorough)" in html(app)


def test_who_has_no_set_can_draw_one(open_app: Open, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATELOOP_SHARED", "/nowhere")
    app = open_app("failures")
    app.button(key="failures.example").click().run()
    assert not app.exception
    assert app.session_state["failures.place"] == "sets/drawn_plates"
    assert re.search(r"<dt>Pictures</dt><dd>60</dd>", html(app))


def test_a_dropped_zip_becomes_the_chosen_set(open_app: Open, bench: Workbench) -> None:
    app = open_app("failures")
    app.file_uploader[0].set_value([("my set.zip", crops_zip(["12가3456"]), "application/zip")]).run()
    assert not app.exception
    assert app.session_state["failures.place"].startswith("sets/my_set-")
    assert "Read this set" in [button.label for button in app.button]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "give the classes in different orders: 0 is ‘plate’"),
        ("ko", "클래스 순서가 다릅니다. 0번이 앞에서는 ‘plate’"),
    ],
)
def test_contradictory_classes_are_explained_in_both_languages(
    open_app: Open, bench: Workbench, language: str, sentence: str
) -> None:
    lists = {"train/data.yaml": b"names: [plate, '0']", "valid/data.yaml": b"names: ['0', plate]"}
    labels = {"train/labels/a.txt": b"0 0.5 0.5 0.2 0.2", "train/images/a.png": numbered(1)}
    keep_zip(bench, "two.zip", zipped({**lists, **labels}))
    app = open_app("failures", language)
    assert sentence in html(app)
    assert app.button(key="failures.start").disabled


def test_labels_in_several_forms_are_asked_about(open_app: Open, bench: Workbench, store: Store) -> None:
    scene = LabelledPicture("a.png", 120, 40, (LabelledQuad(quad_from_box(1, 1, 50, 30)),))
    files = {
        "a.png": numbered(1),
        "a.xml": voc(scene).encode(),
        "labels.csv": b"file,kind,plate_text\na.png,plate_crop,1",
    }
    place = keep_zip(bench, "both.zip", zipped(files)).place
    app = open_app("failures")
    assert "several forms: csv, voc" in html(app)
    assert app.button(key="failures.start").disabled
    app.selectbox(key=f"form-{place}").set_value("voc").run()
    app.button(key="failures.start").click().run()
    assert store.runs.list()[0].plan.form == "voc"


def test_a_run_is_deleted_and_its_pictures_stay(open_app: Open, finished: int, store: Store, keep: Keep) -> None:
    keep()
    app = open_app("failures", run=str(finished))
    app.button(key=f"delete-run-{finished}").click().run()
    assert not app.exception
    assert store.runs.list() == ()
    assert len(store.uploads.list()) == 1
