import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ensemble.vote import count_ballots, decide
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.types import Ballot, Character, PlateColour, Reading


def reading(text: str, *probabilities: float, reader: str = "crnn") -> Reading:
    chances = probabilities if len(probabilities) == len(text) else probabilities * len(text)
    return Reading(tuple(Character(c, p) for c, p in zip(text, chances, strict=True)), reader)


def ballot(char: str, probability: float, reader: str = "crnn") -> Ballot:
    return Ballot(reader, "", char, probability)


def test_a_single_reading_keeps_its_text_and_probabilities():
    verdict = decide([reading("12가3456", 0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.93)])
    assert verdict.text == "12가3456"
    assert [slot.probability for slot in verdict.slots] == pytest.approx([0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.93])
    assert verdict.confidence == pytest.approx(0.99 * 0.98 * 0.97 * 0.96 * 0.95 * 0.94 * 0.93)


def test_formats_come_from_the_grammar():
    assert "long_7" in decide([reading("12가3456", 0.9)]).formats


def test_the_look_of_the_plate_puts_its_format_first():
    verdict = decide([reading("12가3456", 0.9)], PlateColour.BLUE, aspect=4.7)
    assert (verdict.formats[0], verdict.doubts) == ("electric", ())
    assert "long_7" in verdict.formats


def test_a_colour_that_no_matching_format_has_is_doubted():
    verdict = decide([reading("서울12바3456", 0.9)], PlateColour.WHITE)
    assert [(doubt.code, dict(doubt.about)) for doubt in verdict.doubts] == [("colour_unusual", {"colour": "white"})]


def test_the_colour_of_a_text_that_fits_no_format_is_not_doubted():
    assert "colour_unusual" not in {doubt.code for doubt in decide([reading("123", 0.9)], PlateColour.NAVY).doubts}


def test_a_format_that_only_its_colour_puts_first_brings_its_doubts():
    assert decide([reading("123가4568", 0.9)]).doubts == ()
    verdict = decide([reading("123가4568", 0.9)], PlateColour.BLUE)
    assert [(doubt.code, dict(doubt.about)) for doubt in verdict.doubts] == [("unusual_format", {"format": "electric"})]


def test_an_unsure_character_is_doubted_by_place():
    doubts = decide([reading("12가3456", 0.9, 0.9, 0.4, 0.9, 0.9, 0.9, 0.9)]).doubts
    assert [(doubt.code, dict(doubt.about)) for doubt in doubts] == [
        ("low_confidence", {"char": "가", "position": "3", "percent": "40"})
    ]


def test_an_illegal_text_brings_the_doubts_of_the_grammar():
    verdict = decide([reading("12345678", 0.9)])
    assert verdict.formats == ()
    assert [doubt.code for doubt in verdict.doubts] == ["letter_missing"]


@pytest.mark.parametrize("readings", [[], [Reading((), "crnn")]])
def test_a_plate_that_nobody_could_read_is_illegible(readings):
    verdict = decide(readings)
    assert (verdict.text, verdict.confidence, verdict.slots) == ("", 0.0, ())
    assert [doubt.code for doubt in verdict.doubts] == ["illegible"]


def test_two_readers_outvote_one():
    verdict = decide([reading("12가3456", 0.9), reading("12거3456", 0.8), reading("12거3456", 0.8)])
    assert verdict.text == "12거3456"


def test_one_sure_reader_outvotes_two_unsure_ones():
    assert count_ballots([ballot("가", 0.999), ballot("거", 0.3), ballot("거", 0.3)]).char == "가"


def test_a_digit_that_most_readers_do_not_see_is_left_out():
    verdict = decide([reading("112가3456", 0.9, reader="a"), *[reading("12가3456", 0.9, reader=r) for r in "bc"]])
    assert verdict.text == "12가3456"
    assert len(verdict.slots) == 7


def test_what_was_voted_away_lowers_the_confidence():
    agreed = decide([reading("12가3456", 0.9, reader=r) for r in "abc"])
    disputed = decide([reading("112가3456", 0.9, reader="a"), *[reading("12가3456", 0.9, reader=r) for r in "bc"]])
    assert disputed.confidence < agreed.confidence


def test_every_ballot_stays_with_its_slot():
    slot = decide([reading("7", 0.9, reader="a"), reading("1", 0.4, reader="b")]).slots[0]
    assert [(b.reader, b.char) for b in slot.ballots] == [("a", "7"), ("b", "1")]


@given(st.lists(st.tuples(st.sampled_from(CHARACTERS), st.floats(0, 1)), min_size=1, max_size=6))
def test_a_slot_is_always_a_probability_for_a_character_somebody_named(votes):
    slot = count_ballots([ballot(char, p) for char, p in votes])
    assert slot.char in {char for char, _ in votes}
    assert 0 <= slot.probability <= 1


@given(st.sampled_from(CHARACTERS), st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_agreement_strengthens(char, one, other):
    assert count_ballots([ballot(char, one), ballot(char, other)]).probability > max(one, other)


def test_what_a_reading_knows_of_its_whole_text_counts_for_the_verdict() -> None:
    characters = tuple(Character(char, 0.95) for char in "12가3456")
    alone = decide([Reading(characters, "a", whole=0.9)])
    assert alone.confidence == pytest.approx(0.9, abs=1e-3)
    assert decide([Reading(characters, "a")]).confidence == pytest.approx(0.95**7, abs=1e-3)
    together = decide([Reading(characters, "a", whole=0.9), Reading(characters, "b")])
    assert 0.9 < together.confidence <= 1
