import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ensemble.strength import Company, Strength, Strengths
from pipeline.ensemble.vote import decide
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.types import Character, PlateColour, Reading


def reading(text: str, *probabilities: float, reader: str = "crnn") -> Reading:
    chances = probabilities if len(probabilities) == len(text) else probabilities * len(text)
    return Reading(tuple(Character(c, p) for c, p in zip(text, chances, strict=True)), reader)


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
    verdict = decide([reading("12가3456", 0.9, reader="a"), *[reading("12거3456", 0.8, reader=r) for r in "bc"]])
    assert verdict.text == "12거3456"


def test_one_sure_reader_outvotes_two_unsure_ones():
    verdict = decide([reading("12가3456", 0.999, reader="a"), *[reading("12거3456", 0.3, reader=r) for r in "bc"]])
    assert verdict.text == "12가3456"


def test_a_digit_that_most_readers_do_not_see_is_left_out():
    verdict = decide([reading("112가3456", 0.9, reader="a"), *[reading("12가3456", 0.9, reader=r) for r in "bc"]])
    assert verdict.text == "12가3456"
    assert len(verdict.slots) == 7


def test_what_was_voted_away_lowers_the_confidence():
    agreed = decide([reading("12가3456", 0.9, reader=r) for r in "abc"])
    disputed = decide([reading("112가3456", 0.9, reader="a"), *[reading("12가3456", 0.9, reader=r) for r in "bc"]])
    assert disputed.confidence < agreed.confidence


def test_every_ballot_stays_with_its_slot():
    slots = decide([reading("12가3457", 0.9, reader="a"), reading("12가3451", 0.4, reader="b")]).slots
    assert [(b.reader, b.char) for b in slots[-1].ballots] == [("a", "7"), ("b", "1")]


def test_each_reader_contributes_what_it_reads_better():
    one = reading("12가3456", 0.99, 0.99, 0.99, 0.99, 0.99, 0.4, 0.3, reader="a")
    other = reading("17거3478", 0.9, 0.3, 0.4, 0.99, 0.99, 0.99, 0.99, reader="b")
    assert decide([one, other]).text == "12가3478"


def test_a_text_that_no_plate_bears_gives_way_to_one_that_some_plate_does():
    verdict = decide([reading("12345678", 0.6, reader="a"), reading("12가34567", 0.6, reader="b")])
    assert "long_7" in verdict.formats


def test_a_text_that_one_reader_names_second_wins_when_another_reads_it():
    unsure = Reading(tuple(Character(c, 0.9) for c in "12가3456"), "a", whole=0.5, alternatives=(("12가3466", 0.45),))
    verdict = decide([unsure, reading("12가3466", 0.95, reader="b")])
    assert verdict.text == "12가3466"
    assert verdict.alternatives[0][0] == "12가3456"


def test_a_nearly_even_slot_is_told_as_a_tie():
    verdict = decide([reading("12가3456", 0.8, reader="a"), reading("12거3456", 0.8, reader="b")])
    ties = [dict(doubt.about) for doubt in verdict.doubts if doubt.code == "tie"]
    assert ties == [{"char": "가", "other": "거", "position": "3"}]


def test_a_reading_that_a_person_takes_out_has_no_vote():
    readings = [reading("12가3456", 0.9, reader="a"), *[reading("12거3456", 0.8, reader=r) for r in "bc"]]
    assert decide(readings, emphasis={("b", ""): 0.0, ("c", ""): 0.0}).text == "12가3456"


def test_a_reading_that_a_person_emphasises_counts_for_more():
    readings = [reading("12가3456", 0.8, reader="a"), reading("12거3456", 0.81, reader="b")]
    assert decide(readings).text == "12거3456"
    assert decide(readings, emphasis={("a", ""): 2.0}).text == "12가3456"


def test_readings_of_one_reader_share_its_weight():
    def enhanced(text: str, enhancer: str) -> Reading:
        return Reading(tuple(Character(c, 0.8) for c in text), "a", enhancer)

    same = [enhanced("12거3456", name) for name in ("unchanged", "contrast", "deblur")]
    assert decide([*same, reading("12가3456", 0.95, reader="b")]).text == "12가3456"


def test_a_reader_that_often_takes_a_for_b_is_believed_less_when_it_says_b():
    confused = Strength(trust={"거": -3.0}, confusion={"거": {"가": 200}})
    readings = [reading("12거3456", 0.85, reader="a"), reading("12가3456", 0.8, reader="b")]
    assert decide(readings).text == "12거3456"
    assert decide(readings, strengths=Strengths({"a": confused})).text == "12가3456"


def test_a_measured_company_says_when_to_abstain():
    company = Company({"a": 1.0, "b": 1.0}, {"a": 0.0, "b": 0.0}, sure_from=0.999)
    readings = [reading("12가3456", 0.6, reader="a"), reading("12가3457", 0.5, reader="b")]
    doubts = decide(readings, strengths=Strengths(companies={"a+b": company})).doubts
    assert "abstains" in {doubt.code for doubt in doubts}


def test_a_character_of_no_plate_beside_a_reading_without_it_leaves_every_probability_a_number():
    company = Company({"a": 1.0, "b": 1.0}, {"a": 0.0, "b": 0.0})
    readings = [reading("12가3456", 0.9, reader="a"), reading("12가3456Q", 0.95, reader="b")]
    verdict = decide(readings, strengths=Strengths(companies={"a+b": company}))
    assert verdict.text == "12가3456"
    assert 0 < verdict.confidence <= 1


@given(
    st.lists(
        st.tuples(st.text(st.sampled_from((*CHARACTERS, "Q")), max_size=9), st.floats(0, 1)), min_size=1, max_size=5
    )
)
def test_whatever_was_read_the_verdict_is_a_text_with_probabilities(votes):
    verdict = decide([reading(text, p, reader=f"reader {n}") for n, (text, p) in enumerate(votes)])
    assert verdict.text == "".join(slot.char for slot in verdict.slots)
    assert all(0 <= slot.probability <= 1 for slot in verdict.slots)
    assert 0 <= verdict.confidence <= 1


@given(st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_agreement_strengthens(one, other):
    alone = max(reading("12가3456", p).confidence for p in (one, other))
    together = decide([reading("12가3456", one, reader="a"), reading("12가3456", other, reader="b")])
    assert together.confidence > alone


def test_what_a_reading_knows_of_its_whole_text_counts_for_the_verdict() -> None:
    characters = tuple(Character(char, 0.95) for char in "12가3456")
    assert decide([Reading(characters, "a", whole=0.9)]).confidence == pytest.approx(0.9)
    assert decide([Reading(characters, "a")]).confidence == pytest.approx(0.95**7)
