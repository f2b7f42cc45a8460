"""How far each reader is to be trusted, as measured on drawn plates, and what it takes for what.

A reader's *strength* says what a ballot of its means: a probability for every character there is. A *company* is a set
of readers that vote together; how much each counts in it was fitted, for readers that err alike are no two witnesses.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.ensemble.calibrate import Curve
from pipeline.errors import MissingWeights
from pipeline.plate.alphabet import CHARACTERS, DIGITS
from pipeline.plate.types import Ballot
from pipeline.weights import Manifest

WEIGHTS = "ensemble"
"""Name of the measured strengths in the manifest of weights."""

NOTHING = ""
"""A slot in which no character stands."""

SYMBOLS: tuple[str, ...] = (NOTHING, *CHARACTERS)
_PLACE = {symbol: place for place, symbol in enumerate(SYMBOLS)}

_LEAST_DOUBT = 1e-4  # no ballot is taken as entirely certain: log(0) would outvote everybody
_SAME_KIND, _LOST = 0.8, 0.1
"""Where nothing was measured: the shares of a digit's errors that are digits (of a letter's, letters), and nothing."""
_PRIOR_ERRORS = 6.0
"""So many errors of that kind are taken as seen of each character, beside those that were measured."""


@dataclass(frozen=True, slots=True)
class Strength:
    """What one reader's ballots mean.

    Attributes:
        characters: share that was right over the probability stated, for ballots that name a character.
        gaps: the same for empty ballots.
        trust: by character voted, what is added to the log-odds of its ballots.
        confusion: by character voted, how often it was each other character in truth.
    """

    characters: Curve = field(default_factory=Curve)
    gaps: Curve = field(default_factory=Curve)
    trust: Mapping[str, float] = field(default_factory=dict)
    confusion: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def probability(self, ballot: Ballot) -> float:
        """How likely the ballot is right."""
        (share,) = (self.characters if ballot.char else self.gaps).apply([ballot.probability])
        share = min(max(share, _LEAST_DOUBT), 1 - _LEAST_DOUBT)
        odds = share / (1 - share) * math.exp(self.trust.get(ballot.char, 0.0))
        return min(max(odds / (1 + odds), _LEAST_DOUBT), 1 - _LEAST_DOUBT)

    def distribution(self, ballot: Ballot, symbols: Sequence[str]) -> NDArray[np.float64]:
        """A probability for each of ``symbols``, which are :data:`SYMBOLS` and whatever else was voted; their sum is 1.

        The reading's own doubt goes to what it named as possible, the rest to what the reader takes for such a
        character.
        """
        right = self.probability(ballot)
        errors = _errors(self, ballot.char)
        spread = np.full(len(symbols), errors[errors > 0].min() / 2)  # what stands on no plate is rarest
        spread[: len(errors)] = errors
        own = symbols.index(ballot.char)
        spread[own] = 0.0
        spread /= spread.sum()
        named = sum(share for _, share in ballot.others)
        left = max(1 - ballot.probability, 1e-9)
        chances = spread * max(0.0, 1 - named / left)
        for char, share in ballot.others:
            if char in symbols:
                chances[symbols.index(char)] += share / left
        chances *= (1 - right) / chances.sum()
        chances[own] = right
        return chances


@dataclass(frozen=True, slots=True)
class Company:
    """Readers that vote together.

    Attributes:
        texts: by reader, how much its own probabilities of whole texts count.
        slots: by reader, how much its ballots count, slot by slot.
        illegal: what a text that no plate bears is charged, in log-odds.
        confidence: share that was right over the probability that came out.
        sure_from: least confidence from which 99 % of the texts were right.
    """

    texts: Mapping[str, float] = field(default_factory=dict)
    slots: Mapping[str, float] = field(default_factory=dict)
    illegal: float = 4.0
    confidence: Curve = field(default_factory=Curve)
    sure_from: float = 0.0


@dataclass(frozen=True)
class Strengths:
    """All that was measured. Readers and companies that were not are taken as they present themselves."""

    readers: Mapping[str, Strength] = field(default_factory=dict)
    companies: Mapping[str, Company] = field(default_factory=dict)

    def of(self, reader: str) -> Strength:
        return self.readers.get(reader, _UNMEASURED)

    def company(self, readers: Iterable[str]) -> Company | None:
        return self.companies.get(company_name(readers))

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        whole = json.loads(text)
        return cls(
            {name: Strength(**_curves(row, "characters", "gaps")) for name, row in whole["readers"].items()},
            {name: Company(**_curves(row, "confidence")) for name, row in whole["companies"].items()},
        )


UNMEASURED = Strengths()
_UNMEASURED = Strength()


def company_name(readers: Iterable[str]) -> str:
    return "+".join(sorted(set(readers)))


def load_strengths(weights: Path) -> Strengths:
    """Those shipped in the folder of weights; where its manifest has none, nothing was measured.

    Raises:
        MissingWeights, WeightsMismatch: the manifest or the file it names is not there, or is another.
    """
    manifest = Manifest.load(weights)
    if all(row.name != WEIGHTS for row in manifest.rows):
        return UNMEASURED
    path = manifest.verified(WEIGHTS)
    return _read(path, path.stat().st_mtime_ns)


def strengths_sha256(weights: Path) -> str:
    """Of the shipped strengths, as the manifest has it; empty where it has none.

    Raises:
        MissingWeights: there is no manifest.
    """
    return next((row.sha256 for row in Manifest.load(weights).rows if row.name == WEIGHTS), "")


@lru_cache(maxsize=4)
def _read(path: Path, mtime_ns: int) -> Strengths:
    try:
        return Strengths.from_json(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError) as error:
        raise MissingWeights(f"{path} holds no strengths of readers ({error}); run: python -m pipeline tune") from error


def _curves(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return row | {name: Curve(**row[name]) for name in names}


def _errors(strength: Strength, char: str) -> NDArray[np.float64]:
    """How often each of :data:`SYMBOLS` was the truth where the reader was wrong to vote ``char``."""
    counts = strength.confusion.get(char, {})
    errors = np.array(_prior(char)) * _PRIOR_ERRORS
    for symbol, count in counts.items():
        errors[_PLACE[symbol]] += count
    return errors


@lru_cache(maxsize=256)
def _prior(char: str) -> tuple[float, ...]:
    digits = np.array([symbol in DIGITS for symbol in SYMBOLS])
    letters = ~digits
    letters[0] = False
    alike = digits if char in DIGITS else letters
    shares = np.where(alike, _SAME_KIND / alike.sum(), (1 - _SAME_KIND - _LOST) / (~alike).sum())
    if char == NOTHING:  # a character that was not seen is as often a digit as a letter
        shares = np.where(digits, 0.5 / digits.sum(), 0.5 / letters.sum())
    shares[0] = _LOST if char else 0.0
    return tuple(shares / shares.sum())
