"""Annotations as answers: texts, choices and corners, however somebody drew them."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pytest

from pipeline.labelling.client import missing_controls, prediction_problems
from pipeline.labelling.form import labelling_configuration
from pipeline.labelling.pictures import shown_size
from pipeline.labelling.tasks import Json, area_around, given_answer, task_json
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Quad
from pipeline.store import GivenAnswer, LabelTask, TaskState
from tests.labelling.cases import SIZE, inspection_of, quad_of, said

AREA = area_around(quad_of(1), SIZE)


def task(**changes: Any) -> LabelTask:
    inspection = inspection_of(1)
    values: dict[str, Any] = {
        "id": 1,
        "case_id": 5,
        "inspection_id": 7,
        "state": TaskState.THERE,
        "number": 11,
        "attempts": 1,
        "picture": "/data/upload/1/x.jpg",
        "area": AREA,
        "disputed": False,
        "problem": "",
        "answers": (),
        "closed": False,
        "hardness": 0.5,
        "reasons": (),
        "text": inspection.verdict.text,
        "confidence": 0.5,
        "formats": ("long_7",),
        "readings": inspection.readings,
        "quad": quad_of(1),
        "model": "thorough-f1f1f1f1",
        "sha256": "a" * 64,
        "size": SIZE,
    }
    return LabelTask(**values | changes)


def answer(result: list[Json], **more: Any) -> GivenAnswer:
    annotation = {"id": 3, "completed_by": 2, "updated_at": "2026-03-02T09:30:00Z", "result": result} | more
    found = given_answer(annotation, task(), "k/11/", {2: "kim@x.kr"})
    assert found is not None
    return found


def drawn(**value: Any) -> Json:
    """A rectangle that somebody drew anew."""
    return {"id": "x", "from_name": "box", "type": "rectangle", "value": value}


def points(quad: Quad) -> list[list[float]]:
    x1, y1, x2, y2 = AREA
    percent: list[list[float]] = ((quad - (x1, y1)) / (x2 - x1, y2 - y1) * 100).tolist()
    return percent


def test_a_task_passes_label_studios_own_check_and_a_wrong_one_does_not() -> None:
    made = task_json(task(), "k-5", shown_size(AREA))
    assert prediction_problems(labelling_configuration(), [made]) == {}
    made["predictions"][0]["result"][0]["from_name"] = "another"
    assert "k-5" in prediction_problems(labelling_configuration(), [made])


def test_a_configuration_without_our_controls_is_told() -> None:
    assert missing_controls(labelling_configuration()) == ()
    assert missing_controls('<View><Text name="t" value="$t"/></View>') == (
        "box",
        "corners",
        "plate_type",
        "state",
        "text",
    )
    assert "corners" in missing_controls("")


def test_a_text_becomes_nfc_without_spaces_and_says_whether_the_verdict_was_right() -> None:
    decomposed = unicodedata.normalize("NFD", "34나 5678")
    assert (answer(said(task(), decomposed)).truth, answer(said(task(), decomposed)).state) == ("34나5678", "corrected")
    assert answer(said(task(), task().text)).state == "confirmed"


def test_who_says_nothing_gives_no_answer_and_a_choice_goes_before_a_text() -> None:
    assert answer([]).state == ""
    unreadable = answer(said(task(), "34나5678", state="unreadable"))
    assert (unreadable.state, unreadable.truth) == ("unreadable", "")


def test_what_was_skipped_is_no_answer() -> None:
    skipped = {"id": 3, "updated_at": "2026-03-02T09:30:00Z", "was_cancelled": True, "result": said(task(), "1")}
    assert given_answer(skipped, task(), "k/11/", {}) is None


def test_an_answer_is_another_after_every_change() -> None:
    first, second = answer([]), answer([], updated_at="2026-03-02T09:31:00Z")
    assert first.outside_id == "k/11/3@2026-03-02T09:30:00Z"
    assert first.outside_id != second.outside_id
    assert first.reviewer == "kim@x.kr"


def test_corners_nobody_moved_are_no_correction_and_moved_ones_come_back_exactly() -> None:
    assert answer(said(task(), "1")).quad == ()
    moved = quad_of(1) + np.float32([(3, 0), (0, 2), (0, 0), (-1, 1)])
    assert np.allclose(answer(said(task(), "1", quad=moved)).quad, moved, atol=1e-3)


def test_a_polygon_drawn_anew_in_any_order_is_read_clockwise_from_the_top_left() -> None:
    quad = quad_from_box(40, 30, 120, 60)
    for order in ([2, 3, 0, 1], [1, 0, 3, 2], [3, 2, 1, 0]):
        polygon = {"id": "x", "from_name": "corners", "type": "polygon", "value": {"points": points(quad[order])}}
        assert np.allclose(answer([polygon]).quad, quad, atol=1e-3)


def test_a_rectangle_drawn_anew_is_turned_around_its_corner_in_pixels() -> None:
    x1, y1, x2, y2 = AREA
    share = {"x": 10.0, "y": 20.0, "width": 100 * 60 / (x2 - x1), "height": 100 * 20 / (y2 - y1)}
    start = np.array((x1 + 0.1 * (x2 - x1), y1 + 0.2 * (y2 - y1)))
    upright = answer([drawn(**share, rotation=0)]).quad
    assert np.allclose(upright, start + np.array([(0, 0), (60, 0), (60, 20), (0, 20)]), atol=1e-3)
    turned = answer([drawn(**share, rotation=90)]).quad
    assert np.allclose(turned, start + np.array([(0, 0), (0, 60), (-20, 60), (-20, 0)]), atol=1e-3)


def test_a_shape_without_four_corners_says_nothing_of_the_place() -> None:
    triangle = {"id": "x", "from_name": "corners", "type": "polygon", "value": {"points": [[0, 0], [50, 0], [0, 50]]}}
    assert answer([triangle]).quad == ()


@pytest.mark.parametrize("box", [(0, 0, 320, 180), (300, 170, 320, 180), (-5, -5, 30, 10)])
def test_the_area_stays_inside_its_picture(box: tuple[float, float, float, float]) -> None:
    x1, y1, x2, y2 = area_around(quad_from_box(*box), SIZE)
    assert 0 <= x1 < x2 <= SIZE[0]
    assert 0 <= y1 < y2 <= SIZE[1]
