from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import pytest

from pipeline.errors import BackendUnavailable
from pipeline.plate.types import FrameResult, PlateCrop, Reading, Review, Stage, StageFailure
from pipeline.registry import register
from pipeline.store import Store
from pipeline.workbench import compare, compare_scores, plates, ways
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import FileProblem
from tests.flow.small_backends import TEXT, BrokenEnhancer, BrokenReader, Darker, Parrot, Small
from tests.workbench.pictures import BLACK, RED, png

pytestmark = pytest.mark.usefixtures("small")


@pytest.fixture(autouse=True)
def counting(small: None):
    """Enhancers and readers that count the crops they were given."""

    class CountingDarker(Darker):
        crops: ClassVar[list[int]] = []

        def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
            self.crops.append(len(crops))
            return super().enhance(crops)

    class Echo(Parrot):
        """A second reader."""

        crops: ClassVar[list[int]] = []

        def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
            self.crops.append(len(crops))
            return super().read(crops)

    register(Stage.ENHANCER, "counting", title="Counting")(CountingDarker)
    register(Stage.READER, "echo", title="Echo")(Echo)
    return CountingDarker, Echo


def take(bench: Workbench, *levels: int) -> list[int]:
    """Ids of plates, each cut from a picture of another grey."""
    files = [(f"{level}.png", png((level, level, level))) for level in levels]
    return [number for item in plates.take_pictures(bench, files) for number in item.plates]


def comparison(bench: Workbench, ids: Sequence[int], chains: str, readers: str) -> compare.Comparison:
    by_key = {way.key: way for way in (*ways.chains(bench, {}, chains.split()), *ways.readers(bench, {}))}
    return compare.Comparison(
        plates.find_plates(bench, ids),
        tuple(by_key[key] for key in chains.split()),
        tuple(by_key[key] for key in readers.split()),
    )


def run(bench: Workbench, wanted: compare.Comparison, again: bool = False) -> compare.Grid:
    grid = compare.known(bench, wanted)
    for _ in compare.compute(bench, grid, again):
        pass
    return grid


def test_every_cell_of_the_grid_is_worked(bench):
    grid = run(bench, comparison(bench, take(bench, 250, 240), "unchanged counting", "parrot echo"))
    assert (grid.done, grid.failed) == (8, 0)
    assert all(grid.result(*cell).text == TEXT for cell in grid.comparison.cells())


def test_an_enhanced_picture_is_made_once_for_all_readers(bench, counting):
    darker, echo = counting
    run(bench, comparison(bench, take(bench, 250, 240), "counting", "parrot echo"))
    assert sum(darker.crops) == 2
    assert sum(echo.crops) == 2


def test_what_was_computed_is_never_computed_again_in_another_session(bench, counting):
    darker, echo = counting
    ids = take(bench, 250, 240)
    first = run(bench, comparison(bench, ids, "counting", "parrot echo"))
    seen = list(darker.crops), list(echo.crops), list(Small.batches)
    with_new_store = replace(bench, store=Store.open(bench.config))
    second = run(with_new_store, comparison(with_new_store, ids, "counting", "parrot echo"))
    with_new_store.store.close()
    assert (darker.crops, echo.crops, Small.batches) == seen
    assert second.results == first.results


def test_a_further_reader_costs_only_its_own_work(bench, counting):
    darker, echo = counting
    ids = take(bench, 250)
    run(bench, comparison(bench, ids, "counting", "parrot"))
    run(bench, comparison(bench, ids, "counting unchanged", "parrot echo"))
    assert sum(darker.crops) == 1
    assert sum(echo.crops) == 2


def test_the_same_crop_under_two_ids_is_worked_once(bench, counting):
    darker, _ = counting
    (first,) = take(bench, 250)
    known = bench.store.inspections.get(first)
    made = FrameResult(known.sha256, (known.inspection,))
    (second,) = bench.store.results.save(made, "another", "f" * 64).inspections
    grid = run(bench, comparison(bench, [first, second.id], "counting", "parrot"))
    assert len(grid.comparison.plates) == 2
    assert sum(darker.crops) == 1
    assert grid.done == 2


def test_a_broken_reader_fails_in_its_cells_and_the_others_go_on(bench):
    grid = run(bench, comparison(bench, take(bench, 250), "unchanged", "broken parrot"))
    (plate,), (chain,), (broken, parrot) = grid.comparison.plates, grid.comparison.chains, grid.comparison.readers
    assert grid.result(plate, chain, broken) == StageFailure("reader", "broken", "ValueError: no glasses")
    assert grid.result(plate, chain, parrot).text == TEXT


def test_a_broken_enhancer_fails_in_all_its_cells(bench):
    grid = run(bench, comparison(bench, take(bench, 250), "broken unchanged broken+counting", "parrot echo"))
    broken, unchanged, chained = grid.comparison.chains
    (plate,) = grid.comparison.plates
    for chain in (broken, chained):
        assert grid.enhancement(plate, chain).failure == StageFailure("enhancer", "broken", "MemoryError")
        assert {type(grid.result(plate, chain, reader)) for reader in grid.comparison.readers} == {StageFailure}
    assert grid.result(plate, unchanged, grid.comparison.readers[0]).text == TEXT


def test_failures_are_kept_and_tried_again_only_when_asked(bench, monkeypatch):
    wanted = comparison(bench, take(bench, 250), "broken unchanged", "broken parrot")
    run(bench, wanted)
    monkeypatch.setattr(BrokenEnhancer, "enhance", lambda self, crops: list(crops))
    monkeypatch.setattr(BrokenReader, "read", lambda self, crops: [Reading((), "broken") for _ in crops])
    assert run(bench, wanted).failed == 3
    assert run(bench, wanted, again=True).failed == 0
    assert compare.known(bench, wanted).failed == 0


