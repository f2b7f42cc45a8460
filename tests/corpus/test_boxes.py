import numpy as np
import pytest

from pipeline.corpus.boxes import NamedBox, plates_of, text_by_place
from pipeline.corpus.labels import LabelKind


def characters(*placed: tuple[str, float, float], width: float = 10, height: float = 20) -> list[NamedBox]:
    return [NamedBox(name, (x - width / 2, y - height / 2, x + width / 2, y + height / 2)) for name, x, y in placed]


@pytest.mark.parametrize("degrees", [-25, -10, 0, 10, 25])
@pytest.mark.parametrize("lines", [("12가3456",), ("서12", "가3456")])
def test_a_tilted_plate_reads_in_order(degrees, lines):
    turn = np.radians(degrees)
    placed = []
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            x, y = 12 * column + 10 * (row == 0), 24 * row
            placed.append((char, x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)))
    assert text_by_place(characters(*reversed(placed))) == "".join(lines)


def test_two_small_syllables_above_each_other_stand_before_the_rest():
    region = characters(("울", 10, 25), ("서", 10.5, 14), width=9, height=10)
    rest = characters(*((char, 24 + 12 * n, 20) for n, char in enumerate("12바3456")))
    assert text_by_place([*rest, *region]) == "서울12바3456"


@pytest.mark.parametrize("placed", [[], [("7", 5, 5)], [("1", 5, 5), ("2", 5, 5)]])
def test_few_characters_or_all_in_one_place_do_no_harm(placed):
    assert len(text_by_place(characters(*placed))) == len(placed)


def test_a_plate_that_does_not_count_makes_no_crop_of_its_picture():
    ignored = NamedBox("plate", (0, 0, 100, 50), ignored=True)
    (label,) = plates_of("a.png", (100, 50), [ignored], "").labels
    assert label.kind is LabelKind.IGNORE
