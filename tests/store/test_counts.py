from __future__ import annotations

from datetime import UTC, date, timedelta, timezone

from pipeline.plate.types import Review
from pipeline.store import Store
from tests.store.samples import BROKEN_READER, Clock, add, inspection, read_plate, save, verdict

SEOUL = timezone(timedelta(hours=9))


def test_an_empty_store_counts_nothing_on_fourteen_days(store: Store) -> None:
    counts = store.counts(SEOUL)
    assert (counts.uploads, counts.images, counts.inspections, counts.reviewed) == (0, 0, 0, 0)
    assert [day for day, _ in counts.per_day] == [date(2026, 2, 17) + timedelta(days=n) for n in range(14)]
    assert {number for _, number in counts.per_day} == {0}


def test_every_kind_is_counted(store: Store) -> None:
    certain = read_plate(store, 1, "12가1111", 0.99)
    uncertain = read_plate(store, 2, "12가2222", 0.5)
    save(store, add(store, 3), inspection(verdict=verdict("12가3333", 0.99, "unusual")))
    save(store, add(store, 4), inspection("", 0.0), inspection("12가4444", failures=(BROKEN_READER,)))
    add(store, 4, "another name.png")
    for inspection_id in (certain, uncertain, uncertain):
        store.reviews.add(Review(inspection_id, "12가2228", "kim"))
    counts = store.counts(SEOUL)
    assert (counts.uploads, counts.images, counts.inspections) == (5, 4, 5)
    assert (counts.readable, counts.doubtful, counts.waiting, counts.reviewed) == (4, 4, 3, 2)


def test_a_day_begins_where_the_user_lives(store: Store, clock: Clock) -> None:
    clock.move(hours=-10)  # 2026-03-01 23:30 UTC is the 2nd of March in Seoul
    read_plate(store, 1, "12가1111")
    clock.move(hours=10)
    read_plate(store, 2, "12가2222")
    assert store.counts(SEOUL).per_day[-2:] == ((date(2026, 3, 1), 0), (date(2026, 3, 2), 2))
    assert store.counts(UTC).per_day[-2:] == ((date(2026, 3, 1), 1), (date(2026, 3, 2), 1))


def test_days_before_the_window_are_left_out(store: Store, clock: Clock) -> None:
    read_plate(store, 1, "12가1111")
    clock.move(days=13)
    assert store.counts(SEOUL).per_day[0] == (date(2026, 3, 2), 1)
    clock.move(days=1)
    assert {number for _, number in store.counts(SEOUL).per_day} == {0}
