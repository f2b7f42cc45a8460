from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.hardness import Evidence, Hardness, hardness
from pipeline.analysis.known import KnownTexts
from pipeline.plate.doubts import doubt, sentence
from pipeline.plate.grammar import parse
from pipeline.plate.types import Character, Doubt, Reading


def reading(text: str, probability: float = 0.9) -> Reading:
    return Reading(tuple(Character(char, probability) for char in text), "crnn")


def seen(text: str = "12가3456", confidence: float = 0.9, **changes: object) -> Evidence:
    parsed = parse(text)
    values = {
        "formats": tuple(match.format.name for match in parsed.matches),
        "doubts": parsed.doubts,
        "hints": (),
        "readings": (reading(text),),
        "lines": 1,
    }
    return Evidence(text, confidence, **(values | changes))  # type: ignore[arg-type]


def codes(made: Hardness) -> list[str]:
    return [reason.code for reason in made.reasons]


def test_a_sure_plate_without_doubts_is_easy() -> None:
    made = hardness(seen(confidence=0.999))
    assert made.score < 0.03
    assert made.reasons == ()


def test_an_illegible_plate_is_as_hard_as_can_be() -> None:
    made = hardness(seen("", 0.0, readings=()))
    assert made.score == 1.0
    assert codes(made) == ["illegible"]


def test_what_nobody_can_read_is_not_worth_an_answer() -> None:
    blurred = hardness(seen("", 0.0, hints=(doubt("out_of_focus"), doubt("too_small", height_px=9))))
    assert blurred.error == 1.0
    assert blurred.score == pytest.approx(0.25)
    assert codes(blurred) == ["illegible", "out_of_focus", "too_small"]


def test_with_confidence_alone_the_score_is_nearly_the_probability_of_an_error() -> None:
    assert hardness(seen(confidence=0.7)).score == pytest.approx(0.3, abs=0.02)
    assert codes(hardness(seen(confidence=0.7))) == ["uncertain"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"doubts": (doubt("colour_unusual", colour="green"),)}, "colour_unusual"),
        ({"readings": (reading("12가3456"), reading("12나3456"))}, "readers_disagree"),
        ({"failures": 1}, "reader_failed"),
    ],
)
def test_what_speaks_against_a_verdict_makes_it_harder(changes: dict[str, object], code: str) -> None:
    calm, made = hardness(seen(confidence=0.95)), hardness(seen(confidence=0.95, **changes))
    assert made.score > calm.score
    assert codes(made)[0] == code


def test_a_text_of_no_format_is_harder_and_says_why_once() -> None:
    odd = hardness(seen("1234567", 0.95))
    assert odd.score > hardness(seen(confidence=0.95)).score
    assert "letter_missing" in codes(odd)
    assert "4" not in odd.likeness
    twice = hardness(seen("12가3456", 0.95, doubts=(doubt("letter_unknown", char="뷁"), doubt("no_format"))))
    assert twice.error == odd.error


def test_a_near_miss_names_the_known_plate() -> None:
    made = hardness(seen(), beside="12가3466")
    assert made.score > hardness(seen()).score
    assert "12가3466" in sentence(made.reasons[0])


def test_a_guess_is_a_reason_that_the_confidence_has_weighed_already() -> None:
    made = hardness(seen(confidence=0.6, doubts=(doubt("abstains", percent=60, least=90),)))
    assert made.score == pytest.approx(0.4, abs=0.02)
    assert codes(made) == ["abstains"]


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_less_confidence_never_makes_a_plate_easier(one: float, other: float, contradicted: bool) -> None:
    doubts = (doubt("colour_unusual", colour="green"),) if contradicted else ()
    low, high = (hardness(seen(confidence=c, doubts=doubts)) for c in sorted((one, other)))
    assert 0.0 <= high.score <= low.score <= 1.0


def test_plates_of_one_kind_are_alike_whatever_stands_on_them() -> None:
    green = (doubt("colour_unusual", colour="green"),)
    first, second = hardness(seen("12가3456", doubts=green)), hardness(seen("98나7654", doubts=green))
    assert first.likeness == second.likeness
    assert hardness(seen("12가3456")).likeness != first.likeness
    assert hardness(seen("12가3456", doubts=green, lines=0)).likeness != first.likeness


@pytest.mark.parametrize("near", ["12가3457", "2가3456", "12가34556", "12가456", "112가3456"])
def test_one_character_beside_a_known_text_is_found(near: str) -> None:
    assert KnownTexts(["98나7654", "12가3456"]).beside(near) == "12가3456"


@pytest.mark.parametrize("far", ["12가3456", "", "12가3465", "21나3456", "가3456"])
def test_a_known_text_and_what_lies_farther_is_beside_nothing(far: str) -> None:
    assert KnownTexts(["12가3456", ""]).beside(far) == ""


def test_every_reason_has_a_sentence() -> None:
    made = hardness(seen("1234", 0.3, failures=2, readings=(reading("1234"), reading("12가4"))), beside="123가4")
    assert all(isinstance(reason, Doubt) and sentence(reason) for reason in made.reasons)
