"""From boxes to texts: sightings made by hand, heads made by hand, and drawn plates whose boxes are known."""

import numpy as np
import pytest

from pipeline.networks.char_yolo import INPUT_HEIGHT, INPUT_WIDTH, Sighting, prepare, sightings, spell
from pipeline.networks.ctc import choose
from pipeline.plate.alphabet import CHARACTERS
from pipeline.training.char_yolo import CharacterTask
from pipeline.training.samples import SynthSource


def classes(**shares: float) -> np.ndarray:
    spread = np.full(len(CHARACTERS), 1e-6, np.float32)
    for char, share in shares.items():
        spread[CHARACTERS.index(char.removeprefix("_"))] = share
    return spread / spread.sum()


def line(text: str, present: float = 0.98, y: float = 32.0, **unsure: dict[str, float]) -> list[Sighting]:
    """Each character of ``text`` at a place of its own; ``at3`` replaces the classes of character 3."""
    return [
        Sighting((20 + 24.0 * n, y, 20.0, 40.0), present, classes(**unsure.get(f"at{n}", {f"_{char}": 1.0})))
        for n, char in enumerate(text)
    ]


def read(found: list[Sighting]) -> tuple[str, list[float]]:
    guess = choose(spell(found, CHARACTERS))
    return guess.text, guess.probabilities


def test_boxes_in_any_order_give_the_text_with_doubled_digits() -> None:
    found = line("11가3344")
    text, probabilities = read([found[n] for n in np.random.default_rng(0).permutation(7)])
    assert text == "11가3344"
    assert min(probabilities) > 0.9


def test_two_classes_on_one_place_are_told_apart_by_the_grammar() -> None:
    text, _ = read(line("12가3456", at2={"_7": 0.6, "_가": 0.4}))
    assert text == "12가3456"


def test_a_stray_weak_box_is_left_out_where_that_makes_a_plate() -> None:
    text, _ = read([*line("12가3456"), Sighting((212.0, 32.0, 12.0, 30.0), 0.4, classes(_1=1.0))])
    assert text == "12가3456"


def test_a_weak_box_is_taken_in_where_the_plate_needs_it() -> None:
    found = line("12가3456")
    weak = Sighting(found[5].box, 0.3, found[5].classes)
    assert read([*found[:5], weak, *found[6:]])[0] == "12가3456"


def test_a_photo_may_contradict_the_grammar() -> None:
    assert read(line("12345"))[0] == "12345"


def test_no_boxes_give_an_empty_text() -> None:
    assert read([]) == ("", [])


def test_every_drawn_plate_can_be_put_together_from_its_boxes() -> None:
    """Tilted, stacked, on two lines: as the network is taught them."""
    task, source, wrong = CharacterTask(), SynthSource(77), []
    for index in range(150):
        crop = source.sample(index)
        _, targets = task.encode(crop)
        found = [
            Sighting(
                (row[1] * INPUT_WIDTH, row[2] * INPUT_HEIGHT, row[3] * INPUT_WIDTH, row[4] * INPUT_HEIGHT),
                0.95,
                classes(**{f"_{CHARACTERS[int(row[0])]}": 1.0}),
            )
            for row in targets.tolist()
        ]
        if len(found) == len(crop.text) and read(found)[0] != crop.text:
            wrong.append(crop.text)
    assert len(wrong) <= 1


def head(*boxes: tuple[float, float, float, float, str, float]) -> np.ndarray:
    """A column for each box: centre x, centre y, width, height, character, score."""
    columns = np.zeros((4 + len(CHARACTERS), len(boxes)), np.float32)
    for column, (*box, char, score) in zip(columns.T, boxes, strict=True):
        column[:4] = box
        column[4 + CHARACTERS.index(char)] = score
    return columns


def test_overlapping_boxes_are_one_character_with_several_classes() -> None:
    [found, other] = sightings(
        head(
            (30, 32, 20, 40, "3", 0.5),
            (31, 32, 20, 40, "8", 0.8),
            (31, 33, 20, 40, "8", 0.3),
            (60, 32, 20, 40, "1", 0.2),
        )
    )
    assert found.box[0] == 31
    assert CHARACTERS[int(found.classes.argmax())] == "8"
    assert 0.1 < found.classes[CHARACTERS.index("3")] < 0.4
    assert found.present > 0.9 > 0.3 > other.present


def test_what_scores_below_the_least_is_not_looked_at() -> None:
    assert sightings(head((30, 32, 20, 40, "3", 0.04))) == []
    assert len(sightings(head((30, 32, 20, 40, "3", 0.04)), least=0.01)) == 1


@pytest.mark.parametrize("size", [(1, 1), (24, 94), (3000, 2), (110, 520)])
def test_crops_of_any_size_become_pictures_of_one_size(size: tuple[int, int]) -> None:
    picture = prepare(np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8))
    assert (picture.shape, picture.dtype) == ((3, INPUT_HEIGHT, INPUT_WIDTH), np.float32)
    assert abs(float(picture.mean())) < 1e-3
