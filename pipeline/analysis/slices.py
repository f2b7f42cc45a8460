"""How well a recipe does on parts of a set: by format, colour, lines, size, blur, brightness, tilt and source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from pipeline.analysis.metrics import character_error_rate, wilson
from pipeline.analysis.outcome import Measures, Outcome
from pipeline.plate.formats import FORMATS


class Slicing(StrEnum):
    """What a set is cut by."""

    FORMAT = "format"
    COLOUR = "colour"
    LINES = "lines"
    SIZE = "size"
    BLUR = "blur"
    BRIGHTNESS = "brightness"
    TILT = "tilt"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Slice:
    """``n`` scored plates, ``exact`` of them right; ``members`` are their places. The interval is Wilson's, 95 %.

    ``value`` is a name of the pipeline or the bounds of a bin, such as "16–24"; "" where nobody could tell.
    """

    value: str
    n: int
    exact: int
    interval: tuple[float, float]
    cer: float
    members: tuple[int, ...]

    @property
    def share(self) -> float:
        return self.exact / self.n


# Sizes: below 16 pixels hardly anything can be read, from 64 on nothing is gained, for readers see no more of it.
# Detail: the table of media.quality; 0.13 is where it calls a plate out of focus, 0.35 about the 5th percentile of
# sharp crops. Brightness: four even parts. Tilt: an upright box still fits up to about 5°.
_BOUNDS = {
    Slicing.SIZE: (16, 24, 32, 48, 64),
    Slicing.BLUR: (0.13, 0.35, 0.8),
    Slicing.BRIGHTNESS: (64, 128, 192),
    Slicing.TILT: (2, 5, 10, 15),
}
_NUMBERS: dict[Slicing, Callable[[Measures], float | None]] = {
    Slicing.SIZE: lambda seen: seen.height,
    Slicing.BLUR: lambda seen: seen.detail,
    Slicing.BRIGHTNESS: lambda seen: seen.brightness,
    Slicing.TILT: lambda seen: seen.tilt,
}
_NAMES: dict[Slicing, Callable[[Measures], str]] = {
    Slicing.FORMAT: lambda seen: seen.format,
    Slicing.COLOUR: lambda seen: seen.colour,
    Slicing.LINES: lambda seen: str(len(FORMATS[seen.format].lines)) if seen.format in FORMATS else "",
    Slicing.SOURCE: lambda seen: seen.source,
}


def slices(outcomes: Sequence[Outcome], by: Slicing) -> list[Slice]:
    """Parts of the scored plates: bins in their order, names by how many there are; what nobody can tell last."""
    members: dict[str, list[int]] = {}
    for place, outcome in enumerate(outcomes):
        if outcome.scored:
            members.setdefault(value_of(outcome.measures, by), []).append(place)
    order = {label: n for n, label in enumerate(bins(by))}
    values = sorted(members, key=lambda value: (not value, order.get(value, -len(members[value])), value))
    return [_slice(value, outcomes, members[value]) for value in values]


def bins(by: Slicing) -> list[str]:
    """The bins in their order; none for what goes by names."""
    bounds = _BOUNDS.get(by, ())
    if not bounds:
        return []
    inner = [f"{low:g}–{high:g}" for low, high in pairwise(bounds)]
    return [f"< {bounds[0]:g}", *inner, f"≥ {bounds[-1]:g}"]


def value_of(measures: Measures, by: Slicing) -> str:
    """The slice that a plate belongs to."""
    if by in _NAMES:
        return _NAMES[by](measures)
    number = _NUMBERS[by](measures)
    return "" if number is None else bins(by)[bisect_right(_BOUNDS[by], number)]


def _slice(value: str, outcomes: Sequence[Outcome], members: Sequence[int]) -> Slice:
    chosen = [outcomes[n] for n in members]
    right = sum(outcome.exact for outcome in chosen)
    error_rate = character_error_rate([(outcome.truth, outcome.read) for outcome in chosen])
    return Slice(value, len(chosen), right, wilson(right, len(chosen)), error_rate, tuple(members))
