"""Which answers look wrong: a slip of the finger becomes a plate that a reader is taught wrongly."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.analysis.metrics import edit_distance
from pipeline.corpus.snapshot import PlateState
from pipeline.errors import NotFound
from pipeline.networks.text import TextNetwork
from pipeline.plate.alphabet import DIGITS, LETTER_SETS, REGIONS
from pipeline.plate.doubts import doubt
from pipeline.plate.grammar import parse
from pipeline.plate.prefix import GRAMMAR_AUTOMATON
from pipeline.plate.types import Doubt, Pixels
from pipeline.weights import Manifest
from pipeline.workbench.answers import (
    ALL_ANSWERS,
    AnsweredPlate,
    AnswerFilter,
    crop_of,
    find_answers,
    rivals_of,
    state_of,
)
from pipeline.workbench.bench import Workbench
from pipeline.workbench.look_alikes import look_alikes

_LIKELIER = 3.0
"""Log of the odds from which a text one character away speaks against an answer. On 300 drawn plates with a wrong
answer each, the shipped reader tells 96 in 100 of these, and 8 in 100 of as many right ones."""
_SUSPECTS = 0.1
"""Share of one format's answers that the reader may speak against: of plates that it has yet to learn it doubts
most answers, and only the worst of them say anything."""
_SURE = 0.9
_KIND = 5
"""So many answers of one build that no format has are a new kind of plate, and not slips."""
_LETTERS = tuple(dict.fromkeys(char for chars in LETTER_SETS.values() for char in chars))


@dataclass(frozen=True, slots=True)
class SuspiciousAnswer:
    """An answer that looks wrong. ``likelier`` is the text that the reader would rather see there, "" where it has
    none; ``odds`` is the log of how much rather, below 0 where it agrees with the answer.
    """

    inspection_id: int
    crop_sha256: str
    text: str
    reasons: tuple[Doubt, ...]
    likelier: str
    odds: float


def suspicious_answers(
    bench: Workbench, wanted: AnswerFilter = ALL_ANSWERS, weights: Path | None = None
) -> tuple[SuspiciousAnswer, ...]:
    """The answers that something speaks against, those with the longest odds against them first.

    Args:
        weights: ONNX of a reader to ask, such as a candidate that has just learnt these answers; the installed one
            where left out.

    Raises:
        MissingWeights, WeightsMismatch: the installed reader cannot be used.
    """
    plates = [plate for plate in find_answers(bench, wanted) if state_of(plate.review.review) is PlateState.READ]
    crops = _crops(bench, plates)
    weighed = _weigh(bench, plates, crops, weights)
    against = _spoken_against(plates, weighed)
    alike = look_alikes(crops)
    texts = {plate.inspection_id: plate.review.review.truth for plate in plates}
    kinds = _new_kinds(texts.values())
    found = []
    for plate in plates:
        number, text = plate.inspection_id, texts[plate.inspection_id]
        likelier, odds = weighed.get(number, ("", -np.inf))
        reasons = [
            doubt("answers_differ", reviewer=its.review.reviewer, text=its.review.truth or "-")
            for its in rivals_of(plate)
        ]
        reasons += _odd(text, kinds)
        reasons += [doubt("answer_unlikely", text=likelier)] if number in against else []
        reasons += _sure_readers(plate)
        other = next((other for other in alike.get(number, ()) if texts[other] != text), None)
        reasons += [doubt("answer_elsewhere", text=texts[other], id=other)] if other else []
        if reasons:
            found.append(SuspiciousAnswer(number, plate.crop_sha256, text, tuple(reasons), likelier, odds))
    return tuple(sorted(found, key=lambda its: -its.odds))


def neighbours(text: str) -> tuple[str, ...]:
    """The texts that differ from it in one character, or in its region; legal ones only where it is legal."""
    legal = GRAMMAR_AUTOMATON.accepts(text)
    found = [
        f"{text[:place]}{other}{text[place + 1 :]}"
        for place, char in enumerate(text)
        for other in (DIGITS if char.isdecimal() else _LETTERS)
        if other != char
    ]
    if region := next((region for region in REGIONS if text.startswith(region)), ""):
        found += [other + text[len(region) :] for other in REGIONS if other != region]
    return tuple(other for other in dict.fromkeys(found) if not legal or GRAMMAR_AUTOMATON.accepts(other))


def _crops(bench: Workbench, plates: Sequence[AnsweredPlate]) -> dict[int, Pixels]:
    crops = {}
    for plate in plates:
        try:
            crops[plate.inspection_id] = crop_of(bench, plate)[1].pixels
        except NotFound:  # it is told when the answers are frozen
            continue
    return crops


def _weigh(
    bench: Workbench, plates: Sequence[AnsweredPlate], crops: Mapping[int, Pixels], weights: Path | None
) -> dict[int, tuple[str, float]]:
    """For each plate the likeliest text beside the answer, and the log of its odds against the answer."""
    network = TextNetwork(weights or Manifest.of(bench.config).verified("crnn"), bench.config.threads)
    shown = [plate for plate in plates if plate.inspection_id in crops]
    asked = [(plate.review.review.truth, *neighbours(plate.review.review.truth)) for plate in shown]
    chances = network.weigh([crops[plate.inspection_id] for plate in shown], asked)
    found = {}
    for plate, texts, logs in zip(shown, asked, chances, strict=True):
        if len(texts) > 1 and np.isfinite(logs).any():
            best = int(logs[1:].argmax()) + 1
            found[plate.inspection_id] = (texts[best], float(min(logs[best] - max(logs[0], -1e6), 1e6)))
    return found


def _spoken_against(plates: Sequence[AnsweredPlate], weighed: Mapping[int, tuple[str, float]]) -> set[int]:
    """Those with odds beyond what the reader has against the answers of their format in general."""
    odds: defaultdict[str, dict[int, float]] = defaultdict(dict)
    answered = Counter(plate.review.review.truth for plate in plates)
    against = set()
    for plate in plates:
        if plate.inspection_id in weighed:
            likelier, against_it = weighed[plate.inspection_id]
            matches = parse(plate.review.review.truth).matches
            odds[matches[0].format.name if matches else ""][plate.inspection_id] = against_it
            if answered[likelier] and against_it > 0:  # a plate that somebody has seen elsewhere
                against.add(plate.inspection_id)
    for its in odds.values():
        least = max(_LIKELIER, float(np.quantile(list(its.values()), 1 - _SUSPECTS)) if len(its) > 1 / _SUSPECTS else 0)
        against |= {number for number, value in its.items() if value > least}
    return against


def _odd(text: str, new_kinds: frozenset[str]) -> list[Doubt]:
    """What the grammar has against it, unless there are many that are built so: then it is the grammar that is old."""
    read = parse(text)
    return [] if read.matches or _build(text) in new_kinds else list(read.doubts)


def _new_kinds(texts: Collection[str]) -> frozenset[str]:
    """Builds that many answers have and no legal one."""
    counted = Counter(map(_build, texts))
    legal = {_build(text) for text in texts if parse(text).matches}
    return frozenset(build for build, count in counted.items() if count >= _KIND and build not in legal)


def _build(text: str) -> str:
    return re.sub(r"\d", "0", re.sub(r"[가-힣]", "가", text))


def _sure_readers(plate: AnsweredPlate) -> list[Doubt]:
    """All that were sure read something else, by two characters or more."""
    sure = [its for its in plate.readings if its.characters and its.confidence >= max(_SURE, its.sure_from)]
    if not sure or any(edit_distance(plate.review.review.truth, its.text) < 2 for its in sure):
        return []
    return [doubt("answer_unlike_readings", text=max(sure, key=lambda its: its.confidence).text)]
