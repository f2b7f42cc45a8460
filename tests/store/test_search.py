from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest

from pipeline.plate.types import Review
from pipeline.store import InspectionFilter, Order, Store
from tests.store.samples import BROKEN_READER, START, Clock, add, inspection, read_plate, save, verdict

DAY = timedelta(days=1)


@pytest.fixture
def filled(store: Store, clock: Clock) -> Store:
    """Four plates, a day apart, each told apart by its digit."""
    read_plate(store, 1, "12가1111", 0.99, name="Morning.jpg", source="browser")
    clock.move(days=1)
    read_plate(store, 2, "서울52바2222", 0.5, name="저녁.jpg", source="주차장.zip")
    clock.move(days=1)
    doubted = inspection(verdict=verdict("345다3333", 0.95, "unusual"))
    save(store, add(store, 3, "100%_evening.jpg", "command line"), doubted, recipe="fast")
    clock.move(days=1)
    save(store, add(store, 4, "night.jpg"), inspection("외교444-444", 0.92, failures=(BROKEN_READER,)))
    store.reviews.add(Review(2, "", "lee"))
    store.reviews.add(Review(2, "서울 52바2228", "kim"))
    return store


def _found(store: Store, **wanted: object) -> set[int]:
    rows, total = store.inspections.search(InspectionFilter(**wanted))  # type: ignore[arg-type]
    assert total == len(rows)
    return {row.id for row in rows}


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, {1, 2, 3, 4}),
        ({"text": "가1"}, {1}),
        ({"text": unicodedata.normalize("NFD", "가1")}, {1}),
        ({"text": "3333"}, {3}),
        ({"text": "서울 52-바"}, {2}),
        ({"text": "444444"}, {4}),
        ({"text": "444-4 44"}, {4}),
        ({"text": "52바2228"}, {2}),
        ({"text": "52바2222"}, {2}),
        ({"text": "9999"}, set()),
        ({"text": "%"}, set()),
        ({"text": "_"}, set()),
        ({"text": " - "}, {1, 2, 3, 4}),
        ({"confidence": (0.9, 0.96)}, {3, 4}),
        ({"confidence": (0.0, 0.5)}, {2}),
        ({"confidence": (0.99, 1.0)}, {1}),
        ({"since": START + DAY}, {2, 3, 4}),
        ({"until": START + DAY}, {1}),
        ({"since": START + DAY, "until": START + 3 * DAY}, {2, 3}),
        ({"sources": ("browser",)}, {1, 4}),
        ({"sources": ("browser", "주차장.zip")}, {1, 2, 4}),
        ({"sources": ("nowhere",)}, set()),
        ({"doubtful": True}, {2, 3, 4}),
        ({"doubtful": False}, {1}),
        ({"reviewed": True}, {2}),
        ({"reviewed": False}, {1, 3, 4}),
        ({"doubtful": True, "reviewed": False}, {3, 4}),
        ({"text": "2", "sources": ("주차장.zip",), "confidence": (0.4, 0.6), "reviewed": True}, {2}),
        ({"text": "2", "sources": ("browser",), "confidence": (0.4, 0.6)}, set()),
    ],
)
def test_each_filter_finds_what_it_should(filled: Store, wanted: dict[str, object], ids: set[int]) -> None:
    assert _found(filled, **wanted) == ids


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (Order.NEWEST, [4, 3, 2, 1]),
        (Order.OLDEST, [1, 2, 3, 4]),
        (Order.LEAST_CERTAIN, [2, 4, 3, 1]),
        (Order.TEXT, [1, 3, 2, 4]),
    ],
)
def test_rows_come_in_the_order_asked_for(filled: Store, order: Order, ids: list[int]) -> None:
    assert [row.id for row in filled.inspections.search(order=order)[0]] == ids


def test_a_page_says_how_many_match_in_all(filled: Store) -> None:
    rows, total = filled.inspections.search(limit=2, offset=1)
    assert [row.id for row in rows] == [3, 2]
    assert total == 4
    assert filled.inspections.search(limit=None, offset=3)[0][0].id == 1
    assert filled.inspections.search(offset=9) == ((), 4)


def test_a_row_holds_what_a_table_shows(filled: Store) -> None:
    (row,), _ = filled.inspections.search(InspectionFilter(reviewed=True))
    assert (row.name, row.source, row.recipe, row.upload_id) == ("저녁.jpg", "주차장.zip", "thorough", 2)
    assert (row.text, row.truth, row.reviewer, row.confidence) == ("서울52바2222", "서울 52바2228", "kim", 0.5)
    assert (row.formats, row.doubts, row.doubtful) == (("film_8", "painted_8"), (), True)
    assert row.created == START + DAY
    assert filled.blobs.get(row.crop_sha256).startswith(b"\x89PNG")


def test_a_replaced_correction_is_not_found_any_more(filled: Store) -> None:
    filled.reviews.add(Review(2, "서울52바7777", "kim"))
    assert _found(filled, text="52바2228") == set()
    assert _found(filled, text="52바7777") == {2}


def test_a_picture_under_two_names_is_one_row_with_the_newest_that_matches(filled: Store) -> None:
    later = add(filled, 1, "again.jpg", "command line")
    rows, total = filled.inspections.search(InspectionFilter(text="1111"))
    assert (total, [row.upload_id for row in rows]) == (1, [later.id])
    rows, _ = filled.inspections.search(InspectionFilter(sources=("browser",), text="1111"))
    assert [row.name for row in rows] == ["Morning.jpg"]


def test_the_newest_results_alone_hold_each_plate_once(store: Store) -> None:
    upload = add(store, 1)
    save(store, upload, inspection("12가3456"), recipe="fast")
    save(store, upload, inspection("12가3457"), recipe="thorough")
    read_plate(store, 2, "12가1111")
    assert _found(store, newest=True) == {2, 3}
    assert _found(store) == {1, 2, 3}
