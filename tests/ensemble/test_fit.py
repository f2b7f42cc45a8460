import numpy as np
import pytest

from pipeline.ensemble.align import align
from pipeline.ensemble.evidence import weigh
from pipeline.ensemble.fit import fit_strengths
from pipeline.ensemble.strength import UNMEASURED, Strengths, company_name, load_strengths
from pipeline.ensemble.vote import decide
from pipeline.errors import WeightsMismatch
from pipeline.plate.types import Character, Reading


def plates(count: int, seed: int = 1) -> list[tuple[str, list[Reading]]]:
    """Plates read by a good reader, and by one that often takes 가 for 거 and is as sure of itself."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        letter = "가" if rng.random() < 0.5 else "거"
        truth = f"{rng.integers(10, 70)}{letter}{rng.integers(1000, 10000)}"
        digits = truth if rng.random() < 0.9 else truth[:-1] + str((int(truth[-1]) + 1) % 10)
        confused = truth.replace("거", "가") if rng.random() < 0.6 else truth
        made.append((truth, [_reading(digits, "good"), _reading(confused, "confused")]))
    return made


def _reading(text: str, reader: str) -> Reading:
    return Reading(tuple(Character(char, 0.97) for char in text), reader, "unchanged")


def exact(strengths: Strengths, known: list[tuple[str, list[Reading]]]) -> int:
    return sum(decide(readings, strengths=strengths).text == truth for truth, readings in known)


def test_a_reader_is_measured_by_character():
    strength = fit_strengths(plates(600)).readers["confused"]
    assert set(strength.confusion["가"]) == {"거"}
    assert strength.trust["가"] < strength.trust["거"]


def test_measured_readers_vote_better_than_each_of_them_and_than_unmeasured_ones():
    strengths, held_back = fit_strengths(plates(800)), plates(300, seed=2)
    together = exact(strengths, held_back)
    for place in (0, 1):
        assert together > sum(readings[place].text == truth for truth, readings in held_back)
    assert together >= exact(UNMEASURED, held_back)


def test_every_company_of_two_or_more_is_fitted():
    readers = [("a", 0.9), ("b", 0.8), ("c", 0.7)]
    known = [("12가3456", [_reading("12가3456", name) for name, _ in readers]) for _ in range(40)]
    assert set(fit_strengths(known).companies) == {"a+b", "a+c", "b+c", "a+b+c"}


def test_a_company_needs_two_readers():
    with pytest.raises(ValueError, match="two readers"):
        fit_strengths([("12가3456", [_reading("12가3456", "a")])])


def test_plates_that_nobody_read_are_no_trouble():
    silent = [Reading((), "good"), Reading((), "confused")]
    assert fit_strengths([*plates(200), ("12가3456", silent)]).readers


def test_strengths_survive_being_written_and_read():
    strengths = fit_strengths(plates(200))
    assert exact(Strengths.from_json(strengths.as_json()), plates(50, seed=3)) == exact(strengths, plates(50, seed=3))


def test_the_shipped_strengths_know_every_reader_that_runs_offline():
    strengths = load_strengths(_weights())
    assert set(strengths.readers) == {"char_yolo", "crnn", "easy_ocr", "tesseract"}
    assert strengths.company(["crnn", "char_yolo", "easy_ocr"])


def test_strengths_that_are_not_the_manifests_are_not_used(tmp_path):
    for name in ("manifest.toml", "ensemble.json"):
        (tmp_path / name).write_bytes((_weights() / name).read_bytes())
    (tmp_path / "ensemble.json").write_text("{}", encoding="utf-8")
    with pytest.raises(WeightsMismatch):
        load_strengths(tmp_path)


def test_a_company_has_one_name_whatever_the_order():
    assert company_name(["b", "a", "b"]) == "a+b"


def test_texts_are_put_together_of_what_several_readers_see():
    readings = [_reading("12가3457", "a"), _reading("17가3456", "b")]
    assert "12가3456" in weigh(readings, align(readings), UNMEASURED).texts


def _weights():
    from pipeline.config import load_config

    return load_config().weights
