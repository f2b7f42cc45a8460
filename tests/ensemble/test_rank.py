"""Formats of a text by the look of its plate, with the examples of the notice."""

import pytest

from pipeline.ensemble.rank import has_colour, rank_formats
from pipeline.plate.grammar import parse
from pipeline.plate.types import PlateColour

WHITE, YELLOW, GREEN, BLUE, LIGHT_GREEN, ORANGE, NAVY, UNKNOWN = PlateColour
LONG, SHORT = 520 / 110, 335 / 155


def ranked(text: str, colour: PlateColour = UNKNOWN, aspect: float | None = None) -> list[str]:
    return [match.format.name for match in rank_formats(parse(text).matches, colour, aspect)]


@pytest.mark.parametrize(
    ("text", "colour", "aspect", "first"),
    [
        ("52가3108", WHITE, LONG, "long_7"),
        ("52가3108", WHITE, SHORT, "short_7"),
        ("52가3108", UNKNOWN, SHORT, "short_7"),
        ("52가3108", BLUE, LONG, "electric"),
        ("52가3108", GREEN, 335 / 170, "green_national"),
        ("123가4568", WHITE, LONG, "film_8"),
        ("123가4568", BLUE, LONG, "electric"),
        ("123가4568", LIGHT_GREEN, LONG, "corporate"),
        ("서울52바3108", YELLOW, LONG, "commercial_long"),
        ("서울39바2764", YELLOW, 335 / 170, "commercial_short"),
        ("서울12가3456", GREEN, 335 / 170, "green_regional"),
        ("서울12가4568", ORANGE, 400 / 220, "construction_old"),
        ("서울12가4568", ORANGE, LONG, "construction_old_long"),
        ("012가4568", ORANGE, LONG, "construction_new"),
        ("외교321678", NAVY, SHORT, "diplomatic_short"),
        ("임01234", WHITE, LONG, "temporary_long"),
        ("임01234", WHITE, SHORT, "temporary_short"),
    ],
)
def test_text_colour_and_aspect_name_the_format(text, colour, aspect, first):
    assert ranked(text, colour, aspect)[0] == first


@pytest.mark.parametrize("text", ["52가3108", "123가4568", "서울12가3456", "임01234"])
def test_without_looks_the_order_of_the_grammar_stays(text):
    assert ranked(text) == [match.format.name for match in parse(text).matches]


@pytest.mark.parametrize("colour", PlateColour)
@pytest.mark.parametrize("aspect", [0.2, 1.0, 2.0, 4.7, 20.0])
def test_every_match_is_kept(colour, aspect):
    assert sorted(ranked("52가3108", colour, aspect)) == sorted(ranked("52가3108"))


def test_the_colour_outweighs_a_plate_seen_from_the_side():
    assert ranked("52가3108", BLUE, 0.6 * LONG)[0] == "electric"


def test_a_little_off_in_aspect_keeps_the_likelier_of_two_like_sizes():
    assert ranked("52가3108", WHITE, 440 / 200)[:2] == ["short_7", "large_7"]


def test_no_match_stays_none():
    assert ranked("가가가", WHITE, LONG) == []


def test_an_unknown_colour_contradicts_nothing():
    (commercial, *_) = parse("서울52바3108").matches
    assert [has_colour(commercial, colour) for colour in (YELLOW, UNKNOWN, WHITE)] == [True, True, False]
