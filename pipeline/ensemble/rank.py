"""Ranks the formats that a text fits by how the plate looks.

Each format is charged for what speaks against it, and the least charged comes first. Charges add up like
negative log-likelihoods: 1 makes a format about a third as likely.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.plate.grammar import Match
from pipeline.plate.types import PlateColour

_RARE_COLOUR, _OTHER_COLOUR = 1.0, 4.0
"""For a colour that is not the format's usual one, and for one that it never has: a few in a hundred are told wrong."""
_ASPECT_SPREAD = 0.25
"""Log of the factor by which a view from the side or a loose box is off as a rule."""
_NEXT_IN_GRAMMAR = 0.2
"""Decides between sizes of nearly the same shape, and hardly anything else."""


def rank_formats(
    matches: Sequence[Match], colour: PlateColour = PlateColour.UNKNOWN, aspect: float | None = None
) -> tuple[Match, ...]:
    """The matches of a text, which come in the grammar's order, with those that look like the plate first.

    Args:
        colour: of the background; UNKNOWN says nothing.
        aspect: width over height of the plate as seen, above 0; None says nothing.
    """
    charges = {
        match.format.name: place * _NEXT_IN_GRAMMAR + _colour_charge(match, colour) + _aspect_charge(match, aspect)
        for place, match in enumerate(matches)
    }
    return tuple(sorted(matches, key=lambda match: charges[match.format.name]))


def has_colour(match: Match, colour: PlateColour) -> bool:
    """Whether plates of the match's format come in that colour; nothing speaks against UNKNOWN."""
    return colour is PlateColour.UNKNOWN or colour in match.format.colours


def _colour_charge(match: Match, colour: PlateColour) -> float:
    if not has_colour(match, colour):
        return _OTHER_COLOUR
    return _RARE_COLOUR if colour in match.format.colours[1:] else 0.0


def _aspect_charge(match: Match, aspect: float | None) -> float:
    """By the nearest of the format's sizes."""
    if aspect is None:
        return 0.0
    return min(abs(math.log(aspect * height / width)) for width, height in match.format.sizes_mm) / _ASPECT_SPREAD
