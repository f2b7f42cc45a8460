"""Holds one text against one format and says what is wrong with each part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.plate.alphabet import LETTER_SETS, REGIONS
from pipeline.plate.districts import DISTRICTS, DISTRICTS_OF
from pipeline.plate.doubts import doubt
from pipeline.plate.formats import FORMATS, Part, PlateFormat
from pipeline.plate.types import Doubt

TOLERATED = frozenset({"unusual_format", "district_elsewhere"})
"""Doubts that make a match unusual rather than none: photos show such plates."""

# How far a doubt puts a text from a format, 1 where none is named: a wrong letter says that the plate is of
# another kind, a wrong number of digits may, a number that was never issued hardly does.
_WEIGHTS = {
    "letter_missing": 9,
    "letter_unknown": 9,
    "letter_elsewhere": 9,
    "word_unknown": 9,
    "code_digits": 6,
    "serial_digits": 6,
    "unusual_format": 3,
    "code_never_issued": 2,
}

_SHAPES = {
    Part.REGION: "[^0-9]{0,2}",
    Part.DISTRICT: "[^0-9]*(?=[^0-9])",  # leaves one character to the letter
    Part.WORD: "[^0-9]*",
    Part.LETTER: "[^0-9]*",
    Part.CODE: "[0-9]*",
    Part.SERIAL: "[0-9]*",
}


def split(format: PlateFormat, text: str) -> dict[Part, str] | None:
    """``text`` cut where digits and other characters meet, however wrong; None if that does not give the parts."""
    found = _pattern(format.name).fullmatch(text)
    return {Part(name): value for name, value in found.groupdict().items()} if found else None


def diagnose(format: PlateFormat, found: dict[Part, str]) -> Iterator[Doubt]:
    """All that keeps the parts from being a usual plate of ``format``."""
    if format.unusual:
        yield doubt("unusual_format", format=format.name)
    for part, text in found.items():
        match part:
            case Part.REGION:
                yield from _doubt_region(format, text, found.get(Part.LETTER, ""))
            case Part.DISTRICT:
                yield from _doubt_district(found[Part.REGION], text)
            case Part.CODE:
                yield from _doubt_code(format, text)
            case Part.LETTER:
                yield from _doubt_letter(format, text)
            case Part.SERIAL:
                yield from _doubt_serial(format, text)
            case Part.WORD if text not in format.words:
                yield doubt("word_unknown", word=text)


def distance(doubts: tuple[Doubt, ...]) -> int:
    """How far a text with these doubts is from the format that raised them."""
    return sum(_WEIGHTS.get(doubt.code, 1) for doubt in doubts)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    format, shapes = FORMATS[name], dict(_SHAPES)
    parts = format.parts
    if parts[0] is Part.CODE:
        parts = (Part.REGION, *parts)  # where none belongs, it is found and doubted
    if Part.LETTER not in parts:
        shapes[Part.CODE] = f"[0-9]{{0,{format.codes[0].digits}}}"  # no letter parts it from the serial
    return re.compile("".join(f"(?P<{part}>{shapes[part]})" for part in parts))


def _doubt_region(format: PlateFormat, region: str, letter: str) -> Iterator[Doubt]:
    if Part.REGION not in format.parts:
        if region:
            yield doubt("region_unexpected", region=region)
    elif not region:
        yield doubt("region_missing", char=letter)
    elif region not in REGIONS:
        yield doubt("region_unknown", region=region)


def _doubt_district(region: str, district: str) -> Iterator[Doubt]:
    if not district:
        yield doubt("district_missing")
    elif district not in DISTRICTS:
        yield doubt("district_unknown", district=district)
    elif region in REGIONS and district not in DISTRICTS_OF.get(region, ()):
        yield doubt("district_elsewhere", district=district, region=region)


def _doubt_code(format: PlateFormat, code: str) -> Iterator[Doubt]:
    usual = {row.digits for row in format.codes if not row.unusual}
    row = format.codes_row(code)
    if row and row.unusual:
        yield doubt("unusual_format", format=format.name)
    elif not row and len(code) in usual:
        yield doubt("code_never_issued", code=code)
    elif not row:
        yield doubt("code_digits", found=len(code), expected=min(usual))


def _doubt_letter(format: PlateFormat, letter: str) -> Iterator[Doubt]:
    if not letter:
        yield doubt("letter_missing")
    elif not format.letters_row(letter):
        home = next((name for name, chars in LETTER_SETS.items() if letter in chars), None)
        yield doubt("letter_elsewhere", char=letter, set=home) if home else doubt("letter_unknown", char=letter)


def _doubt_serial(format: PlateFormat, serial: str) -> Iterator[Doubt]:
    if len(serial) != format.serial_length:
        yield doubt("serial_digits", found=len(serial), expected=format.serial_length)
    elif not format.serials_row(serial):
        yield doubt("serial_never_issued", serial=serial)
