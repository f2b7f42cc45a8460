"""Every plate format as data, likeliest first.

Source: the national notice on plates (제2025-121호, Articles 5–6 and Annexes 1–18); what comes from press or
encyclopaedia articles only is marked (2nd). Sizes in millimetres, dates as year-month.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.plate import alphabet
from pipeline.plate.types import PlateColour


class Part(StrEnum):
    REGION = "region"
    DISTRICT = "district"
    CODE = "code"
    """The first digits: the class of vehicle, or a diplomat's country."""
    LETTER = "letter"
    SERIAL = "serial"
    WORD = "word"
    """A diplomatic word, such as 외교."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A set of letters and the use they stand for; "" where they do not tell."""

    chars: tuple[str, ...]
    use: str


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes ``first``…``last``, written with ``digits`` digits, and the class they stand for.

    ``unusual`` codes are seen on photos, but the notice does not have them.
    """

    digits: int
    first: int
    last: int
    plate_class: str
    since: str = ""
    unusual: bool = False


@dataclass(frozen=True, slots=True)
class Serials:
    """The serials ``first``…``last``, and the use they stand for where they tell one."""

    first: int
    last: int
    use: str = ""


@dataclass(frozen=True, slots=True)
class PlateFormat:
    """One format: where its parts stand, and what may stand in each.

    ``sizes_mm`` are (width, height); of sizes and colours (of the background) the first is the usual one.
    ``serial_digits`` holds one count for each place of ``lines`` where SERIAL stands.
    """

    name: str
    lines: tuple[tuple[Part, ...], ...]
    sizes_mm: tuple[tuple[int, int], ...]
    colours: tuple[PlateColour, ...]
    letters: tuple[Letters, ...] = ()
    words: tuple[str, ...] = ()
    codes: tuple[Codes, ...] = ()
    serial_digits: tuple[int, ...] = (4,)
    serials: tuple[Serials, ...] = (Serials(0, 9999),)
    plate_class: str = ""
    """The class where no code tells it."""
    since: str = ""
    until: str = ""
    unusual: bool = False
    """Seen, but doubtful as a whole."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """As the text has them; a serial that goes on in the next line stands once."""
        return tuple(dict.fromkeys(part for line in self.lines for part in line))

    @property
    def serial_length(self) -> int:
        return sum(self.serial_digits)

    def codes_row(self, code: str) -> Codes | None:
        """The row that holds ``code``, None where it was never issued."""
        rows = (row for row in self.codes if row.digits == len(code) and row.first <= int(code) <= row.last)
        return next(rows, None)

    def letters_row(self, letter: str) -> Letters | None:
        return next((row for row in self.letters if letter in row.chars), None)

    def serials_row(self, serial: str) -> Serials | None:
        """The row that holds ``serial``, all of whose digits are there."""
        return next((row for row in self.serials if row.first <= int(serial) <= row.last), None)


_PRIVATE = Letters(alphabet.PRIVATE, "private")
_RENTAL = Letters(alphabet.RENTAL, "rental")
_OWN = (_PRIVATE, _RENTAL)
_HIRED = (
    Letters(tuple(c for c in alphabet.COMMERCIAL if c != "배"), "commercial"),
    Letters(("배",), "delivery"),
)

_TWO_DIGITS = (
    Codes(2, 1, 69, "car"),
    Codes(2, 70, 79, "van"),
    Codes(2, 80, 97, "truck"),
    Codes(2, 98, 99, "special"),
)
_THREE_DIGITS = (
    Codes(3, 100, 699, "car", since="2019-09"),
    Codes(3, 700, 799, "van", since="2021-11"),
    Codes(3, 800, 979, "truck", since="2021-11"),
    Codes(3, 980, 997, "special", since="2021-11"),
    Codes(3, 998, 999, "emergency", since="2021-11"),
)
_THREE_DIGITS_SEEN = tuple(Codes(c.digits, c.first, c.last, c.plate_class, c.since, True) for c in _THREE_DIGITS)
# By the first digit of the two-digit codes; the source for one digit is still to be verified.
_ONE_DIGIT = (Codes(1, 1, 6, "car"), Codes(1, 7, 7, "van"), Codes(1, 8, 8, "truck"), Codes(1, 9, 9, "special"))
_MACHINE_SERIALS = (Serials(1, 999, "government"), Serials(1000, 5999, "private"), Serials(6000, 9999, "hire"))

_WHITE, _YELLOW, _GREEN = (PlateColour.WHITE,), (PlateColour.YELLOW,), (PlateColour.GREEN,)
_NAVY, _MACHINE = (PlateColour.NAVY,), (PlateColour.ORANGE, PlateColour.WHITE)

_NUMBER = (Part.CODE, Part.LETTER, Part.SERIAL)
_ONE_LINE = (_NUMBER,)
_REGION_ONE_LINE = ((Part.REGION, *_NUMBER),)
_REGION_CODE_ABOVE = ((Part.REGION, Part.CODE), (Part.LETTER, Part.SERIAL))
_REGION_ABOVE = ((Part.REGION,), _NUMBER)
_LETTER_SERIAL = ((Part.LETTER, Part.SERIAL),)

_LONG, _SHORT, _TALL, _BIG = (520, 110), (335, 155), (335, 170), (440, 220)

_ALL = (
    PlateFormat("film_8", _ONE_LINE, (_LONG,), _WHITE, _OWN, codes=_THREE_DIGITS, since="2020-07"),
    PlateFormat("painted_8", _ONE_LINE, (_LONG,), _WHITE, _OWN, codes=_THREE_DIGITS, since="2019-09"),
    PlateFormat("long_7", _ONE_LINE, (_LONG,), _WHITE, _OWN, codes=_TWO_DIGITS, since="2006", until="2021"),
    PlateFormat("short_7", _ONE_LINE, (_SHORT,), _WHITE, _OWN, codes=_TWO_DIGITS),
    PlateFormat("large_7", _ONE_LINE, ((440, 200),), _WHITE, (_PRIVATE,), codes=_TWO_DIGITS),
    PlateFormat("electric", _ONE_LINE, (_LONG,), (PlateColour.BLUE,), _OWN, codes=_TWO_DIGITS + _THREE_DIGITS_SEEN),
    PlateFormat(
        "corporate",
        _ONE_LINE,
        (_LONG,),
        (PlateColour.LIGHT_GREEN,),
        (Letters(alphabet.PRIVATE, "corporate"), _RENTAL),
        codes=_THREE_DIGITS,
        since="2024-01",
    ),
    PlateFormat("commercial_long", _REGION_ONE_LINE, (_LONG,), _YELLOW, _HIRED, codes=_TWO_DIGITS),
    PlateFormat("commercial_short", _REGION_CODE_ABOVE, (_TALL,), _YELLOW, _HIRED, codes=_TWO_DIGITS),
    PlateFormat("commercial_large", _REGION_CODE_ABOVE, (_BIG,), _YELLOW, _HIRED, codes=_TWO_DIGITS),
    PlateFormat(
        "green_regional",
        _REGION_CODE_ABOVE,
        (_TALL, _BIG),
        _GREEN,
        (_PRIVATE,),
        codes=_TWO_DIGITS,
        since="1973",
        until="2003",
    ),
    PlateFormat(
        "green_national",
        ((Part.CODE, Part.LETTER), (Part.SERIAL,)),
        (_TALL,),
        _GREEN,
        (_PRIVATE,),
        codes=_TWO_DIGITS,
        since="2004",
        until="2006",
    ),
    PlateFormat(
        "construction_new",
        _ONE_LINE,
        (_LONG,),
        _MACHINE,
        (_PRIVATE,),
        codes=(Codes(3, 1, 99, "construction", since="2022-11"),),
        serials=_MACHINE_SERIALS,
        since="2022-11",
    ),
    PlateFormat(
        "construction_old",
        _REGION_ABOVE,
        ((600, 280), (400, 220)),
        _MACHINE + _GREEN,
        (Letters(alphabet.PRIVATE, ""),),
        codes=(Codes(2, 1, 99, "construction"),),
    ),
    PlateFormat(
        "construction_old_long",
        _REGION_ONE_LINE,
        (_LONG,),
        _MACHINE + _GREEN,
        (Letters(alphabet.PRIVATE, ""),),
        codes=(Codes(2, 1, 99, "construction"),),
    ),
    PlateFormat(
        "motorcycle_new",
        ((Part.CODE, Part.LETTER, Part.SERIAL), (Part.SERIAL,)),
        ((210, 150),),
        _WHITE,
        (_PRIVATE,),
        codes=(Codes(1, 0, 9, "motorcycle", since="2026-03"),),
        serial_digits=(1, 4),
        serials=(Serials(0, 99999),),
        since="2026-03",
    ),
    PlateFormat(
        "motorcycle_old",
        ((Part.REGION, Part.DISTRICT), (Part.LETTER, Part.SERIAL)),
        ((210, 115),),
        _WHITE,
        (Letters(alphabet.MOTORCYCLE_OLD, "private"),),
        plate_class="motorcycle",
    ),
    PlateFormat(
        "diplomatic_long",
        ((Part.WORD, Part.CODE, Part.SERIAL),),
        (_LONG,),
        _NAVY,
        words=alphabet.DIPLOMATIC_WORDS,
        codes=(Codes(3, 1, 999, "diplomatic"),),
        serial_digits=(3,),
        serials=(Serials(0, 999, "diplomatic"),),
    ),
    PlateFormat(
        "diplomatic_short",
        ((Part.WORD,), (Part.CODE, Part.SERIAL)),
        (_SHORT,),
        _NAVY,
        words=alphabet.DIPLOMATIC_WORDS,
        codes=(Codes(3, 1, 999, "diplomatic"),),
        serial_digits=(3,),
        serials=(Serials(0, 999, "diplomatic"),),
    ),
    PlateFormat(
        "temporary_long",
        _LETTER_SERIAL,
        (_LONG,),
        _WHITE,
        (Letters(alphabet.TEMPORARY, "temporary"),),
        serial_digits=(5,),
        serials=(Serials(0, 99999),),
        plate_class="temporary",
    ),
    PlateFormat(
        "temporary_short",
        _LETTER_SERIAL,
        (_SHORT,),
        _WHITE,
        (Letters(alphabet.TEMPORARY, "temporary"),),
        serial_digits=(5,),
        serials=(Serials(0, 99999),),
        plate_class="temporary",
    ),
    # Letters of military plates are (2nd); the code tells no class there.
    PlateFormat(
        "military",
        _ONE_LINE,
        (_LONG,),
        _WHITE,
        (Letters(alphabet.MILITARY, "military"),),
        codes=(Codes(2, 1, 99, "military"),),
    ),
    PlateFormat(
        "green_one_digit",
        _REGION_CODE_ABOVE,
        (_TALL, _BIG),
        _GREEN,
        (_PRIVATE,),
        codes=_ONE_DIGIT,
        since="1973",
        until="1996",
        unusual=True,
    ),
)

FORMATS: dict[str, PlateFormat] = {format.name: format for format in _ALL}