def test_a_chain_that_fails_again_is_tried_once_and_not_for_every_reader(bench, monkeypatch):
    wanted = comparison(bench, take(bench, 250), "broken", "parrot echo")
    run(bench, wanted)
    tries = []

    def fail(self, crops):
        tries.append(len(crops))
        raise MemoryError

    monkeypatch.setattr(BrokenEnhancer, "enhance", fail)
    assert run(bench, wanted, again=True).failed == 2
    assert tries == [1]


def test_a_crop_that_is_gone_fails_in_its_own_cells_only(bench):
    ids = take(bench, 250, 240)
    wanted = comparison(bench, ids, "unchanged", "parrot")
    bench.store.blobs.delete(wanted.plates[0].crop_sha256)
    grid = run(bench, wanted)
    gone, there = (grid.result(plate, wanted.chains[0], wanted.readers[0]) for plate in wanted.plates)
    assert "is gone from" in gone.reason
    assert there.text == TEXT


def test_every_plate_gets_its_first_reading_before_the_next_combination(bench):
    wanted = comparison(bench, take(bench, *range(210, 256, 5)), "unchanged counting", "parrot")
    grid = compare.known(bench, wanted)
    seen = []
    for _ in compare.compute(bench, grid):
        known = [(chain.key, grid.result(plate, chain, reader)) for plate, chain, reader in wanted.cells()]
        seen.append(
            [sum(key == name and made is not None for key, made in known) for name in ("unchanged", "counting")]
        )
    assert seen[0] == [1, 0]
    assert all(second == 0 or first == len(wanted.plates) for first, second in seen)


def test_whoever_stops_loses_nothing_that_was_made(bench):
    wanted = comparison(bench, take(bench, 250, 240), "unchanged", "parrot echo")
    next(compare.compute(bench, compare.known(bench, wanted)))
    assert compare.known(bench, wanted).done == 1


def test_pictures_become_plates_and_broken_files_become_problems(bench):
    items = list(plates.take_pictures(bench, [("a.png", png()), ("b.png", b"?"), ("c.png", png(BLACK, 400, 390))]))
    assert [type(item) for item in items] == [plates.Taken, FileProblem, plates.Taken]
    assert [len(items[0].plates), len(items[2].plates)] == [1, 0]
    (plate,) = plates.find_plates(bench, items[0].plates)
    assert (plate.name, plate.text, plate.truth, plate.reference) == ("a.png", TEXT, None, TEXT)


def test_a_picture_with_the_shape_of_a_plate_is_one_where_none_is_found(bench):
    (taken,) = plates.take_pictures(bench, [("crop.png", png(BLACK, 94, 24))])
    (number,) = taken.plates
    assert bench.store.inspections.get(number).inspection.crop.pixels.shape[0] == 64
    assert next(iter(plates.take_pictures(bench, [("crop.png", png(BLACK, 94, 24))]))).plates == (number,)


def test_a_picture_that_breaks_the_detector_is_not_taken_for_a_plate(bench):
    assert next(iter(plates.take_pictures(bench, [("red.png", png(RED))]))).plates == ()


def test_plates_come_in_the_order_asked_for_and_deleted_ones_are_left_out(bench):
    first, second, third = take(bench, 250, 240, 230)
    bench.store.inspections.delete(second)
    assert [plate.id for plate in plates.find_plates(bench, [third, second, first, third, 99])] == [third, first]


def test_a_truth_is_what_readings_are_held_against(bench):
    (number,) = take(bench, 250)
    bench.store.reviews.add(Review(number, "99하9999", "kim"))
    grid = run(bench, comparison(bench, [number], "unchanged counting", "parrot"))
    assert grid.comparison.plates[0].reference == "99하9999"
    assert [score.share for score in compare_scores.scores(grid)] == [0.0, 0.0]


def test_a_score_tells_what_a_chain_brings_beside_the_unchanged_crop(bench):
    ids = take(bench, 255, 254)
    grid = run(bench, comparison(bench, ids, "unchanged counting", "parrot"))
    unchanged, darker = compare_scores.scores(grid)
    assert (unchanged.judged, unchanged.right, unchanged.share_gain, unchanged.gain) == (2, 2, 0.0, 0.0)
    assert (darker.right, darker.share) == (2, 1.0)
    assert darker.gain == pytest.approx(0.5 ** len(TEXT) - 0.9 ** len(TEXT))


def test_an_illegible_plate_is_right_for_nobody(bench):
    (number,) = take(bench, 250)
    bench.store.reviews.add(Review(number, "", "kim", "unreadable"))
    (score,) = compare_scores.scores(run(bench, comparison(bench, [number], "unchanged", "parrot")))
    assert (score.read, score.judged, score.share) == (1, 0, None)


def test_chains_and_plates_are_sorted_by_what_a_reader_makes_of_them(bench):
    ids = take(bench, 255, 254)
    bench.store.reviews.add(Review(ids[1], "99하9999", "kim"))
    grid = run(bench, comparison(bench, ids, "counting unchanged", "parrot"))
    (parrot,) = grid.comparison.readers
    assert [chain.key for chain in compare_scores.sort_chains(grid, grid.comparison.plates[0], parrot)] == [
        "unchanged",
        "counting",
    ]
    assert [plate.id for plate in compare_scores.sort_plates(grid, parrot)] == [ids[1], ids[0]]


def test_a_way_that_lacks_something_cannot_be_compared(bench):
    lacking = next(way for way in ways.readers(bench, {}) if way.key == "lacking")
    with pytest.raises(BackendUnavailable):
        compare.Comparison((), ways.chains(bench, {})[:1], (lacking,))
