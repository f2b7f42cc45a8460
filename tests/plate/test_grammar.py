import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.plate import alphabet
from pipeline.plate.doubts import sentence
from pipeline.plate.formats import FORMATS, Part, PlateFormat
from pipeline.plate.grammar import Match, parse, sample

seeds = st.integers(0, 2**32 - 1)
formats = st.sampled_from(list(FORMATS.values()))


def names(text: str) -> list[str]:
    return [match.format.name for match in parse(text).matches]


def doubts(text: str) -> dict[str, dict[str, str]]:
    """The doubts of a text that is no plate, by code."""
    parsed = parse(text)
    assert parsed.matches == ()
    assert all(sentence(doubt) for doubt in parsed.doubts)
    return {doubt.code: dict(doubt.about) for doubt in parsed.doubts}


def match_as(text: str, name: str) -> Match:
    return next(match for match in parse(text).matches if match.format.name == name)


@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda format: format.name)
@settings(max_examples=30)
@given(seed=seeds)
def test_what_a_format_draws_it_reads_back(format: PlateFormat, seed: int) -> None:
    drawn = sample(format, np.random.default_rng(seed))
    assert drawn in parse(drawn.text).matches
    assert drawn.unusual == format.unusual
    assert "".join(drawn.line_texts) == drawn.text
    assert set(drawn.text) <= set(alphabet.CHARACTERS)


@given(format=formats, seed=seeds)
def test_the_same_seed_draws_the_same_plate(format: PlateFormat, seed: int) -> None:
    assert sample(format, np.random.default_rng(seed)) == sample(format, np.random.default_rng(seed))


@given(format=formats, seed=seeds)
def test_legal_matches_come_before_unusual_ones(format: PlateFormat, seed: int) -> None:
    parsed = parse(sample(format, np.random.default_rng(seed)).text)
    assert [match.unusual for match in parsed.matches] == sorted(match.unusual for match in parsed.matches)
    assert parsed.doubts == parsed.matches[0].doubts


@given(text=st.text(alphabet=[*alphabet.CHARACTERS, "A", "?", " ", "-"], max_size=12) | st.text(max_size=12))
def test_any_text_has_a_match_or_a_doubt_in_words(text: str) -> None:
    parsed = parse(text)
    assert parsed.matches or parsed.doubts
    assert all(match.text == parsed.text for match in parsed.matches)
    assert all(sentence(doubt) for doubt in parsed.doubts)


@pytest.mark.parametrize(
    ("text", "name", "lines", "plate_class", "use"),
    [
        ("123가4568", "film_8", ["123가4568"], "car", "private"),
        ("123가4568", "painted_8", ["123가4568"], "car", "private"),
        ("123가4568", "corporate", ["123가4568"], "car", "corporate"),
        ("123하4568", "corporate", ["123하4568"], "car", "rental"),
        ("52가3108", "long_7", ["52가3108"], "car", "private"),
        ("39나2764", "short_7", ["39나2764"], "car", "private"),
        ("70가1234", "large_7", ["70가1234"], "van", "private"),
        ("52가3108", "electric", ["52가3108"], "car", "private"),
        ("52허3108", "electric", ["52허3108"], "car", "rental"),
        ("서울52바3108", "commercial_long", ["서울52바3108"], "car", "commercial"),
        ("서울39 / 바2764", "commercial_short", ["서울39", "바2764"], "car", "commercial"),
        ("서울39 / 배2764", "commercial_large", ["서울39", "배2764"], "car", "delivery"),
        ("서울12 / 가3456", "green_regional", ["서울12", "가3456"], "car", "private"),
        ("12가 / 3456", "green_national", ["12가", "3456"], "car", "private"),
        ("외교 321-678", "diplomatic_long", ["외교321678"], "diplomatic", "diplomatic"),
        ("외교 321-678", "diplomatic_short", ["외교", "321678"], "diplomatic", "diplomatic"),
        ("임01234", "temporary_long", ["임01234"], "temporary", "temporary"),
        ("임01234", "temporary_short", ["임01234"], "temporary", "temporary"),
        ("1가2 / 3456", "motorcycle_new", ["1가2", "3456"], "motorcycle", "private"),
        ("서울 관악 / 가1234", "motorcycle_old", ["서울관악", "가1234"], "motorcycle", "private"),
        ("부산 해운대 / 차1234", "motorcycle_old", ["부산해운대", "차1234"], "motorcycle", "private"),
        ("서울 중 / 가1234", "motorcycle_old", ["서울중", "가1234"], "motorcycle", "private"),
        ("012가4568", "construction_new", ["012가4568"], "construction", "private"),
        ("012가0568", "construction_new", ["012가0568"], "construction", "government"),
        ("012가6000", "construction_new", ["012가6000"], "construction", "hire"),
        ("서울 / 12가4568", "construction_old", ["서울", "12가4568"], "construction", ""),
        ("경기 / 04노7823", "construction_old", ["경기", "04노7823"], "construction", ""),
        ("서울12가4568", "construction_old_long", ["서울12가4568"], "construction", ""),
        ("서울1 / 가1234", "green_one_digit", ["서울1", "가1234"], "car", "private"),
        ("12육3456", "military", ["12육3456"], "military", "military"),
        ("998가1234", "film_8", ["998가1234"], "emergency", "private"),
    ],
)
def test_the_examples_of_the_notice(text: str, name: str, lines: list[str], plate_class: str, use: str) -> None:
    match = match_as(text, name)
    assert list(match.line_texts) == lines
    assert (match.plate_class, match.use) == (plate_class, use)
    assert match.unusual == (name == "green_one_digit")


