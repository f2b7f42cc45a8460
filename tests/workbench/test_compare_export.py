from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from pipeline.media.decode import decode
from pipeline.plate.types import Review
from pipeline.workbench import compare, plates
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare_export import COLUMNS, grid_csv, grid_png
from tests.flow.small_backends import TEXT
from tests.workbench.test_compare import comparison, counting, run, take  # noqa: F401

pytestmark = pytest.mark.usefixtures("small")


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_known_cell_is_a_row_and_a_failure_is_told(bench: Workbench) -> None:
    (number,) = take(bench, 250)
    bench.store.reviews.add(Review(number, "99하9999", "kim"))
    grid = run(bench, comparison(bench, [number], "unchanged broken", "parrot"))
    right, failed = rows_of(grid_csv(grid))
    assert tuple(right) == COLUMNS
    assert (right["verdict"], right["truth"], right["text"], right["exact"]) == (TEXT, "99하9999", TEXT, "0")
    assert (right["enhancer"], right["reader"], right["file"]) == ("unchanged", "parrot", "250.png")
    assert float(right["confidence"]) == pytest.approx(0.9 ** len(TEXT), abs=1e-4)
    assert (failed["text"], failed["exact"], failed["failure"]) == ("", "", "enhancer 'broken': MemoryError")


def test_what_is_not_known_yet_is_no_row(bench: Workbench) -> None:
    wanted = comparison(bench, take(bench, 250), "unchanged", "parrot")
    assert rows_of(grid_csv(compare.known(bench, wanted))) == []


def test_a_picture_of_one_plate_has_a_row_for_each_chain_and_one_of_many_for_each_plate(bench: Workbench) -> None:
    ids = take(bench, 250, 240, 230)
    one = decode(
        grid_png(bench, run(bench, comparison(bench, ids[:1], "unchanged counting", "parrot"))), max_pixels=10**7
    )
    many = decode(grid_png(bench, run(bench, comparison(bench, ids, "unchanged counting", "parrot"))), max_pixels=10**7)
    green = (11, 107, 74)
    for frame, cells in ((one, 2), (many, 6)):
        texts = (frame.pixels == green).all(axis=2)
        assert len(_bands(texts.any(axis=1))) == (cells if frame is one else 3)
        assert texts.any()


def _bands(marked: np.ndarray) -> list[int]:
    """Where runs of marked rows begin."""
    return [n for n in range(1, len(marked)) if marked[n] and not marked[n - 1]]


def test_a_picture_is_drawn_of_a_grid_that_is_not_full(bench: Workbench) -> None:
    wanted = comparison(bench, take(bench, 250, 240), "unchanged broken", "parrot broken")
    assert decode(grid_png(bench, compare.known(bench, wanted)), max_pixels=10**7).width >= 320
    bench.store.blobs.delete(plates.find_plates(bench, [1])[0].crop_sha256)
    assert decode(grid_png(bench, run(bench, wanted)), max_pixels=10**7).width >= 320
