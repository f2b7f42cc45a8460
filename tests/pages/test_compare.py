"""The page Compare: plates laid on the table, a grid that fills, and what one can do with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import compare_fill, comparison
from pipeline.enhancers.grayscale import GrayscaleEnhancer
from pipeline.flow.recipe import DEFAULT_RECIPE, find_recipe
from pipeline.jobs import JobContext
from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg, encode_png
from pipeline.media.rectify import rectify
from pipeline.plate.types import Detection, FrameResult, Inspection, Review, Verdict
from pipeline.store import JobState, Store
from pipeline.synth.scenes import Scene, draw_example_scene
from pipeline.workbench import compare, jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare_job import work_comparison
from tests.media.videos import greys, write_video
from tests.pages.conftest import Keep, Open, html

Lay = Callable[[int], list[int]]
NASTY = '"><script>alert(1)</script>.png'


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [draw_example_scene(number) for number in range(3)]


@pytest.fixture
def lay(store: Store, scenes: list[Scene]) -> Lay:
    """Stores drawn plates with their texts, and gives their ids."""

    def lay(count: int) -> list[int]:
        numbers = []
        for scene in scenes[:count]:
            data = encode_png(scene.pixels)
            frame = decode(data, max_pixels=10**7)
            store.uploads.add("drawn.png", data, frame, "browser")
            plate = scene.plates[0]
            found = Detection(plate.quad, "plate", 0.9, "yolo_corners")
            read = Inspection(found, rectify(frame, plate.quad, margin=0.08), (), Verdict(plate.text, 0.9))
            made = FrameResult(frame.sha256, (read,))
            numbers.append(store.results.save(made, DEFAULT_RECIPE, "f" * 64).inspections[0].id)
        return numbers

    return lay


def unfold(app: AppTest, popover: str) -> None:
    """As by a click on it: what is in it is drawn only while it is open."""
    app.session_state[popover] = True
    app.run()


def open_plates(open_app: Open, ids: list[int], language: str = "en", **address: str) -> AppTest:
    asked = {"chain": "grayscale", "reader": "crnn"} | address
    return open_app("compare", language, plates=",".join(map(str, ids)), **asked)


def asked(app: AppTest, name: str) -> list[str]:
    """What a parameter of the address holds, however often it stands there."""
    value = app.query_params.get(name, [])
    return [value] if isinstance(value, str) else list(value)


def cells(app: AppTest) -> int:
    return html(app).count('<span class="pl-read')


def test_without_plates_the_page_says_how_to_begin(open_app: Open) -> None:
    app = open_app("compare")
    assert "No plates to compare yet" in html(app)
    assert len(app.file_uploader) == 1


def test_an_address_lays_its_plates_on_the_table_and_every_cell_is_read(
    open_app: Open, lay: Lay, scenes: list[Scene]
) -> None:
    app = open_plates(open_app, lay(1))
    assert not app.exception
    assert cells(app) == 2
    assert html(app).count(f'<span class="pl-same">{scenes[0].plates[0].text}</span>') == 2
    assert "pl-wait" not in html(app)
    assert {button.label for button in app.get("download_button")} == {"Export CSV", "Export PNG"}


def test_opened_again_nothing_is_computed(open_app: Open, lay: Lay, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = lay(2)
    open_plates(open_app, ids)

    def never(*_: object) -> None:
        raise AssertionError("it was worked again")

    monkeypatch.setattr(compare, "compute", never)
    app = open_plates(open_app, ids)
    assert not app.exception
    assert 'role="alert"' not in html(app)
    assert cells(app) == 4 + 2  # of both plates, and of the one shown in full


def test_the_address_holds_what_is_compared(open_app: Open, lay: Lay) -> None:
    (number,) = lay(1)
    app = open_app("compare", inspection=str(number), chain="grayscale", reader="crnn")
    assert "inspection" not in app.query_params
    assert asked(app, "plates") == [str(number)]
    app.pills(key=comparison.CHAINS).set_value(["contrast"]).run()
    assert asked(app, "chain") == ["contrast"]
    again = open_app("compare", **{name: asked(app, name)[0] for name in ("plates", "chain", "reader")})
    assert html(again) == html(app)


def test_plates_stay_on_the_table_while_one_looks_at_another_page(open_app: Open, lay: Lay) -> None:
    app = open_plates(open_app, lay(1))
    app.switch_page("pages/system.py").run()
    app.query_params.clear()
    app.switch_page("pages/compare.py").run()
    assert cells(app) == 2


def test_a_slow_browser_that_sends_an_old_address_changes_nothing(open_app: Open, lay: Lay) -> None:
    first, second = lay(2)
    app = open_plates(open_app, [first])
    app.session_state[comparison.PLATES] = [first, second]
    app.query_params["plates"] = str(first)
    app.run()
    assert app.session_state[comparison.PLATES] == [first, second]


def test_a_dropped_picture_becomes_plates(open_app: Open, store: Store, scenes: list[Scene]) -> None:
    app = open_app("compare", chain="grayscale", reader="crnn")
    data = encode_jpeg(scenes[0].pixels)
    app.file_uploader[0].set_value([("car.jpg", data, "image/jpeg"), ("half.jpg", data[:3000], "image/jpeg")]).run()
    assert not app.exception
    assert cells(app) >= 2
    assert "half.jpg" in html(app)
    assert "The picture is damaged." in html(app)
    assert [upload.name for upload in store.uploads.list()] == ["car.jpg"]
    app.button(key="dismiss").click().run()
    assert "half.jpg" not in html(app)


def test_a_picture_without_a_plate_is_named(open_app: Open) -> None:
    app = open_app("compare")
    sky = encode_png(greys(1, 640, 480)[0])
    app.file_uploader[0].set_value([(NASTY, sky, "image/png")]).run()
    assert "No plate was found in &quot;&gt;&lt;script&gt;" in html(app)
    assert "<script>" not in html(app)


def test_a_dropped_video_becomes_a_job_whose_plates_are_taken_when_it_is_done(
    open_app: Open, store: Store, lay: Lay, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "drive.mp4", greys(4))
    app = open_app("compare", chain="grayscale", reader="crnn")
    app.segmented_control(key="compare.step").set_value(1.0)
    app.file_uploader[0].set_value([("drive.mp4", path.read_bytes(), "video/mp4")]).run()
    assert not app.exception
    assert "Find the plates in drive.mp4" in html(app)
    (job,) = store.jobs.recent(None)
    claimed = store.jobs.claim(job.id, "mine")
    assert claimed is not None
    assert claimed.arguments["step"] == 1.0
    store.jobs.finish(job.id, "mine", "done", claimed, {"plates": lay(1), "count": 1, "frames": 4})
    app.run()
    assert cells(app) == 2


def test_stored_plates_are_found_and_taken(open_app: Open, lay: Lay, keep: Keep) -> None:
    lay(2)
    keep("99하9999")
    app = open_app("compare", chain="grayscale", reader="crnn")
    app.text_input(key="compare.search").set_value("99하").run()
    assert list(app.dataframe[0].value["text"]) == ["99하9999"]
    app.text_input(key="compare.search").set_value("").run()
    app.button(key="take_all").click().run()
    assert not app.exception
    assert len(app.session_state[comparison.PLATES]) == 3


def test_a_truth_is_what_colours_go_by(open_app: Open, lay: Lay, store: Store, scenes: list[Scene]) -> None:
    ids = lay(2)
    text = scenes[0].plates[0].text
    store.reviews.add(Review(ids[0], text[:-1] + ("1" if text[-1] != "1" else "2"), "kim"))
    app = open_plates(open_app, ids[:1])
    assert f'<span class="pl-wrong">{text[-1]}</span>' in html(app)
    assert "Held against what people said of 1 of 1 plates" in html(app)
    assert "Held against the verdict" in html(open_plates(open_app, ids[1:]))


def test_a_broken_backend_fails_in_its_cells_and_can_be_tried_again(
    open_app: Open, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(GrayscaleEnhancer, "enhance", lambda self, crops: 1 / 0)
        app = open_plates(open_app, lay(1))
    assert "1 cells failed" in html(app)
    assert "Enhancer ‘grayscale’ failed: ZeroDivisionError" in html(app)
    app.button(key="again").click().run()
    assert cells(app) == 2


def test_stopping_keeps_what_is_there_and_going_on_does_the_rest(open_app: Open, lay: Lay) -> None:
    ids = lay(1)
    app = open_plates(open_app, ids)
    app.session_state[comparison.PAUSED] = True
    app.pills(key=comparison.CHAINS).set_value(["grayscale", "contrast"]).run()
    assert "Stopped at 2 of 3 cells" in html(app)
    assert cells(app) == 2
    app.button(key="go_on").click().run()
    assert cells(app) == 3


def test_rows_are_sorted_by_a_reader(open_app: Open, lay: Lay, store: Store) -> None:
    ids = lay(3)
    store.reviews.add(Review(ids[1], "99하9999", "kim"))  # so that nobody reads it right
    app = open_plates(open_app, ids)
    order = [html(app).index(f'data-pl-pick="plate:{number}"') for number in ids]
    assert order == sorted(order)
    app.session_state[comparison.SORT] = "crnn"
    app.run()
    first = min(ids, key=lambda number: html(app).index(f'data-pl-pick="plate:{number}"'))
    assert first == ids[1]


def test_a_chain_is_put_together_compared_saved_and_deleted(open_app: Open, lay: Lay, store: Store) -> None:
    app = open_plates(open_app, lay(1))
    unfold(app, "compare.chain")
    app.multiselect(key="compare.chain_steps").set_value(["contrast", "grayscale"]).run()
    app.button(key="add_chain").click().run()
    assert "Contrast + Grayscale" in html(app)
    assert asked(app, "chain") == ["grayscale", "contrast+grayscale"]
    unfold(app, "compare.save")
    next(text for text in app.text_input if text.label == "Name of the recipe").set_value("밤")
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    (saved,) = store.recipes.all().values()
    assert [[step["name"] for step in chain] for chain in saved["chains"]] == [["contrast", "grayscale"]]
    assert "밤" in html(app)

    analyze = open_app("analyze")
    assert "밤" in analyze.segmented_control(key="analyze.recipe").options

    unfold(app, "compare.saved")
    app.button(key="forget-밤").click().run()
    assert store.recipes.all() == {}
    assert find_recipe(DEFAULT_RECIPE).name == DEFAULT_RECIPE


def test_a_name_that_is_taken_is_told(open_app: Open, lay: Lay) -> None:
    app = open_plates(open_app, lay(1))
    unfold(app, "compare.save")
    next(text for text in app.text_input if text.label == "Name of the recipe").set_value("thorough")
    next(button for button in app.button if button.label == "Save").click().run()
    assert "is a name of PlateLoop&#x27;s own; choose another" in html(app)


def test_settings_of_a_backend_change_what_is_computed_and_stand_in_the_address(open_app: Open, lay: Lay) -> None:
    app = open_plates(open_app, lay(1), chain="contrast")
    assert not any(number.label.startswith("How far contrast") for number in app.number_input)
    unfold(app, "compare.settings")
    limit = next(number for number in app.number_input if number.label.startswith("How far contrast"))
    limit.set_value(5.0)
    next(button for button in app.button if button.label == "Apply").click().run()
    assert asked(app, "set") == ["enhancer.contrast.limit=5.0"]
    assert cells(app) == 2


def test_settings_in_an_address_that_make_no_sense_are_told_and_left_out(open_app: Open, lay: Lay) -> None:
    app = open_plates(open_app, lay(1), set="enhancer.contrast.limit=nonsense")
    assert "The settings in this address cannot be used" in html(app)
    assert cells(app) == 2


def test_what_lacks_something_is_grey_and_says_what(open_app: Open, lay: Lay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda program: None)
    app = open_app("compare", plates=str(lay(1)[0]), chain="grayscale")
    assert "tesseract" not in app.pills(key=comparison.READERS).options
    assert "The program &#x27;tesseract&#x27; is not on the PATH" in html(app)


def test_plates_that_were_deleted_are_counted_and_the_others_stay(open_app: Open, lay: Lay, store: Store) -> None:
    ids = lay(2)
    store.inspections.delete(ids[0])
    app = open_plates(open_app, ids)
    assert "1 of the plates in this address were deleted." in html(app)
    assert cells(app) == 2


@pytest.mark.parametrize("address", ["x", "1e9", "0", "-1", "999999999999999999999", "1,,2", "💥"])
def test_an_address_of_nonsense_is_no_trouble(open_app: Open, address: str) -> None:
    app = open_app("compare", plates=address, chain="nobody", reader="nobody")
    assert not app.exception
    assert 'role="alert"' not in html(app)


def test_what_takes_long_goes_on_in_the_worker(
    open_app: Open, lay: Lay, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_fill, "_HAND_OVER_AFTER", 0.0)
    monkeypatch.setattr(jobs, "worker_is_alive", lambda bench: True)
    app = open_plates(open_app, lay(1))
    assert "1 of 2 cells. The worker goes on even when this page is closed." in html(app)
    (job,) = store.jobs.recent(None)
    claimed = store.jobs.claim(job.id, "mine")
    assert claimed is not None
    context = JobContext(claimed, "mine", store.jobs)
    with closing(Workbench.open()) as bench:
        store.jobs.finish(job.id, "mine", JobState.DONE, context.now(), work_comparison(bench, context))
    app.run()
    assert "The worker goes on" not in html(app)
    assert cells(app) == 2


def test_what_the_worker_compares_is_stopped_from_the_page(
    open_app: Open, lay: Lay, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_fill, "_HAND_OVER_AFTER", 0.0)
    monkeypatch.setattr(jobs, "worker_is_alive", lambda bench: True)
    app = open_plates(open_app, lay(1))
    app.button(key="stop").click().run()
    assert "Stopped at 1 of 2 cells" in html(app)
    assert [job.state for job in store.jobs.recent(None)] == [JobState.STOPPED]


def test_a_selection_is_compared_and_one_that_is_gone_is_told(open_app: Open, lay: Lay, store: Store) -> None:
    ids = lay(2)
    kept = store.selections.add("night", "failures", inspections=ids)
    app = open_app("compare", selection=str(kept.id), chain="grayscale", reader="crnn")
    assert app.session_state[comparison.PLATES] == ids
    assert "selection" not in app.query_params
    assert asked(app, "plates") == [",".join(map(str, ids))]
    gone = open_app("compare", selection="99")
    assert not gone.exception
    assert "there is no selection 99" in html(gone)


def test_examples_are_drawn_and_compared_at_once(open_app: Open) -> None:
    app = open_app("compare", chain="grayscale", reader="crnn")
    app.button(key="examples").click().run()
    assert not app.exception
    assert len(app.session_state[comparison.PLATES]) >= 4
    assert "pl-wait" not in html(app)