def test_parts_say_what_stands_where() -> None:
    parts = match_as("서울39 / 바2764", "commercial_short").parts
    assert [(p.part, p.text, p.line) for p in parts] == [
        (Part.REGION, "서울", 0),
        (Part.CODE, "39", 0),
        (Part.LETTER, "바", 1),
        (Part.SERIAL, "2764", 1),
    ]


def test_a_seven_character_text_alone_leaves_five_formats() -> None:
    assert names("52가3108") == ["long_7", "short_7", "large_7", "electric", "green_national"]


def test_a_region_before_a_private_letter_is_a_car_only_in_green() -> None:
    assert {m.format.name for m in parse("서울12가3456").matches if m.plate_class == "car"} == {"green_regional"}
    assert "region_unexpected" in doubts("서울123가3456")
    assert doubts("서울52허3108") == {"region_unexpected": {"region": "서울"}}


def test_commercial_plates_never_got_three_digits() -> None:
    assert doubts("서울123바4567") == {"code_digits": {"found": "3", "expected": "2"}}


def test_a_commercial_letter_asks_for_its_region() -> None:
    assert doubts("52바3108") == {"region_missing": {"char": "바"}}


def test_an_electric_plate_of_eight_characters_is_unusual_and_kept() -> None:
    match = match_as("123가4568", "electric")
    assert match.unusual
    assert parse("123가4568").doubts == ()


def test_one_digit_green_plates_are_kept_and_doubted() -> None:
    parsed = parse("서울1가1234")
    assert [doubt.code for doubt in parsed.doubts] == ["unusual_format"]
    assert names("서울1가1234") == ["green_one_digit"]


def test_a_district_of_another_region_is_unusual() -> None:
    parsed = parse("서울 해운대 가1234")
    assert parsed.matches[0].unusual
    assert [doubt.code for doubt in parsed.doubts] == ["district_elsewhere"]


@pytest.mark.parametrize(
    ("text", "code", "about"),
    [
        ("", "illegible", {}),
        ("523108", "letter_missing", {}),
        ("서울", "digits_missing", {}),
        ("00가1234", "code_never_issued", {"code": "00"}),
        ("서울00바1234", "code_never_issued", {"code": "00"}),
        ("012가0000", "serial_never_issued", {"serial": "0000"}),
        ("52A3108", "letter_unknown", {"char": "A"}),
        ("52가나3108", "letter_unknown", {"char": "가나"}),
        ("52차3108", "letter_elsewhere", {"char": "차", "set": "motorcycle"}),
        ("123육4567", "code_digits", {"found": "3", "expected": "2"}),
        ("52가310", "serial_digits", {"found": "3", "expected": "4"}),
        ("52가31089", "serial_digits", {"found": "5", "expected": "4"}),
        ("임1234", "serial_digits", {"found": "4", "expected": "5"}),
        ("외국321678", "word_unknown", {"word": "외국"}),
        ("서욱52바3108", "region_unknown", {"region": "서욱"}),
        ("서울관각가1234", "district_unknown", {"district": "관각"}),
        ("서울가1234", "district_missing", {}),
        ("1234가5678", "code_digits", {"found": "4", "expected": "3"}),
        ("52가31가08", "no_format", {}),
    ],
)
def test_an_illegal_text_says_why(text: str, code: str, about: dict[str, str]) -> None:
    assert doubts(text) == {code: about}


def test_every_real_plate_is_legal(shared: Path) -> None:
    with (shared / "data" / "real" / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = {row["plate_text"] for row in csv.DictReader(file)} - {""}
    assert {text for text in texts if parse(text).doubts} == set()
