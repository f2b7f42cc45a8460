"""Reads a plate's text by the formats, and draws legal texts from them.

Each format splits a text at the changes between digits and other characters and says what is wrong with
each part. A text that gives no cause matches; the doubts of the closest format explain a text that matches none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from pipeline.plate.alphabet import LETTER_SETS, REGIONS, normalise
from pipeline.plate.districts import DISTRICTS, DISTRICTS_OF
from pipeline.plate.formats import FORMATS, Codes, Letters, Part, PlateFormat, Serials
from pipeline.plate.types import Doubt

__all__ = ["FORMATS", "Match", "Parse", "Part", "PartText", "PlateFormat", "parse", "sample"]


@dataclass(frozen=True, slots=True)
class PartText:
    """What stands in one place of a plate; ``line`` is 0 for the upper or only one."""

    part: Part
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Match:
    """A text seen as a plate of one format.

    ``plate_class`` is car, van, truck, special, emergency, construction, motorcycle, diplomatic, military or
    temporary; ``use`` is private, rental, corporate, commercial, delivery, government, hire, … or "" where the
    text does not tell. ``doubts`` say what the notice does not have but photos show.
    """

    format: PlateFormat
    parts: tuple[PartText, ...]
    plate_class: str
    use: str
    doubts: tuple[Doubt, ...] = ()

    @property
    def unusual(self) -> bool:
        return bool(self.doubts)

    @property
    def text(self) -> str:
        """All parts joined, without spaces and hyphens."""
        return "".join(part.text for part in self.parts)

    @property
    def line_texts(self) -> tuple[str, ...]:
        return tuple(
            "".join(part.text for part in self.parts if part.line == line) for line in range(len(self.format.lines))
        )


@dataclass(frozen=True, slots=True)
class Parse:
    """A normalised text with the formats it fits (legal ones first, then the likelier) and what is odd about it."""

    text: str
    matches: tuple[Match, ...]
    doubts: tuple[Doubt, ...]


def parse(text: str) -> Parse:
    """Every format that ``text`` fits. No format: no matches, and doubts that say why."""
    text = normalise(text)
    if obvious := _obvious(text):
        return Parse(text, (), (obvious,))
    matches: list[Match] = []
    misses: list[tuple[Doubt, ...]] = []
    for format in FORMATS.values():
        if found := _split(format, text):
            doubts = tuple(_doubts(format, found))
            if all(doubt.code in _TOLERATED for doubt in doubts):
                matches.append(_match(format, found, doubts))
            else:
                misses.append(doubts)
    if matches:
        matches.sort(key=lambda match: match.unusual)
        return Parse(text, tuple(matches), matches[0].doubts)
    return Parse(text, (), min(misses, key=_distance, default=(Doubt("no_format"),)))


def sample(format: PlateFormat, rng: np.random.Generator) -> Match:
    """A legal plate of ``format``, every choice of each part equally likely."""
    codes = [row for row in format.codes if not row.unusual]
    regions = tuple(DISTRICTS_OF) if _has(format, Part.DISTRICT) else REGIONS
    found: dict[Part, str] = {}
    for part in _order(format):
        match part:
            case Part.REGION:
                found[part] = _pick(regions, rng)
            case Part.DISTRICT:
                found[part] = _pick(DISTRICTS_OF[found[Part.REGION]], rng)
            case Part.WORD:
                found[part] = _pick(format.words, rng)
            case Part.LETTER:
                found[part] = _pick(tuple(char for row in format.letters for char in row.chars), rng)
            case Part.CODE:
                found[part] = f"{_pick_number(codes, rng):0{codes[0].digits}}"
            case Part.SERIAL:
                found[part] = f"{_pick_number(format.serials, rng):0{sum(format.serial_digits)}}"
    return _match(format, found, tuple(_doubts(format, found)))


# Seen on photos, so they make a match unusual rather than none.
_TOLERATED = frozenset({"unusual_format", "district_elsewhere"})

# How far a doubt puts a text from a format, 1 where none is named: a wrong letter says that the plate is of
# another kind, a wrong number of digits may, a number that was never issued hardly does.
_WEIGHTS = {
    "letter_missing": 9,
    "letter_unknown": 9,
    "letter_elsewhere": 9,
    "word_unknown": 9,
    "code_digits": 3,
    "serial_digits": 3,
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


def _pick(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _pick_number(rows: Sequence[Codes | Serials], rng: np.random.Generator) -> int:
    """A number out of all that the rows hold, as if they were one range."""
    nth = int(rng.integers(sum(row.last - row.first + 1 for row in rows)))
    for row in rows:
        if nth <= row.last - row.first:
            break
        nth -= row.last - row.first + 1
    return row.first + nth


def _order(format: PlateFormat) -> tuple[Part, ...]:
    """The parts as the text has them; a serial that goes on in the next line stands once."""
    return tuple(dict.fromkeys(part for line in format.lines for part in line))


def _has(format: PlateFormat, part: Part) -> bool:
    return any(part in line for line in format.lines)


def _distance(doubts: tuple[Doubt, ...]) -> int:
    return sum(_WEIGHTS.get(doubt.code, 1) for doubt in doubts)


def _obvious(text: str) -> Doubt | None:
    if not text:
        return Doubt("illegible")
    if text.isdecimal():
        return Doubt("letter_missing")
    return None if any(char.isdecimal() for char in text) else Doubt("digits_missing")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    format, shapes = FORMATS[name], dict(_SHAPES)
    order = _order(format)
    if order[0] is Part.CODE:
        order = (Part.REGION, *order)  # where none belongs, it is found and doubted
    if Part.LETTER not in order:
        shapes[Part.CODE] = f"[0-9]{{0,{format.codes[0].digits}}}"  # no letter parts it from the serial
    return re.compile("".join(f"(?P<{part}>{shapes[part]})" for part in order))


def _split(format: PlateFormat, text: str) -> dict[Part, str] | None:
    found = _pattern(format.name).fullmatch(text)
    return {Part(name): value for name, value in found.groupdict().items()} if found else None


def _codes(format: PlateFormat, code: str) -> Codes | None:
    rows = (row for row in format.codes if row.digits == len(code) and row.first <= int(code) <= row.last)
    return next(rows, None)


def _letters(format: PlateFormat, letter: str) -> Letters | None:
    return next((row for row in format.letters if letter in row.chars), None)


def _serials(format: PlateFormat, serial: str) -> Serials | None:
    return next((row for row in format.serials if row.first <= int(serial) <= row.last), None)


def _doubts(format: PlateFormat, found: dict[Part, str]) -> Iterator[Doubt]:
    if format.unusual:
        yield Doubt("unusual_format", (("format", format.name),))
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
                yield Doubt("word_unknown", (("word", text),))


def _doubt_region(format: PlateFormat, region: str, letter: str) -> Iterator[Doubt]:
    if not _has(format, Part.REGION):
        if region:
            yield Doubt("region_unexpected", (("region", region),))
    elif not region:
        yield Doubt("region_missing", (("char", letter),))
    elif region not in REGIONS:
        yield Doubt("region_unknown", (("region", region),))


def _doubt_district(region: str, district: str) -> Iterator[Doubt]:
    if not district:
        yield Doubt("district_missing")
    elif district not in DISTRICTS:
        yield Doubt("district_unknown", (("district", district),))
    elif district not in DISTRICTS_OF.get(region, ()):
        yield Doubt("district_elsewhere", (("district", district), ("region", region)))


def _doubt_code(format: PlateFormat, code: str) -> Iterator[Doubt]:
    lengths = sorted({row.digits for row in format.codes if not row.unusual})
    row = _codes(format, code) if code else None
    if row and row.unusual:
        yield Doubt("unusual_format", (("format", format.name),))
    elif not row and len(code) in lengths:
        yield Doubt("code_never_issued", (("code", code),))
    elif not row:
        yield Doubt("code_digits", (("found", str(len(code))), ("expected", str(lengths[0]))))


def _doubt_letter(format: PlateFormat, letter: str) -> Iterator[Doubt]:
    if not letter:
        yield Doubt("letter_missing")
    elif not _letters(format, letter):
        home = next((name for name, chars in LETTER_SETS.items() if letter in chars), None)
        about = ("char", letter)
        yield Doubt("letter_elsewhere", (about, ("set", home))) if home else Doubt("letter_unknown", (about,))


def _doubt_serial(format: PlateFormat, serial: str) -> Iterator[Doubt]:
    expected = sum(format.serial_digits)
    if len(serial) != expected:
        yield Doubt("serial_digits", (("found", str(len(serial))), ("expected", str(expected))))
    elif not _serials(format, serial):
        yield Doubt("serial_never_issued", (("serial", serial),))


def _match(format: PlateFormat, found: dict[Part, str], doubts: tuple[Doubt, ...]) -> Match:
    codes = _codes(format, found[Part.CODE]) if Part.CODE in found else None
    letters = _letters(format, found[Part.LETTER]) if Part.LETTER in found else None
    serials = _serials(format, found[Part.SERIAL])
    return Match(
        format,
        tuple(_placed(format, found)),
        plate_class=codes.plate_class if codes else format.plate_class,
        use=(serials.use if serials else "") or (letters.use if letters else ""),
        doubts=doubts,
    )


def _placed(format: PlateFormat, found: dict[Part, str]) -> Iterator[PartText]:
    """The parts where they stand, a serial divided among its places."""
    digits = iter(found[Part.SERIAL])
    counts = iter(format.serial_digits)
    for line, parts in enumerate(format.lines):
        for part in parts:
            text = "".join(next(digits) for _ in range(next(counts))) if part is Part.SERIAL else found[part]
            yield PartText(part, text, line)
