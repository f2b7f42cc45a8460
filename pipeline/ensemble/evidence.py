"""What several readings say about each text that the plate may bear."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ensemble.align import lay_out
from pipeline.ensemble.strength import SYMBOLS, Strengths
from pipeline.plate.prefix import GRAMMAR_AUTOMATON
from pipeline.plate.types import Ballot, Reading

_UNNAMED = 0.02  # share of what a reader leaves to texts it did not name that goes to one of them
_LEAST = 1e-5
_NO_SLOT = math.log(1e-3)  # for each character that nobody has a slot for
_CHOICES, _BEAM, _RECOMBINED = 6, 12, 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """Candidate texts, and each reading's log-probability of each, by two ways of looking at it.

    ``whole`` (texts, readings) is what the reader itself makes of the whole text, or what it leaves to all that it did
    not name; ``by_slot`` (texts, readings) is what its ballots mean, multiplied. ``rows`` holds each text slot by slot.
    """

    texts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: NDArray[np.float64]
    by_slot: NDArray[np.float64]
    legal: NDArray[np.bool_]

    def chances(self, texts: NDArray[np.float64], slots: NDArray[np.float64], illegal: float) -> NDArray[np.float64]:
        """Probability of each candidate, by the weight of each reading's two columns; their sum is 1."""
        scores = self.whole @ texts + self.by_slot @ slots - illegal * ~self.legal
        chances = np.exp(scores - scores.max())
        return np.asarray(chances / chances.sum())


def weigh(readings: Sequence[Reading], slots: Sequence[tuple[Ballot, ...]], strengths: Strengths) -> Evidence:
    """The evidence of readings that were aligned into ``slots``.

    Candidates are all texts that a reading holds or names, and the likeliest legal ones put together of their parts.
    """
    symbols = (*SYMBOLS, *dict.fromkeys(b.char for ballots in slots for b in ballots if b.char not in SYMBOLS))
    logs = _slot_logs(readings, slots, strengths, symbols)
    named = [{**dict(reading.alternatives), reading.text: reading.confidence} for reading in readings]
    texts = tuple(dict.fromkeys([*(t for its in named for t in its), *_recombined(logs.sum(axis=0), symbols)]))
    left = [min([*its.values(), _UNNAMED * (1 - sum(its.values()))]) for its in named]
    whole = [
        [math.log(max(its.get(text, rest), _LEAST)) for its, rest in zip(named, left, strict=True)] for text in texts
    ]
    laid = [lay_out(slots, text) for text in texts]
    place = {symbol: n for n, symbol in enumerate(symbols)}
    at = np.arange(len(slots))
    by_slot = [
        logs[:, at, [place.get(char, 0) for char in row]].sum(axis=1) + unplaced * _NO_SLOT for row, unplaced in laid
    ]
    legal = np.array([GRAMMAR_AUTOMATON.accepts(text) for text in texts])
    return Evidence(texts, tuple(row for row, _ in laid), np.array(whole), np.array(by_slot), legal)


def _slot_logs(
    readings: Sequence[Reading], slots: Sequence[tuple[Ballot, ...]], strengths: Strengths, symbols: Sequence[str]
) -> NDArray[np.float64]:
    """Log-probabilities (readings, slots, symbols)."""
    logs = np.zeros((len(readings), len(slots), len(symbols)))
    order = {(reading.reader, reading.enhancer): n for n, reading in enumerate(readings)}
    for m, ballots in enumerate(slots):
        for ballot in ballots:
            chances = strengths.of(ballot.reader).distribution(ballot, symbols)
            logs[order[ballot.reader, ballot.enhancer], m] = np.log(chances)
    return logs


def _recombined(scores: NDArray[np.float64], symbols: Sequence[str]) -> Iterator[str]:
    """The likeliest legal texts by scores (slots, symbols), each slot taken by itself."""
    beam: list[tuple[float, str, int]] = [(0.0, "", GRAMMAR_AUTOMATON.start)]
    for row in scores:
        likeliest = [(float(row[n]), symbols[n]) for n in np.argsort(-row, kind="stable")[:_CHOICES]]
        longer = [
            (score + more, text + char, after)
            for score, text, state in beam
            for more, char in likeliest
            if (after := GRAMMAR_AUTOMATON.step(state, char) if char else state) is not None
        ]
        beam = sorted(longer, key=lambda entry: -entry[0])[:_BEAM]
    yield from [text for _, text, state in beam if text and GRAMMAR_AUTOMATON.is_final(state)][:_RECOMBINED]
