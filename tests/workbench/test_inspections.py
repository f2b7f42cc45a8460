import json
from datetime import UTC, date, datetime

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.errors import NotFound
from pipeline.media.decode import decode
from pipeline.media.tables import read_table
from pipeline.workbench import inspections
from pipeline.workbench.analyze import add_uploads, analyze
from pipeline.workbench.views import InspectionFilter
from tests.flow.small_backends import TEXT
from tests.workbench.pictures import png

pytestmark = pytest.mark.usefixtures("small")


@pytest.fixture
def stored(bench):
    """One inspection, of a picture that shows one plate."""
    (upload,) = add_uploads(bench, [("차.png", png())])
    (step,) = analyze(bench, [upload.id])
    return step.made.result.inspections[0]


def pixels(data: bytes):
    return decode(data, max_pixels=load_config().max_pixels).pixels


def test_what_was_read_is_found_by_part_of_its_text(bench, stored):
    found = inspections.search(bench, InspectionFilter(text="가 34"))
    assert (found.total, [row.id for row in found.rows]) == (1, [stored.id])
    assert inspections.search(bench, InspectionFilter(text="나")).total == 0


def test_whole_days_include_the_last(bench, stored):
    today = datetime.now().astimezone().date()
    since, until = inspections.days(today, today)
    assert inspections.search(bench, InspectionFilter(since=since, until=until)).total == 1
    assert (until - since).total_seconds() in (23 * 3600, 24 * 3600, 25 * 3600)
    assert inspections.days(None, None) == (None, None)
    assert inspections.days(date(2026, 1, 1), None)[0] < datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_a_correction_stands_beside_the_raw_reading(bench, stored):
    corrected = inspections.correct(bench, stored.id, " 34나 56-78 ", "kim")
    assert (corrected.review.review.truth, corrected.review.review.reviewer) == ("34나5678", "kim")
    assert corrected.inspection.verdict.text == TEXT


@pytest.mark.parametrize(
    ("truth", "state"), [(f"{TEXT[:3]} {TEXT[3:]}", "confirmed"), ("34나5678", "corrected"), (" ", "unreadable")]
)
def test_an_answer_says_what_it_makes_of_the_reading(bench, stored, truth, state):
    assert inspections.correct(bench, stored.id, truth, "kim").review.review.state == state
    assert json.loads(inspections.verdict_json(bench, stored.id))["review"] == state


def test_a_deleted_inspection_is_gone(bench, stored):
    inspections.delete(bench, stored.id)
    for look in (inspections.get, inspections.delete, inspections.verdict_json):
        with pytest.raises(NotFound, match=str(stored.id)):
            look(bench, stored.id)
    assert inspections.crop_png(bench, stored) == b""


def test_the_crop_is_the_rectified_plate(bench, stored):
    assert np.array_equal(pixels(inspections.crop_png(bench, stored)), stored.inspection.crop.pixels)
    (row,) = inspections.search(bench).rows
    assert inspections.crop_png(bench, row) == inspections.crop_png(bench, stored)


def test_boxes_are_drawn_into_the_picture(bench, stored):
    plain = pixels(inspections.frame_jpeg(bench, stored.sha256))
    drawn = pixels(inspections.frame_jpeg(bench, stored.sha256, [stored], chosen=stored.id))
    assert plain.min() > 250
    assert drawn.shape == plain.shape
    assert drawn.min() < 100


def test_a_large_picture_is_drawn_small_enough_for_a_page(bench):
    (upload,) = add_uploads(bench, [("large.png", png(width=3000, height=1000))])
    (step,) = analyze(bench, [upload.id])
    drawn = pixels(inspections.frame_jpeg(bench, upload.sha256, step.made.result.inspections, max_side=600))
    assert drawn.shape == (200, 600, 3)
    dark = np.argwhere(drawn.min(axis=2) < 100)
    assert dark[:, 1].min() == pytest.approx(120, abs=6)
    assert dark[:, 1].max() == pytest.approx(480, abs=6)


def test_a_verdict_is_exported_as_json(bench, stored):
    inspections.correct(bench, stored.id, "12거3456", "kim")
    verdict = json.loads(inspections.verdict_json(bench, stored.id))
    assert (verdict["file"], verdict["truth"], verdict["recipe"]) == ("차.png", "12거3456", "thorough")
    assert verdict["plate"]["text"] == TEXT
    assert verdict["plate"]["quad"] == [[24, 16], [96, 16], [96, 24], [24, 24]]


def test_the_table_opens_in_excel(bench, stored):
    data = inspections.table_csv(bench)
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = read_table(data)
    assert (row["file"], row["text"], row["truth"]) == ("차.png", TEXT, "")
    assert float(row["confidence"]) == pytest.approx(0.9**7, abs=1e-3)


def test_every_stored_picture_is_listed_whether_read_or_not(bench, stored):
    (waiting,) = add_uploads(bench, [("unread.png", png(width=90))])
    found = inspections.pictures(bench)
    assert [(row.upload.name, row.plates) for row in found.rows] == [("unread.png", None), ("차.png", 1)]
    assert found.total == 2
    assert max(pixels(inspections.thumbnail_jpeg(bench, waiting.sha256, 40)).shape) == 40
    bench.store.blobs.delete(waiting.sha256)
    assert inspections.thumbnail_jpeg(bench, waiting.sha256, 40) == b""
