"""Every character that can stand on a plate, and the sets they come in."""

from __future__ import annotations

import unicodedata
from itertools import chain

from pipeline.plate.districts import DISTRICTS

DIGITS: tuple[str, ...] = tuple("0123456789")
PRIVATE: tuple[str, ...] = tuple("가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주")
COMMERCIAL: tuple[str, ...] = tuple("바사아자배")  # 배: parcel delivery
RENTAL: tuple[str, ...] = tuple("하허호")
MOTORCYCLE_OLD: tuple[str, ...] = tuple("가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허")
MILITARY: tuple[str, ...] = tuple("육해공국합")
TEMPORARY: tuple[str, ...] = ("임",)
DIPLOMATIC_WORDS: tuple[str, ...] = ("외교", "영사", "준외", "준영", "국기", "협정", "대표")
REGIONS: tuple[str, ...] = (
    *("서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종"),
    *("경기", "강원", "충북", "충남", "전북", "전남", "경북", "경남", "제주"),
)

LETTER_SETS: dict[str, tuple[str, ...]] = {
    "private": PRIVATE,
    "commercial": COMMERCIAL,
    "rental": RENTAL,
    "motorcycle": MOTORCYCLE_OLD,
    "military": MILITARY,
    "temporary": TEMPORARY,
}

CHARACTERS: tuple[str, ...] = tuple(
    dict.fromkeys(chain(DIGITS, *LETTER_SETS.values(), "".join(DIPLOMATIC_WORDS), "".join(REGIONS), "".join(DISTRICTS)))
)
"""Digits, letters, then syllables of words, regions and districts, each where it first comes.

A reader's output classes follow this order, so its weights fit only the order they were trained with.
"""

_SEPARATOR_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Pd", "Cc", "Cf"})
_SEPARATORS = frozenset("/|_.,:·ㆍ・\N{MINUS SIGN}")


def normalise(text: str) -> str:
    """``text`` as plates are compared: NFC, without separators, full-width digits as plain ones.

    Anything else that does not belong on a plate stays, so that it can be doubted.
    """
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFC", text)
        if char not in _SEPARATORS and unicodedata.category(char) not in _SEPARATOR_CATEGORIES
    )
