"""Reads a plate's text by the formats, and draws legal texts from them.

Each format cuts a text at the changes between digits and other characters and doubts each part. A text that
raises no doubt matches; the doubts of the closest format explain a text that matches none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.plate.alphabet import REGIONS, normalise
from pipeline.plate.diagnosis import TOLERATED, diagnose, distance, split
from pipeline.plate.districts import DISTRICTS_OF
from pipeline.plate.doubts import doubt
from pipeline.plate.formats import FORMATS, Codes, Part, PlateFormat, Serials
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
    temporary; ``use`` is private, rental, corporate, commercial, delivery, government, hire, diplomatic, military
    or temporary, and "" where the text does not tell. ``doubts`` say what photos show but the notice lacks.
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
    """Every format that ``text`` fits. Where none does: no matches, and doubts that say why."""
    text = normalise(text)
    if obvious := _obvious(text):
        return Parse(text, (), (obvious,))
    matches: list[Match] = []
    misses: list[tuple[Doubt, ...]] = []
    for format in FORMATS.values():
        if found := split(format, text):
            doubts = tuple(diagnose(format, found))
            if all(doubt.code in TOLERATED for doubt in doubts):
                matches.append(_match(format, found, doubts))
            else:
                misses.append(doubts)
    if matches:
        matches.sort(key=lambda match: match.unusual)
        return Parse(text, tuple(matches), matches[0].doubts)
    return Parse(text, (), min(misses, key=distance, default=(doubt("no_format"),)))


def sample(format: PlateFormat, rng: np.random.Generator) -> Match:
    """A legal plate of ``format``, every choice for each part equally likely."""
    regions = tuple(DISTRICTS_OF) if Part.DISTRICT in format.parts else REGIONS
    codes = [row for row in format.codes if not row.unusual]
    found: dict[Part, str] = {}
    for part in format.parts:
        match part:
            case Part.REGION:
                found[part] = _pick(regions, rng)
            case Part.DISTRICT:
                found[part] = _pick(DISTRICTS_OF[found[Part.REGION]], rng)
            case Part.WORD:
                found[part] = _pick(format.words, rng)
            case Part.LETTER:
                found[part] = _pick([char for row in format.letters for char in row.chars], rng)
            case Part.CODE:
                found[part] = f"{_pick_number(codes, rng):0{codes[0].digits}}"
            case Part.SERIAL:
                found[part] = f"{_pick_number(format.serials, rng):0{format.serial_length}}"
    return _match(format, found, tuple(diagnose(format, found)))


def _obvious(text: str) -> Doubt | None:
    if not text:
        return doubt("illegible")
    if text.isdecimal():
        return doubt("letter_missing")
    return None if any(char.isdecimal() for char in text) else doubt("digits_missing")


def _match(format: PlateFormat, found: dict[Part, str], doubts: tuple[Doubt, ...]) -> Match:
    codes = format.codes_row(found.get(Part.CODE, ""))
    letters = format.letters_row(found.get(Part.LETTER, ""))
    serials = format.serials_row(found[Part.SERIAL])
    return Match(
        format,
        tuple(_placed(format, found)),
        plate_class=codes.plate_class if codes else format.plate_class,
        use=(serials.use if serials else "") or (letters.use if letters else ""),
        doubts=doubts,
    )


def _placed(format: PlateFormat, found: dict[Part, str]) -> Iterator[PartText]:
    """The parts where they stand, a serial divided among its places."""
    digits, counts = iter(found[Part.SERIAL]), iter(format.serial_digits)
    for line, parts in enumerate(format.lines):
        for part in parts:
            text = "".join(next(digits) for _ in range(next(counts))) if part is Part.SERIAL else found[part]
            yield PartText(part, text, line)


def _pick(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _pick_number(rows: Sequence[Codes | Serials], rng: np.random.Generator) -> int:
    """A number out of all that the rows hold, as if they were one range."""
    nth = int(rng.integers(sum(row.last - row.first + 1 for row in rows)))
    for row in rows:
        if nth <= row.last - row.first:
            break
        nth -= row.last - row.first + 1
    return row.first + nth
