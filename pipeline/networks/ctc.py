"""Into and out of the plate reader, in numpy: prepared pictures, decoded texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, log
from operator import itemgetter
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.prefix import GrammarAutomaton
from pipeline.plate.types import Pixels

INPUT_HEIGHT, INPUT_WIDTH = 64, 224
BLANK = 0

_LEAST = 5e-4
"""Classes less probable than this at a step, and prefixes as much less probable than the best, are not followed:
they change no reading, and take the time."""
_LOG_LEAST = log(_LEAST)

_ALTERNATIVES = 4  # the fifth text of a plate is hardly ever the right one


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A text the network may have meant. ``legal`` where the grammar knows it as a whole plate."""

    text: str
    probability: float
    legal: bool


def prepare(pixels: Pixels, width: int = INPUT_WIDTH, height: int = INPUT_HEIGHT) -> NDArray[np.float32]:
    """A crop of any size as float32 ``(1, height, width)``, zero mean, unit deviation."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    shrinks = grey.shape[1] > width and grey.shape[0] > height / 2
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    picture = cv2.resize(grey, (width, height), interpolation=how).astype(np.float32)
    mean, deviation = cv2.meanStdDev(picture)
    return np.asarray((picture - np.float32(mean.item())) * np.float32(1 / (deviation.item() + 4.0)), np.float32)[None]


def greedy(written: NDArray[np.float32]) -> NDArray[np.int64]:
    """The classes of the best path through log-probabilities ``(steps, classes)``."""
    best = written.argmax(axis=1)
    changed = np.diff(best, prepend=BLANK - 1) != 0
    return np.asarray(best[changed & (best != BLANK)], np.int64)


def search(
    written: NDArray[np.float32], characters: Sequence[str], grammar: GrammarAutomaton, width: int = 8
) -> list[Hypothesis]:
    """The likeliest texts of log-probabilities ``(steps, classes)``, best first, by prefix beam search.

    ``width`` prefixes that can still become a plate are followed, and half as many that cannot: a photo may
    contradict the grammar. Class ``i + 1`` is ``characters[i]``. Graves et al., ICML 2006; Hannun, arXiv:1408.2873.
    """
    beam = {"": (1.0, 0.0)}  # text -> probability that it ends in a blank, in its last character
    states: dict[str, int | None] = {"": grammar.start}
    for pause, blank, candidates in _steps(written, characters):
        if pause is not None:
            beam = {text: ((ends_blank + ends_char) * pause, 0.0) for text, (ends_blank, ends_char) in beam.items()}
        if candidates:
            beam = _prune(_grow(beam, blank, candidates), states, grammar, width)
    found = [
        Hypothesis(text, sum(pair), (state := states[text]) is not None and grammar.is_final(state))
        for text, pair in beam.items()
    ]
    return sorted(found, key=lambda hypothesis: -hypothesis.probability)


def weigh(written: NDArray[np.float32], texts: Sequence[str], characters: Sequence[str]) -> NDArray[np.float64]:
    """The log-probability of each text, whole, by log-probabilities ``(steps, classes)``: what training maximises.

    A text with a character that is no class, or one too long for the steps, has -inf. Graves et al., ICML 2006.
    """
    number = {char: place for place, char in enumerate(characters, start=1)}
    known = [text for text in texts if all(char in number for char in text)]
    labels = np.full((len(known), 2 * max(map(len, known), default=0) + 1), BLANK)
    for row, text in enumerate(known):
        labels[row, 1 : 2 * len(text) : 2] = [number[char] for char in text]
    leaps = np.zeros(labels.shape)  # 1 where a character follows another without a blank between
    leaps[:, 2:] = (labels[:, 2:] != BLANK) & (labels[:, 2:] != labels[:, :-2])
    probabilities = np.exp(written.astype(np.float64))
    at = np.zeros((labels.shape[0], labels.shape[1] + 2))  # two places before the first, which are never reached
    at[:, 2:4] = probabilities[0][labels[:, :2]]
    scale = np.zeros(len(known))
    for row in probabilities[1:]:
        at[:, 2:] = (at[:, 2:] + at[:, 1:-1] + at[:, :-2] * leaps) * row[labels]
        whole = np.maximum(at.sum(axis=1), 1e-300)
        at /= whole[:, None]  # kept near 1, or long texts would vanish
        scale += np.log(whole)
    ends = np.array([2 * len(text) for text in known], np.int64) + 2
    rows = np.arange(len(known))
    ended = at[rows, ends] + np.where(ends > 2, at[rows, ends - 1], 0.0)
    with np.errstate(divide="ignore"):
        found = dict(zip(known, (np.log(ended) + scale).tolist(), strict=True))
    return np.array([found.get(text, -np.inf) for text in texts])


def _steps(
    written: NDArray[np.float32], characters: Sequence[str]
) -> Iterator[tuple[float | None, float, list[tuple[str, float]]]]:
    """The steps at which something may be written: (blanks since the last one, blank here, candidates).

    The probability of the blanks between is None where there was no step between; the last row has no candidates.
    """
    candidate = written > _LOG_LEAST
    candidate[:, BLANK] = False
    places = np.flatnonzero(candidate)  # six times as fast as asking for rows and classes
    rows, classes = np.divmod(places, written.shape[1])
    probabilities = np.exp(written.ravel()[places]).tolist()
    blanks = np.concatenate([[0.0], np.cumsum(written[:, BLANK], dtype=np.float64)])
    at = 0
    found = list(zip(rows.tolist(), classes.tolist(), probabilities, strict=True))
    for row, group in groupby(found, key=itemgetter(0)):
        pause = exp(blanks[row] - blanks[at]) if row > at else None
        yield pause, exp(written[row, BLANK]), [(characters[c - 1], p) for _, c, p in group]
        at = row + 1
    if at < len(written):
        yield exp(blanks[-1] - blanks[at]), 1.0, []


def _grow(
    beam: dict[str, tuple[float, float]], blank: float, candidates: list[tuple[str, float]]
) -> dict[str, tuple[float, float]]:
    """Every prefix after one more step: unchanged by a blank or a repeat, or longer by a candidate."""
    grown: dict[str, tuple[float, float]] = {}
    known = grown.get
    for text, (ends_blank, ends_char) in beam.items():
        whole, last = ends_blank + ends_char, text[-1:]
        stays_blank, stays_char = known(text, (0.0, 0.0))
        stays_blank += whole * blank
        for char, probability in candidates:
            if char == last:
                stays_char += ends_char * probability
                gained = ends_blank * probability  # a doubled character needs a blank between
            else:
                gained = whole * probability
            if gained > 0:
                longer = text + char
                longer_blank, longer_char = known(longer, (0.0, 0.0))
                grown[longer] = (longer_blank, longer_char + gained)
        grown[text] = (stays_blank, stays_char)
    return grown


def _prune(
    grown: dict[str, tuple[float, float]], states: dict[str, int | None], grammar: GrammarAutomaton, width: int
) -> dict[str, tuple[float, float]]:
    """The likeliest prefixes: ``width`` that can still become a plate, half as many that cannot."""
    ranked = [(ends_blank + ends_char, text) for text, (ends_blank, ends_char) in grown.items()]
    ranked.sort(reverse=True)
    floor = _LEAST * ranked[0][0]
    kept: dict[str, tuple[float, float]] = {}
    possible, impossible = width, width // 2
    for total, text in ranked:
        if total < floor:
            break
        if text not in states:
            before = states[text[:-1]]
            states[text] = None if before is None else grammar.step(before, text[-1])
        if states[text] is None:
            if impossible:
                impossible -= 1
                kept[text] = grown[text]
        elif possible:
            possible -= 1
            kept[text] = grown[text]
    return kept


def mix(searches: Sequence[Iterable[Hypothesis]], shares: Sequence[float] | None = None) -> list[Hypothesis]:
    """The hypotheses of several looks at one plate as those of one; every look is trusted alike, or as ``shares`` say.

    ``shares`` come to 1.
    """
    share: dict[tuple[str, bool], float] = {}
    for found, trust in zip(searches, shares or [1 / len(searches)] * len(searches), strict=True):
        for hypothesis in found:
            key = (hypothesis.text, hypothesis.legal)
            share[key] = share.get(key, 0.0) + hypothesis.probability * trust
    mixed = [Hypothesis(text, probability, legal) for (text, legal), probability in share.items()]
    return sorted(mixed, key=lambda hypothesis: -hypothesis.probability)


class Guess(NamedTuple):
    """A text, a probability for each of its characters, and other texts that are possible, likeliest first."""

    text: str
    probabilities: list[float]
    alternatives: list[tuple[str, float]]


def choose(found: Sequence[Hypothesis], patience: float = 0.02) -> Guess:
    """The text to report, with its rivals.

    A legal text wins over a likelier illegal one unless it is less than ``patience`` times as likely. The
    probabilities multiply to that of the whole text, for what the search did not follow counts against it; among the
    characters the doubt is shared out as the texts disagree on them, counted from either end.
    """
    best = found[0]
    legal = next((h for h in found if h.legal and h.probability >= patience * best.probability), None)
    chosen = legal or best
    rivals = [h for h in found if h.legal] if legal else list(found)
    unknown = max(0.0, 1.0 - sum(h.probability for h in found))
    total = max(sum(h.probability for h in rivals) + unknown, 1e-12)
    agreed = [unknown] * len(chosen.text)
    for rival in rivals:
        for place in _agreement(chosen.text, rival.text):
            agreed[place] += rival.probability
    doubts = [-log(min(max(share / total, 1e-9), 1 - 1e-9)) for share in agreed]
    whole = -log(min(max(chosen.probability / total, 1e-12), 1.0))
    scale = whole / max(sum(doubts), 1e-12)
    others = [(rival.text, rival.probability / total) for rival in rivals if rival.text not in (chosen.text, "")]
    return Guess(chosen.text, [exp(-doubt * scale) for doubt in doubts], others[:_ALTERNATIVES])


def _agreement(text: str, other: str) -> Iterable[int]:
    """Places of ``text`` where ``other`` has the same character, counted from the left or from the right."""
    if len(text) == len(other):
        return [place for place, (a, b) in enumerate(zip(text, other, strict=True)) if a == b]
    left, right = _shared_start(text, other), len(text) - _shared_start(text[::-1], other[::-1])
    return {*range(left), *range(right, len(text))}


def _shared_start(text: str, other: str) -> int:
    """How many leading characters both have."""
    return next((n for n, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
