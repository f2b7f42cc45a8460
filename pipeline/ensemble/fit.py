"""Measures readers on plates whose text is known: what their ballots mean, and how much each counts beside others."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from pipeline.ensemble.align import align, lay_out
from pipeline.ensemble.calibrate import Curve, fit_curve, precise_from
from pipeline.ensemble.evidence import weigh
from pipeline.ensemble.strength import NOTHING, SYMBOLS, Company, Strength, Strengths, company_name
from pipeline.ensemble.vote import decide
from pipeline.plate.types import Ballot, Reading

ReadPlate: TypeAlias = tuple[str, Sequence[Reading]]
"""A plate's text, and one reading of each reader."""

_LEAST_FOR_A_CURVE = 100  # ballots
_PRIOR_BALLOTS = 30.0  # a character met less often than this is trusted hardly otherwise than its reader
_TAME = 1e-4  # keeps weights small where the plates do not tell


def fit_strengths(plates: Sequence[ReadPlate], progress: Callable[[str], object] = lambda company: None) -> Strengths:
    """Strengths of every reader in ``plates``, and of every company of at least two of them.

    Args:
        progress: called with the name of each company once it is fitted.

    Raises:
        ValueError: no two readers read the same plates.
    """
    readers = sorted({reading.reader for _, readings in plates for reading in readings})
    if len(readers) < 2:
        raise ValueError(f"a company needs two readers, got {readers}; name more of them")
    alone = Strengths(_fit_readers(plates[::2]))  # on other plates than companies, which would trust them too far
    companies: dict[str, Company] = {}
    for size in range(2, len(readers) + 1):
        for names in combinations(readers, size):
            companies[company_name(names)] = _fit_company(plates[1::2], names, alone)
            progress(company_name(names))
    return replace(alone, companies=companies)


def _fit_readers(plates: Sequence[ReadPlate]) -> dict[str, Strength]:
    cast: defaultdict[str, list[tuple[Ballot, str]]] = defaultdict(list)
    for truth, readings in plates:
        slots = align(readings)
        for ballots, char in zip(slots, lay_out(slots, truth)[0], strict=True):
            for ballot in ballots:
                cast[ballot.reader].append((ballot, char))
    return {reader: _fit_reader(pairs) for reader, pairs in sorted(cast.items())}


def _fit_reader(pairs: Sequence[tuple[Ballot, str]]) -> Strength:
    """From a reader's ballots with what stood in their slots."""
    confusion: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for ballot, truth in pairs:
        if ballot.char != truth and truth in SYMBOLS:
            confusion[ballot.char][truth] += 1
    strength = Strength(
        characters=_curve([pair for pair in pairs if pair[0].char]),
        gaps=_curve([pair for pair in pairs if not pair[0].char]),
        confusion={char: dict(sorted(counts.items())) for char, counts in sorted(confusion.items())},
    )
    by_char: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for ballot, truth in pairs:
        by_char[ballot.char].append((strength.probability(ballot), ballot.char == truth))
    return replace(strength, trust={char: _trust(its) for char, its in sorted(by_char.items()) if char != NOTHING})


def _curve(pairs: Sequence[tuple[Ballot, str]]) -> Curve:
    if len(pairs) < _LEAST_FOR_A_CURVE:
        return Curve()
    return fit_curve([ballot.probability for ballot, _ in pairs], [ballot.char == truth for ballot, truth in pairs])


def _trust(stated: Sequence[tuple[float, bool]]) -> float:
    """Log-odds of what was right over what was stated, drawn towards 0 where there are few."""
    expected = sum(probability for probability, _ in stated)
    right = sum(was for _, was in stated)
    share = expected / len(stated)
    seen = right + _PRIOR_BALLOTS * share, len(stated) - right + _PRIOR_BALLOTS * (1 - share)
    return round(math.log(seen[0] / seen[1]) - math.log(share / (1 - share)), 3)


def _fit_company(plates: Sequence[ReadPlate], names: Sequence[str], alone: Strengths) -> Company:
    """Weights under which the truths are likeliest, then what the confidence of whole texts means."""
    theirs = [
        (truth, chosen)
        for truth, readings in plates
        if len(chosen := [r for r in readings if r.reader in names and r.characters]) == len(names)
    ]
    company = _fit_weights(theirs, names, alone)
    known = replace(alone, companies={company_name(names): company})
    verdicts = [(truth, decide(readings, strengths=known)) for truth, readings in theirs]
    if len(verdicts) < _LEAST_FOR_A_CURVE:
        return company
    stated = [verdict.confidence for _, verdict in verdicts]
    right = [verdict.text == truth for truth, verdict in verdicts]
    curve = fit_curve(stated, right)
    return replace(company, confidence=curve, sure_from=precise_from(curve.apply(stated), right))


def _fit_weights(plates: Sequence[ReadPlate], names: Sequence[str], strengths: Strengths) -> Company:
    """By maximum likelihood over plates whose text is among the candidates; convex, so there is one optimum."""
    if not (cases := list(_cases(plates, names, strengths))):
        return Company()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        surprise, slope = 0.0, np.zeros_like(weights)
        for features, place in cases:
            scores = features @ weights
            scores -= scores.max()
            chances = np.exp(scores)
            chances /= chances.sum()
            surprise -= math.log(max(chances[place], 1e-12))
            slope += chances @ features - features[place]
        return surprise / len(cases) + _TAME * float(weights @ weights), slope / len(cases) + 2 * _TAME * weights

    count = len(names)
    start = np.append(np.full(2 * count, 0.3), 4.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 3.0)] * 2 * count + [(0.0, 12.0)]).x
    return Company(
        dict(zip(names, np.round(found[:count], 3).tolist(), strict=True)),
        dict(zip(names, np.round(found[count : 2 * count], 3).tolist(), strict=True)),
        round(float(found[-1]), 3),
    )


def _cases(
    plates: Sequence[ReadPlate], names: Sequence[str], strengths: Strengths
) -> Iterator[tuple[NDArray[np.float64], int]]:
    """(what speaks for each candidate (texts, features), which of them is the truth)."""
    for truth, readings in plates:
        ordered = sorted(readings, key=lambda reading: names.index(reading.reader))
        evidence = weigh(ordered, align(ordered), strengths)
        if truth in evidence.texts:
            features = np.hstack([evidence.whole, evidence.by_slot, -1.0 * ~evidence.legal[:, None]])
            yield features, evidence.texts.index(truth)
