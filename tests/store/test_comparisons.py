from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.media.decode import decode
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Character, PlateCrop, Reading, StageFailure
from pipeline.store import Store
from pipeline.store.garbage import collect
from tests.store.samples import blob_names, files_with, read_plate

CHAIN, READER = "c" * 64, "d" * 64
BROKEN = StageFailure("enhancer", "broken", "out of memory")
READING = Reading((Character("가", 0.9),), "crnn", "contrast", 3.25, 0.9, 0.8)


def crop(level: int = 90) -> PlateCrop:
    return PlateCrop(np.full((16, 40, 3), level, np.uint8), quad_from_box(0, 0, 40, 16), 2, ("contrast",))


@pytest.fixture
def plate(store: Store) -> int:
    return read_plate(store, 1, "12가3456")


@pytest.fixture
def sha256(store: Store, plate: int) -> str:
    return store.inspections.get(plate).crop_sha256


def test_an_enhanced_picture_comes_back_as_it_was_made(store: Store, sha256: str) -> None:
    kept = store.comparisons.keep_enhancement((sha256, CHAIN), crop(), 12.5)
    assert store.comparisons.enhancements([sha256], [CHAIN]) == {(sha256, CHAIN): kept}
    assert (kept.lines, kept.enhancers, kept.elapsed_ms, kept.failure) == (2, ("contrast",), 12.5, None)
    pixels = decode(store.blobs.get(kept.picture_sha256 or ""), max_pixels=10_000).pixels
    np.testing.assert_array_equal(pixels, crop().pixels)


def test_readings_and_failures_come_back_as_they_were_made(store: Store, sha256: str) -> None:
    made = {(sha256, CHAIN, READER): READING, (sha256, CHAIN, "e" * 64): BROKEN}
    store.comparisons.keep_cells(made, 4.0)
    assert store.comparisons.cells([sha256], [CHAIN], [READER, "e" * 64]) == made
    assert store.comparisons.cells([sha256], ["another"], [READER]) == {}


def test_the_first_reading_stays_and_a_failure_gives_way(store: Store, sha256: str) -> None:
    key = sha256, CHAIN, READER
    for made in (BROKEN, READING, Reading((), "crnn"), BROKEN):
        store.comparisons.keep_cells({key: made}, 4.0)
    assert store.comparisons.cells([sha256], [CHAIN], [READER]) == {key: READING}
    for enhanced in (BROKEN, crop(90), crop(10), BROKEN):
        store.comparisons.keep_enhancement(key[:2], enhanced, 1.0)
    (kept,) = store.comparisons.enhancements([sha256], [CHAIN]).values()
    assert kept.failure is None
    assert decode(store.blobs.get(kept.picture_sha256 or ""), max_pixels=10_000).pixels.max() == 90


def test_what_things_cost_is_the_mean_of_their_times(store: Store, sha256: str) -> None:
    store.comparisons.keep_cells({(sha256, CHAIN, READER): READING}, 4.0)
    store.comparisons.keep_cells({(sha256, "a" * 64, READER): READING}, 8.0)
    store.comparisons.keep_enhancement((sha256, CHAIN), crop(), 100.0)
    assert store.comparisons.reader_costs([READER, "unknown"]) == {READER: 6.0}
    assert store.comparisons.chain_costs([CHAIN]) == {CHAIN: 100.0}


def test_what_was_made_of_a_crop_goes_with_its_last_inspection(
    store: Store, plate: int, sha256: str, home: Path
) -> None:
    other = read_plate(store, 2, "34나5678")
    kept = store.comparisons.keep_enhancement((sha256, CHAIN), crop(), 12.5)
    store.comparisons.keep_cells({(sha256, CHAIN, READER): READING}, 4.0)
    store.inspections.delete(other)
    assert store.comparisons.cells([sha256], [CHAIN], [READER])
    store.inspections.delete(plate)
    assert store.comparisons.enhancements([sha256], [CHAIN]) == {}
    assert store.comparisons.cells([sha256], [CHAIN], [READER]) == {}
    assert kept.picture_sha256 not in blob_names(store)
    assert files_with(home, sha256.encode()) == []


def test_a_chain_that_changes_nothing_keeps_no_crop_alive(store: Store, plate: int, sha256: str) -> None:
    same = store.inspections.get(plate).inspection.crop
    assert store.comparisons.keep_enhancement((sha256, CHAIN), same, 1.0).picture_sha256 == sha256
    store.inspections.delete(plate)
    assert sha256 not in blob_names(store)


def test_collecting_garbage_leaves_enhanced_pictures_of_crops_that_somebody_shows(
    store: Store, plate: int, sha256: str
) -> None:
    kept = store.comparisons.keep_enhancement((sha256, CHAIN), crop(), 12.5)
    before = blob_names(store)
    assert kept.picture_sha256 in before
    assert store.collect_garbage(untouched_for=-1.0) == 0
    assert blob_names(store) == before


def test_nothing_is_kept_of_a_crop_that_was_deleted_meanwhile(store: Store, plate: int, sha256: str) -> None:
    store.inspections.delete(plate)
    store.comparisons.keep_enhancement((sha256, CHAIN), crop(), 12.5)
    store.comparisons.keep_cells({(sha256, CHAIN, READER): READING}, 4.0)
    assert store.comparisons.enhancements([sha256], [CHAIN]) == {}
    assert store.comparisons.cells([sha256], [CHAIN], [READER]) == {}
    assert collect(store.inspections._database, store.blobs, -1.0) == 1
