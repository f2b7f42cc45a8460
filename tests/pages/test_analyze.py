"""Dropping files, seeing, correcting, finding and deleting what was read."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.plate.types import FrameResult, StageFailure
from pipeline.store import Store
from pipeline.synth.scenes import draw_example_scene
from tests.pages.conftest import Keep, Open, html

NASTY = "<script>alert(1)</script>*bold* [x](http://y) :red[z] :material/home:.png"


@pytest.fixture(scope="module")
def scene() -> tuple[bytes, str]:
    """A drawn picture and the text of its one plate."""
    drawn = draw_example_scene(1)
    return encode_jpeg(drawn.pixels), drawn.plates[0].text


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return app.file_uploader[0].set_value([(name, data, "image/jpeg") for name, data in files]).run()


def table_of(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["text"])


def show_table(app: AppTest) -> AppTest:
    return app.segmented_control(key="analyze.view").set_value("stored").run()


def test_a_dropped_picture_is_stored_and_read_without_a_further_click(
    open_app: Open, store: Store, scene: tuple[bytes, str]
) -> None:
    data, text = scene
    app = drop(open_app("analyze"), ("my car.jpg", data))
    assert not app.exception
    assert text in html(app)
    assert "my car.jpg" in html(app)
    assert [upload.name for upload in store.uploads.list()] == ["my car.jpg"]
    assert [row.text for row in store.inspections.search()[0]] == [text]


def test_results_stay_when_one_moves_between_pages(open_app: Open, scene: tuple[bytes, str]) -> None:
    data, text = scene
    app = drop(open_app("analyze"), ("my car.jpg", data))
    app.switch_page("pages/system.py").run()
    assert text not in html(app)
    app.switch_page("pages/analyze.py").run()
    assert text in html(app)


def test_a_picture_that_was_read_before_is_marked(open_app: Open, scene: tuple[bytes, str]) -> None:
    app = open_app("analyze")
    drop(app, ("my car.jpg", scene[0]))
    assert "from the store" not in html(app)
    drop(app, ("my car.jpg", scene[0]))
    assert "from the store" in html(app)


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "The picture is damaged."), ("ko", "사진 파일이 손상되었습니다.")]
)
def test_a_broken_file_gets_a_sentence_and_the_others_are_read(
    open_app: Open, scene: tuple[bytes, str], language: str, sentence: str
) -> None:
    data, text = scene
    app = drop(open_app("analyze", language), ("half.jpg", data[:5000]), ("whole.jpg", data))
    assert not app.exception
    assert "half.jpg" in html(app)
    assert sentence in html(app)
    assert text in html(app)
    app.button(key="dismiss").click().run()
    assert "half.jpg" not in html(app)


def test_reading_can_be_stopped_and_taken_up_again(open_app: Open, scene: tuple[bytes, str]) -> None:
    app = open_app("analyze")
    drop(app, ("my car.jpg", scene[0]))
    desk = app.session_state["desk"]
    desk.read_again()
    desk.pause()
    app.run()
    assert "Stopped. 1 of 1 pictures are not read yet." in html(app)
    app.button(key="go_on").click().run()
    assert "Stopped" not in html(app)
    assert scene[1] in html(app)


def test_another_recipe_reads_again_what_lies_there(open_app: Open, store: Store, scene: tuple[bytes, str]) -> None:
    app = drop(open_app("analyze"), ("my car.jpg", scene[0]))
    app.segmented_control(key="analyze.recipe").set_value("fast").run()
    assert {row.recipe for row in store.inspections.search()[0]} == {"thorough", "fast"}
    assert scene[1] in html(app)


def test_what_a_user_provided_is_shown_as_it_is(open_app: Open, keep: Keep, scene: tuple[bytes, str]) -> None:
    app = drop(open_app("analyze"), (NASTY, scene[0]), (f"broken {NASTY}", b"\xff\xd8\xff\xe0 broken"))
    marked_up = [*app.markdown, *app.caption, *app.button, *app.metric]
    assert "<script" not in html(app)
    assert html(app).count("&lt;script&gt;alert(1)&lt;/script&gt;*bold* [x](http://y) :red[z] :material/home:") >= 2
    assert not [element for element in marked_up if "alert(1)" in str(element.value) + getattr(element, "label", "")]


def test_a_link_opens_one_inspection(open_app: Open, keep: Keep) -> None:
    stored = keep("123가4568", name="gate.png").inspections[0]
    app = open_app("analyze", inspection=str(stored.id))
    assert f"Inspection {stored.id}" in html(app)
    assert "gate.png" in html(app)
    assert "123가4568" in html(app)


@pytest.mark.parametrize("asked", ["99", "0", "-1", "abc", "９", "9" * 40, "<b>1</b>", ""])
def test_a_link_to_nothing_gets_a_kind_sentence(open_app: Open, asked: str) -> None:
    app = open_app("analyze", inspection=asked)
    assert not app.exception
    assert "There is no inspection" in html(app)
    assert "<b>1</b>" not in html(app)


def test_the_same_picture_under_two_names_is_shown_under_both(open_app: Open, scene: tuple[bytes, str]) -> None:
    app = drop(open_app("analyze"), ("gate.jpg", scene[0]), ("copy of gate.jpg", scene[0]))
    assert "Something went wrong" not in html(app)
    assert html(app).count(f">{scene[1]}</span>") == 2
    assert "copy of gate.jpg" in html(app)


def test_a_picture_is_shown_with_what_earlier_weights_made_of_it(open_app: Open, keep: Keep, store: Store) -> None:
    made = keep("123가4568")
    earlier = FrameResult(made.sha256, (made.inspections[0].inspection,), (), {})
    store.results.save(earlier, "thorough", "the fingerprint of other weights")
    assert html(open_app("analyze", upload="1")).count('class="pl-verdict"') == 2


def test_a_link_to_a_picture_that_is_not_read_yet_lets_one_read_it(
    open_app: Open, store: Store, scene: tuple[bytes, str]
) -> None:
    data, text = scene
    upload = store.uploads.add("gate.jpg", data, decode(data, max_pixels=10_000_000), "browser")
    app = open_app("analyze", upload=str(upload.id))
    assert f"Picture {upload.id} is not read yet" in html(app)
    app.button(key="read_now").click().run()
    assert text in html(app)


def test_an_inspection_leads_to_its_picture(open_app: Open, keep: Keep, store: Store) -> None:
    stored = keep("123가4568").inspections[0]
    (link,) = open_app("analyze", inspection=str(stored.id)).get("page_link")
    assert link.proto.query_string == f"upload={store.uploads.list()[0].id}"


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "A file of this picture is gone"), ("ko", "사진 파일이 사라졌습니다")]
)
def test_a_crop_that_is_gone_from_the_disk_is_named_and_its_picture_can_be_deleted(
    open_app: Open, keep: Keep, store: Store, language: str, sentence: str
) -> None:
    stored = keep("123가4568", name="gate.png").inspections[0]
    store.blobs.delete(stored.crop_sha256)
    page = html(open_app("analyze", language, inspection=str(stored.id)))
    assert sentence in page
    assert stored.crop_sha256[:12] in page
    app = open_app("analyze", language, upload=str(stored.uploads[0].id))
    assert sentence in html(app)
    app.button(key=f"delete-upload-{stored.uploads[0].id}").click().run()
    assert store.counts().images == 0


def test_a_picture_whose_crop_is_gone_keeps_its_place_among_the_results(
    open_app: Open, store: Store, scene: tuple[bytes, str]
) -> None:
    app = drop(open_app("analyze"), ("my car.jpg", scene[0]))
    (row,) = store.inspections.search()[0]
    store.blobs.delete(row.crop_sha256)
    page = html(app.run())
    assert "my car.jpg" in page
    assert "A file of this picture is gone" in page
    assert "Its crop is gone" in html(open_app())


def test_a_picture_that_is_gone_leaves_its_plates(open_app: Open, keep: Keep, store: Store) -> None:
    stored = keep("123가4568", name="gate.png").inspections[0]
    store.blobs.delete(stored.sha256)
    page = html(open_app("analyze", inspection=str(stored.id)))
    assert "A file of this picture is gone" in page
    assert "123가4568" in page


def test_a_link_opens_one_picture(open_app: Open, keep: Keep, store: Store) -> None:
    keep(plates=0, name="empty street.png")
    upload = store.uploads.list()[0]
    assert "No plate was found in this picture." in html(open_app("analyze", upload=str(upload.id)))
    assert "There is no picture 77" in html(open_app("analyze", upload="77"))


def test_a_plate_shows_its_doubts_hints_kind_and_formats_in_words(open_app: Open, keep: Keep) -> None:
    stored = keep("서울52바3108", confidence=0.3).inspections[0]
    page = html(open_app("analyze", inspection=str(stored.id)))
    assert "The plate is only 18 pixels high." in page
    assert "pl-on-yellow" in page
    assert "Plate colour: yellow" in page
    assert "Commercial (long)" in page
    assert 'aria-label="Probability of each character: 서 ' in page


def test_a_stage_that_failed_is_shown(open_app: Open, keep: Keep, store: Store) -> None:
    keep(plates=0, failures=(StageFailure("detector", "yolo_plate", "out of <memory>"),))
    page = html(open_app("analyze", upload=str(store.uploads.list()[0].id)))
    assert "Detector ‘yolo_plate’ failed: out of &lt;memory&gt;" in page


def test_a_correction_is_kept_and_the_reviewer_remembered(open_app: Open, keep: Keep, store: Store) -> None:
    first, second = (keep("123가4567").inspections[0] for _ in range(2))
    app = open_app("analyze", inspection=str(first.id))
    truth, reviewer = app.text_input
    truth.set_value(" 123가 4568 ")
    reviewer.set_value("Kim <b>")
    app.button(key=f"FormSubmitter:correct-{first.id}-Save").click().run()
    assert "Kim &lt;b&gt; says it reads" in html(app)
    review = store.inspections.get(first.id).review
    assert review
    assert (review.review.truth, review.review.reviewer) == ("123가4568", "Kim <b>")
    app.query_params["inspection"] = str(second.id)
    app.run()
    assert app.text_input[1].value == "Kim <b>"


def test_a_verdict_is_confirmed_with_one_click(open_app: Open, keep: Keep, store: Store) -> None:
    stored = keep("123가4568").inspections[0]
    app = open_app("analyze", inspection=str(stored.id))
    app.button(key=f"right-{stored.id}").click().run()
    assert "Confirmed by A person" in html(app)
    assert store.counts().reviewed == 1


def test_a_correction_no_plate_could_bear_is_doubted_once_and_then_kept(
    open_app: Open, keep: Keep, store: Store
) -> None:
    stored = keep("123가4568").inspections[0]
    app = open_app("analyze", inspection=str(stored.id))
    save = f"FormSubmitter:correct-{stored.id}-Save"
    app.text_input[0].set_value("12호34567")
    app.button(key=save).click().run()
    assert "The serial has 5 digits" in html(app)
    assert store.inspections.get(stored.id).review is None
    app.button(key=save).click().run()
    review = store.inspections.get(stored.id).review
    assert review
    assert review.review.truth == "12호34567"


def test_deleting_asks_first_and_then_really_deletes(open_app: Open, keep: Keep, store: Store) -> None:
    stored = keep("123가4568").inspections[0]
    app = open_app("analyze", inspection=str(stored.id))
    assert any("cannot be undone" in text.value for text in app.markdown)
    app.button(key=f"delete-inspection-{stored.id}").click().run()
    assert f"There is no inspection {stored.id}" in html(app)
    assert store.counts().inspections == 0


def test_deleting_a_picture_takes_it_off_the_page(open_app: Open, store: Store, scene: tuple[bytes, str]) -> None:
    app = drop(open_app("analyze"), ("my car.jpg", scene[0]))
    delete = next(button for button in app.button if str(button.key).startswith("delete-upload-"))
    delete.click().run()
    assert "No pictures yet" in html(app)
    assert store.counts().images == 0


def test_the_table_is_filtered_by_text_source_confidence_and_attention(open_app: Open, keep: Keep) -> None:
    keep("123가4568", confidence=0.99, source="example")
    keep("12가3456", confidence=0.4)
    app = show_table(open_app("analyze"))
    assert table_of(app) == ["12가3456", "123가4568"]
    app.text_input(key="stored.text").set_value("가 4568").run()
    assert table_of(app) == ["123가4568"]
    app.text_input(key="stored.text").set_value("").run()
    app.multiselect(key="stored.sources").set_value(["browser"]).run()
    assert table_of(app) == ["12가3456"]
    app.multiselect(key="stored.sources").set_value([]).run()
    app.slider(key="stored.confidence").set_value((90, 100)).run()
    assert table_of(app) == ["123가4568"]
    app.slider(key="stored.confidence").set_value((0, 100)).run()
    app.toggle(key="stored.attention").set_value(True).run()
    assert table_of(app) == ["12가3456"]


def test_a_plate_that_two_recipes_read_stands_in_the_table_once_until_one_asks_for_both(
    open_app: Open, keep: Keep, store: Store
) -> None:
    made = keep("123가4568")
    store.results.save(FrameResult(made.sha256, (made.inspections[0].inspection,), (), {}), "fast", "f2")
    app = show_table(open_app("analyze"))
    assert list(app.dataframe[0].value["recipe"]) == ["Fast"]
    app.toggle(key="stored.newest").set_value(False).run()
    assert list(app.dataframe[0].value["recipe"]) == ["Fast", "Thorough"]


def test_every_stored_picture_is_listed_whether_it_was_read_or_not(
    open_app: Open, keep: Keep, store: Store, scene: tuple[bytes, str]
) -> None:
    keep(name="read.png")
    keep(name="empty street.png", plates=0)
    store.uploads.add("unread.jpg", scene[0], decode(scene[0], max_pixels=10_000_000), "browser")
    app = show_table(open_app("analyze"))
    app.segmented_control(key="stored.kind").set_value("pictures").run()
    table = app.dataframe[0].value
    assert dict(zip(table["file"], table["plates"], strict=True)) == {
        "unread.jpg": "not read yet",
        "empty street.png": "no plate",
        "read.png": "1 found",
    }
    assert all(address.startswith("data:image/jpeg;base64,") for address in table["picture"])


def test_a_new_session_leads_to_the_pictures_of_earlier_ones(open_app: Open, keep: Keep) -> None:
    keep(name="of yesterday.png")
    app = open_app("analyze")
    assert "No pictures in this session" in html(app)
    assert "Try examples" not in [button.label for button in app.button]
    app.button(key="show_stored").click().run()
    assert list(app.dataframe[0].value["file"]) == ["of yesterday.png"]


def test_a_deleted_picture_is_not_drawn_from_memory(open_app: Open, keep: Keep, store: Store) -> None:
    keep(name="gate.png")
    keep(name="yard.png")
    first, second = reversed(store.uploads.list())
    app = open_app("analyze", upload=str(first.id))
    store.blobs.delete(first.sha256)
    assert "A file of this picture is gone" not in html(app.run())  # drawn once, shown again
    app.query_params["upload"] = str(second.id)
    app.run()
    app.button(key=f"delete-upload-{second.id}-{second.id}").click().run()
    app.query_params["upload"] = str(first.id)
    assert "A file of this picture is gone" in html(app.run())


def test_a_filter_that_nothing_matches_can_be_reset(open_app: Open, keep: Keep) -> None:
    keep("123가4568")
    app = show_table(open_app("analyze"))
    app.text_input(key="stored.text").set_value("nothing").run()
    assert "Nothing matches" in html(app)
    app.button(key="reset").click().run()
    assert table_of(app) == ["123가4568"]


def test_many_inspections_are_paged(open_app: Open, keep: Keep) -> None:
    for number in range(30):
        keep(f"{10 + number}가4568")
    app = show_table(open_app("analyze"))
    assert table_of(app)[0] == "39가4568"
    assert len(table_of(app)) == 25
    app.pagination[0].set_value(2).run()
    assert table_of(app) == ["14가4568", "13가4568", "12가4568", "11가4568", "10가4568"]


def test_a_last_page_whose_plates_were_all_deleted_leads_to_the_first(open_app: Open, keep: Keep, store: Store) -> None:
    last, *_ = (keep(f"{10 + number}가4568").inspections[0] for number in range(26))
    app = show_table(open_app("analyze"))
    app.pagination[0].set_value(2).run()
    assert table_of(app) == ["10가4568"]
    store.inspections.delete(last.id)
    assert len(table_of(app.run())) == 25


def test_the_filter_stays_when_one_comes_back(open_app: Open, keep: Keep) -> None:
    keep("123가4568")
    keep("12가3456")
    app = show_table(open_app("analyze"))
    app.text_input(key="stored.text").set_value("4568").run()
    app.switch_page("pages/overview.py").run()
    app.switch_page("pages/analyze.py").run()
    assert table_of(app) == ["123가4568"]
