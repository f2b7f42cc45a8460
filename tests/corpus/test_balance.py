from __future__ import annotations

from pathlib import Path

from pipeline.corpus.balance import class_counts, repeats
from tests.corpus.snapshots import write


def test_plates_are_counted_by_format_colour_letter_and_region(tmp_path: Path) -> None:
    counted = class_counts(write(tmp_path, ["서울12가3456", "34가5678", "56나7890"]).plates)
    assert counted["letter"] == {"가": 2, "나": 1}
    assert counted["region"] == {"서울": 1}
    assert counted["format"] == {"film_8": 3}
    assert counted["colour"] == {"white": 3}


def test_a_plate_with_a_rare_letter_comes_more_often_but_never_without_end(tmp_path: Path) -> None:
    texts = [*(f"{n:02}가3456" for n in range(20)), *(f"{n:02}나3456" for n in range(5)), "12다3456"]
    counted = repeats(write(tmp_path, texts).plates)
    assert set(counted[:20]) == {1}
    assert set(counted[20:25]) == {2}
    assert counted[25] == 4
    assert repeats([]) == ()
