"""When a chain of enhancers helps: by how bright, sharp and large a plate is, measured on labelled plates.

A rule is kept only if it raises exact match significantly on one half of the plates, does so again on the other half,
and lets no reader lose. Where nothing helps there is no rule.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.media.quality import Look

Chain = tuple[str, ...]
Span = tuple[float, float]

_LIGHT: tuple[float, ...] = (0, 64, 1e9)
_DETAIL: tuple[float, ...] = (0, 0.1, 0.25, 1e9)
_HEIGHT: tuple[float, ...] = (0, 20, 1e9)
"""Bounds of the regions; few, so that each holds enough plates to tell a gain from luck."""

_FOUND, _CONFIRMED = 0.01, 0.05
"""Chance of as many wins without any gain: at most so much in the first half, and in the second."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Plates whose measures lie within the spans, lower end included, are better read after ``chain``.

    ``won`` and ``lost`` count readings that became exact, or ceased to be, of ``plates`` plates.
    """

    light: Span
    detail: Span
    height: Span
    chain: Chain
    plates: int
    won: int
    lost: int

    def holds(self, look: Look) -> bool:
        measured = ((look.light, self.light), (look.detail, self.detail), (look.height, self.height))
        return all(low <= value < high for value, (low, high) in measured)


def rule_for(rules: Sequence[Rule], look: Look) -> Rule | None:
    return next((rule for rule in rules if rule.holds(look)), None)


def find_rules(
    looks: Sequence[Look], unchanged: NDArray[np.bool_], enhanced: Mapping[Chain, NDArray[np.bool_]]
) -> tuple[Rule, ...]:
    """At most one rule a region.

    Args:
        unchanged: (readers, plates), what each reader gets exactly without any enhancer.
        enhanced: the same after each chain.
    """
    first = np.arange(len(looks)) % 2 == 0
    rules = []
    for light, detail, height in itertools.product(*map(itertools.pairwise, (_LIGHT, _DETAIL, _HEIGHT))):
        region = Rule(light, detail, height, (), 0, 0, 0)
        inside = np.asarray([region.holds(look) for look in looks], bool)
        best: Rule | None = None
        for chain, right in enhanced.items():
            if not _helps(unchanged, right, inside & first, _FOUND):
                continue
            if not _helps(unchanged, right, inside & ~first, _CONFIRMED):
                continue
            won, lost = _changes(unchanged, right, inside)
            rule = Rule(light, detail, height, chain, int(inside.sum()), int(won.sum()), int(lost.sum()))
            if best is None or rule.won - rule.lost > best.won - best.lost:
                best = rule
        if best:
            rules.append(best)
    return tuple(rules)


def sign_test(won: int, lost: int) -> float:
    """One-sided exact McNemar: the chance of at least so many wins if wins and losses were equally likely."""
    n = won + lost
    as_many_or_more = sum(math.comb(n, k) for k in range(won, n + 1))
    return float(Fraction(as_many_or_more, 2**n))  # both are beyond what a float holds from n = 1024 on


def write_rules(rules: Sequence[Rule], about: Mapping[str, object]) -> str:
    """As JSON; ``about`` tells how they were measured."""
    return json.dumps({**about, "rules": [asdict(rule) for rule in rules]}, ensure_ascii=False, indent=1) + "\n"


def read_rules(text: str) -> tuple[Rule, ...]:
    """Of a text that :func:`write_rules` gave."""
    return tuple(Rule(**_with_tuples(row)) for row in json.loads(text)["rules"])


def _with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _helps(unchanged: NDArray[np.bool_], right: NDArray[np.bool_], inside: NDArray[np.bool_], chance: float) -> bool:
    won, lost = _changes(unchanged, right, inside)
    return bool((won >= lost).all()) and sign_test(int(won.sum()), int(lost.sum())) < chance


def _changes(
    unchanged: NDArray[np.bool_], right: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Readings won and lost, by reader."""
    return (right & ~unchanged)[:, inside].sum(1), (unchanged & ~right)[:, inside].sum(1)
