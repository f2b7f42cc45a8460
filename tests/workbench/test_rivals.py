"""The comparisons that ``bench`` prints, few rounds of each."""

from pipeline.config import load_config
from pipeline.flow.recipe import BUILT_IN
from pipeline.pool import Pool
from pipeline.workbench.rivals import WARM_UP, detection_rounds, time_detection, time_readers


def test_readers_are_timed_on_the_same_crops_and_ours_reads_them() -> None:
    crops: list[int] = []
    ours, *others = time_readers(load_config(), 6, lambda: crops.append(1))
    assert (ours.reader, ours.ratio, ours.n) == ("crnn", 1.0, 6)
    assert ours.exact >= 4
    assert {other.reader for other in others} == {"easy_ocr", "tesseract", "EasyOCR english_g2"}
    for other in others:
        assert other.missing or other.ratio > 2
    assert len(crops) == 6 * sum(not timing.missing for timing in (ours, *others))


def test_detection_is_timed_against_size_and_plates_beside_the_plain_network() -> None:
    rounds: list[int] = []
    costs = time_detection(Pool(load_config()), [BUILT_IN["fast"]], 1, lambda: rounds.append(1))
    assert len(rounds) == detection_rounds(1) == 12 * (WARM_UP + 1)
    plain = [cost for cost in costs if cost.detector.startswith("plain")]
    fast = [cost for cost in costs if cost.detector == "fast"]
    assert [cost.width for cost in plain] == [cost.width for cost in fast]
    assert {cost.ratio for cost in plain} == {1.0}
    assert {cost.width for cost in costs} == {640, 1280, 1920, 3840}
    assert max(cost.found for cost in fast) > min(cost.found for cost in fast) == 0
