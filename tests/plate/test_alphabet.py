import unicodedata

import pytest

from pipeline.plate import alphabet
from pipeline.plate.alphabet import CHARACTERS, normalise
from pipeline.plate.districts import DISTRICTS, DISTRICTS_OF


def test_every_character_is_one_nfc_code_point_and_stands_once() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS)
    assert all(len(char) == 1 and unicodedata.normalize("NFC", char) == char for char in CHARACTERS)


def test_characters_begin_with_digits_and_then_letters() -> None:
    assert CHARACTERS[:10] == tuple("0123456789")
    assert CHARACTERS[10:42] == alphabet.PRIVATE


def test_the_sets_have_the_sizes_of_the_notice() -> None:
    assert len(alphabet.PRIVATE) == 32
    assert len(alphabet.MOTORCYCLE_OLD) == 28
    assert len(alphabet.REGIONS) == 17
    assert len(alphabet.DIPLOMATIC_WORDS) == 7


def test_private_commercial_and_rental_letters_are_never_shared() -> None:
    sets = [set(alphabet.PRIVATE), set(alphabet.COMMERCIAL), set(alphabet.RENTAL), set(alphabet.MILITARY)]
    assert len(set().union(*sets)) == sum(map(len, sets))


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("52가 3108", "52가3108"),
        ("외교 321-678", "외교321678"),
        ("서울39 / 바2764", "서울39바2764"),
        ("서울·39\n바\t2764", "서울39바2764"),
        ("５２가３１０８", "52가3108"),
        (unicodedata.normalize("NFD", "52가3108"), "52가3108"),
        ("\N{ZERO WIDTH SPACE}52가–3108\N{NO-BREAK SPACE}", "52가3108"),
        ("52가31?8", "52가31?8"),
        ("", ""),
    ],
)
def test_normalising_drops_separators_and_nothing_else(written: str, compared: str) -> None:
    assert normalise(written) == compared
    assert normalise(compared) == compared


def test_districts_have_one_to_three_syllables_and_lie_in_a_known_region() -> None:
    assert set(DISTRICTS_OF) <= set(alphabet.REGIONS)
    assert all(1 <= len(name) <= 3 for name in DISTRICTS)
    assert {"관악", "서초", "강남", "해운대", "수원", "성남"} <= set(DISTRICTS)
    assert 180 <= len(DISTRICTS) <= 260
