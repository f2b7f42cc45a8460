"""Two recipes on the same plates: what the one wins, what the other, and whether it may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from pipeline.analysis.outcome import Outcome

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Duel:
    """Plates of both runs by (file, plate): only the first run reads ``won`` right, only the second ``lost``.

    ``p`` is how likely a split at least as uneven is if neither is better: McNemar's test, exact and two-sided.
    ``alone`` counts plates that only one of the runs has.
    """

    won: tuple[Key, ...]
    lost: tuple[Key, ...]
    both_right: tuple[Key, ...]
    both_wrong: tuple[Key, ...]
    p: float
    alone: int = 0


def duel(first: Sequence[Outcome], second: Sequence[Outcome]) -> Duel:
    """Of the plates that both runs score."""
    ones, others = ({(o.file, o.plate): o.exact for o in run if o.scored} for run in (first, second))
    groups: dict[tuple[bool, bool], list[Key]] = {(a, b): [] for a in (True, False) for b in (True, False)}
    for key, right in ones.items():
        if key in others:
            groups[right, others[key]].append(key)
    won, lost = tuple(groups[True, False]), tuple(groups[False, True])
    return Duel(
        won,
        lost,
        tuple(groups[True, True]),
        tuple(groups[False, False]),
        mcnemar(len(won), len(lost)),
        len(ones.keys() ^ others.keys()),
    )


def mcnemar(won: int, lost: int) -> float:
    """The exact two-sided p: both sides of a fair coin thrown ``won + lost`` times. 1 where nothing differs."""
    n = won + lost
    tail = sum(comb(n, k) for k in range(min(won, lost) + 1))
    p: float = 2 * tail / 2**n
    return min(1.0, p)
