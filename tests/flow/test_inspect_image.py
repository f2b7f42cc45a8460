import logging

import numpy as np
import pytest

from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe, Step
from pipeline.plate.types import Frame, StageFailure
from tests.flow.small_backends import TEXT, Small

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (255, 0, 0)


def picture(colour: tuple[int, int, int], name: str = "") -> Frame:
    return Frame(np.full((40, 120, 3), colour, np.uint8), name or str(colour))


def recipe(*readers: str, detector: str | None = "white_boxes", chains: tuple[str, ...] = ("unchanged",)) -> Recipe:
    return Recipe(
        name="small",
        detector=Step(name=detector) if detector else None,
        chains=tuple(tuple(Step(name=name) for name in chain.split("+")) for chain in chains),
        readers=tuple(Step(name=name) for name in readers or ("parrot",)),
    )


def test_a_plate_goes_all_the_way(pool):
    result = inspect_frames([picture(WHITE, "a")], recipe(), pool)[0]
    (inspection,) = result.inspections
    assert (result.sha256, result.failures) == ("a", ())
    assert inspection.detection.kind == "plate"
    assert inspection.verdict.text == TEXT
    assert "long_7" in inspection.verdict.formats
    assert inspection.readings[0].enhancer == "unchanged"
    assert set(result.elapsed_ms) == {"detect", "rectify", "enhance", "read", "vote"}


def test_results_keep_the_order_of_the_frames(pool):
    results = inspect_frames([picture(WHITE, "a"), picture(BLACK, "b"), picture(WHITE, "c")], recipe(), pool)
    assert [(result.sha256, len(result.inspections)) for result in results] == [("a", 1), ("b", 0), ("c", 1)]


def test_all_plates_of_all_frames_are_read_in_one_batch(pool):
    inspect_frames([picture(WHITE), picture(BLACK), picture(WHITE)], recipe(), pool)
    assert Small.batches == [3, 2]


def test_no_frames_give_no_results(pool):
    assert inspect_frames([], recipe(), pool) == []
    assert Small.batches == []


def test_a_frame_without_a_plate_spent_its_share_of_detection_only(pool):
    result = inspect_frames([picture(BLACK), picture(WHITE)], recipe(), pool)[0]
    assert result.elapsed_ms["detect"] > 0
    assert result.elapsed_ms["read"] == 0


def test_one_bad_picture_costs_only_itself(pool, caplog):
    with caplog.at_level(logging.DEBUG, logger="pipeline.flow.attempt"):
        results = inspect_frames([picture(WHITE), picture(RED), picture(WHITE)], recipe(), pool)
    assert [len(result.inspections) for result in results] == [1, 0, 1]
    assert results[1].failures == (StageFailure("detector", "white_boxes", "RuntimeError: red is not for me"),)
    assert "Traceback" in caplog.text


def test_a_broken_reader_does_not_hide_the_others(pool):
    (inspection,) = inspect_frames([picture(WHITE)], recipe("broken", "parrot"), pool)[0].inspections
    assert inspection.verdict.text == TEXT
    assert inspection.failures == (StageFailure("reader", "broken", "ValueError: no glasses"),)


def test_a_plate_that_no_reader_could_read_is_an_illegible_verdict(pool):
    (inspection,) = inspect_frames([picture(WHITE)], recipe("broken"), pool)[0].inspections
    assert (inspection.verdict.text, inspection.readings) == ("", ())
    assert [doubt.code for doubt in inspection.verdict.doubts] == ["illegible"]


def test_a_reader_that_forgets_crops_has_failed(pool):
    (inspection,) = inspect_frames([picture(WHITE)], recipe("forgetful"), pool)[0].inspections
    assert "gave 0 results for 1 items" in inspection.failures[0].reason


def test_a_backend_that_lacks_something_says_what(pool):
    (inspection,) = inspect_frames([picture(WHITE)], recipe("lacking"), pool)[0].inspections
    assert (
        inspection.failures[0].reason
        == "reader 'lacking' cannot run: the program 'no-such-program' is not on the PATH; install it"
    )


def test_every_reader_reads_what_every_chain_makes(pool):
    (inspection,) = inspect_frames([picture(WHITE)], recipe(chains=("unchanged", "unchanged+darker")), pool)[
        0
    ].inspections
    assert [(reading.enhancer, reading.confidence > 0.4) for reading in inspection.readings] == [
        ("unchanged", True),
        ("unchanged+darker", False),
    ]
    assert len(inspection.verdict.slots[0].ballots) == 2


def test_a_broken_chain_leaves_the_other_one(pool):
    (inspection,) = inspect_frames([picture(WHITE)], recipe(chains=("broken", "unchanged")), pool)[0].inspections
    assert [reading.enhancer for reading in inspection.readings] == ["unchanged"]
    assert inspection.failures == (StageFailure("enhancer", "broken", "MemoryError"),)


def test_a_box_that_encloses_nothing_is_a_failure_of_its_frame(pool):
    result = inspect_frames([picture(WHITE)], recipe(detector="flat_boxes"), pool)[0]
    assert result.inspections == ()
    assert [(failure.stage, failure.backend) for failure in result.failures] == [("rectify", "flat_boxes")]


def test_without_a_detector_the_picture_is_the_plate(pool):
    (inspection,) = inspect_frames([picture(WHITE)], recipe(detector=None), pool)[0].inspections
    assert inspection.detection.quad.tolist() == [[0, 0], [120, 0], [120, 40], [0, 40]]
    assert inspection.verdict.text == TEXT


@pytest.mark.parametrize(
    ("colour", "size", "first"),
    [((130, 196, 232), (110, 520), "electric"), (WHITE, (155, 335), "short_7"), (WHITE, (110, 520), "long_7")],
)
def test_the_look_of_a_plate_ranks_the_formats_of_its_text(pool, colour, size, first):
    frame = Frame(np.full((*size, 3), colour, np.uint8), "plate")
    (inspection,) = inspect_frames([frame], recipe(detector=None), pool)[0].inspections
    assert inspection.verdict.formats[0] == first
    assert "colour_unusual" not in {doubt.code for doubt in inspection.verdict.doubts}


def test_a_colour_that_does_not_go_with_the_text_is_doubted(pool):
    (inspection,) = inspect_frames([picture((250, 196, 22))], recipe(detector=None), pool)[0].inspections
    assert "colour_unusual" in {doubt.code for doubt in inspection.verdict.doubts}


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (2, 2000)])
def test_a_crop_of_hardly_any_pixels_is_no_error(pool, size):
    frame = Frame(np.full((*size, 3), 128, np.uint8), "tiny")
    result = inspect_frames([frame], recipe(detector=None), pool)[0]
    assert len(result.inspections) + len(result.failures) == 1
