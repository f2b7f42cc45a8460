"""Measures readers beside each other on drawn plates: their strengths, and whether voting beats every one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from pydantic import BaseModel

from pipeline.analysis.duel import mcnemar
from pipeline.analysis.metrics import exact, plain, wilson
from pipeline.config import Config
from pipeline.corpus.labels import LabelKind, Labels
from pipeline.ensemble.fit import ReadPlate, fit_strengths
from pipeline.ensemble.strength import WEIGHTS, Strengths, load_strengths
from pipeline.ensemble.vote import decide
from pipeline.errors import BackendUnavailable, MediaError
from pipeline.flow.attempt import enhance_crops, read_crops
from pipeline.flow.recipe import Step, find_recipe
from pipeline.media.decode import decode
from pipeline.media.rectify import rectify
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import PlateCrop, Reading, Stage, StageFailure
from pipeline.pool import Pool
from pipeline.registry import backends
from pipeline.weights import WeightsRow, adopt
from pipeline.workbench.tune import draw_degraded

_TO_MEASURE, _TO_COMPARE = 60_003, 60_004  # seeds of plates that nothing else is measured on
_BATCH = 32
_OURS = "crnn"
_FEW = 800  # plates for a program that is started for each
AUTO, ENSEMBLE = "auto", "ensemble"
_UNCHANGED, _AUTO = ("unchanged",), (AUTO,)

Progress = Callable[[int], object]


class Score(BaseModel):
    """How one way of reading did on one set, beside the ensemble of all readers.

    ``low`` and ``high`` bound the share that is right with 95 % certainty (Wilson); ``won`` counts plates that only the
    ensemble reads, ``lost`` those that only this way does; ``p`` is McNemar's, exact and two-sided.
    """

    way: str
    exact: int
    n: int
    low: float
    high: float
    won: int
    lost: int
    p: float


class Versus(BaseModel):
    """Scores by set: ``drawn``, and ``real`` where labelled crops were given. ``missing`` tells who could not run."""

    sets: dict[str, list[Score]]
    missing: dict[str, str]


def usable_readers(config: Config) -> tuple[list[str], dict[str, str]]:
    """(names of the readers that run on this machine, what each other one lacks)."""
    lacking = {name: reason for name, b in backends(Stage.READER).items() if (reason := b.missing(config))}
    local = [name for name, b in backends(Stage.READER).items() if name not in lacking and (b.weights or b.programs)]
    return local, lacking


def measure_strengths(
    config: Config, count: int, readers: Sequence[str] = (), progress: Progress = lambda count: None
) -> Strengths:
    """Has readers read ``count`` degraded drawn plates and fits what their ballots are worth.

    Args:
        readers: at least two; all that run on this machine where none is named.
        progress: called with the number of readings made since it was last called.

    Raises:
        UnknownBackend, BackendUnavailable: a reader.
        TrainingError: there is nothing to draw with.
    """
    names = list(readers) or usable_readers(config)[0]
    crops, texts = draw_degraded(config, count, _TO_MEASURE)
    pool = Pool(config)
    read = {name: _read(pool, crops[: _limit(name, count)], Step(name=name), progress) for name in names}
    return fit_strengths(_by_plate(texts, read.values()))


def adopt_strengths(config: Config, strengths: Strengths, count: int, command: str) -> None:
    """Makes them those that verdicts are weighed with: a file and a row of the manifest."""
    made = config.home / "ensemble.json"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text(strengths.as_json(), encoding="utf-8")
    origin = f"measured on {count:,} degraded plates drawn by pipeline/synth, read by {', '.join(strengths.readers)}"
    adopt(config.weights, WeightsRow(WEIGHTS, made.name, "", "AGPL-3.0-or-later", origin, "", command), made)
    made.unlink()


def compare_readers(
    config: Config,
    count: int,
    labels: Labels | None = None,
    images: Path | None = None,
    progress: Progress = lambda count: None,
) -> Versus:
    """Every reader, two majorities and the ensembles on ``count`` degraded drawn plates and on labelled crops.

    Readers alone have their default settings, and those that the recipe ``ensemble`` gives them; that recipe's readings
    are what majorities and ensembles count.

    Args:
        labels, images: a set of real crops; scenes in it are left out.
        progress: as :func:`measure_strengths`.

    Raises:
        TrainingError: there is nothing to draw with.
        WeightsError: what was measured of the readers cannot be used.
    """
    names, missing = usable_readers(config)
    sets = {"drawn": draw_degraded(config, count, _TO_COMPARE)}
    if labels and images:
        sets["real"] = _labelled_crops(config, labels, images)
    pool, strengths = Pool(config), load_strengths(config.weights)
    return Versus(
        sets={name: _compare(pool, *crops, names, strengths, progress) for name, crops in sets.items()}, missing=missing
    )


def readings_to_make(config: Config, plates: int) -> int:
    """How many readings :func:`compare_readers` reports for so many plates."""
    return plates * len(_looks(usable_readers(config)[0]))


def _looks(names: Sequence[str]) -> list[_Look]:
    """Every reader as it is and after `auto`, and what the recipe with several readers has its own do."""
    alone = [_Look(chain, Step(name=name)) for name in names for chain in (_UNCHANGED, _AUTO)]
    return list({look.name: look for look in (*alone, *_ballots(names), *_ballots(names, auto=True))}.values())


def _ballots(names: Sequence[str], auto: bool = False) -> list[_Look]:
    """Whose votes the ensemble counts; with ``auto`` in place of unchanged crops, if that is asked."""
    recipe = find_recipe(ENSEMBLE)
    chains = [tuple(step.name for step in chain) for chain in recipe.chains]
    looks = product(chains, (reader for reader in recipe.readers if reader.name in names))
    return [_Look(_AUTO if auto and chain == _UNCHANGED else chain, reader) for chain, reader in looks]


@dataclass(frozen=True)
class _Look:
    """A reader and the enhancers before it."""

    chain: tuple[str, ...]
    reader: Step

    @property
    def name(self) -> str:
        """As tables have it: settings where they are not the usual ones, enhancers where there are any."""
        settings = (f"{key}={value}" for key, value in self.reader.settings.items())
        name = " ".join([self.reader.name, *settings])
        return name if self.chain == _UNCHANGED else f"{name}, {'+'.join(self.chain)}"


def _compare(
    pool: Pool,
    crops: Sequence[PlateCrop],
    texts: Sequence[str],
    names: Sequence[str],
    strengths: Strengths,
    progress: Progress,
) -> list[Score]:
    looks = _looks(names)
    enhanced = {chain: _enhance(pool, crops, chain) for chain in dict.fromkeys(look.chain for look in looks)}
    read: dict[str, list[Reading]] = {}
    for look in looks:
        unchanged = read.get(_Look(_UNCHANGED, look.reader).name)
        read[look.name] = _read_changed(pool, crops, enhanced[look.chain], unchanged, look.reader, progress)
    ballots, after_auto = ([read[look.name] for look in _ballots(names, auto)] for auto in (False, True))
    others = [read[look.name] for look in _ballots(names) if look.reader.name != _OURS]
    ways = {name: [reading.text for reading in its] for name, its in read.items()}
    ways["majority of texts"] = [_majority(row) for row in zip(*ballots, strict=True)]
    ways["majority by character"] = [
        "".join(Counter(row).most_common(1)[0][0] for row in zip(*_same_length(voted), strict=True))
        for voted in zip(*([reading.text for reading in its] for its in ballots), strict=True)
    ]
    ways["ensemble without crnn"] = _vote(others, strengths)
    ways[f"ensemble, {AUTO}"] = _vote(after_auto, strengths)
    whole = _vote(ballots, strengths)
    return [*(_score(way, texts, its, whole) for way, its in ways.items()), _score(ENSEMBLE, texts, whole, whole)]


def _vote(readings: Sequence[Sequence[Reading]], strengths: Strengths) -> list[str]:
    return [decide(row, strengths=strengths).text for row in zip(*readings, strict=True)]


def _majority(readings: Sequence[Reading]) -> str:
    """The text that most readers read; of several, the one with the most confidence."""
    votes = Counter(reading.text for reading in readings if reading.text)
    sure = {text: sum(r.confidence for r in readings if r.text == text) for text in votes}
    return max(votes, key=lambda text: (votes[text], sure[text]), default="")


def _same_length(texts: Sequence[str]) -> list[str]:
    """Those texts that are as long as most are."""
    length = Counter(map(len, filter(None, texts))).most_common(1)
    return [text for text in texts if length and len(text) == length[0][0]]


def _score(way: str, truths: Sequence[str], texts: Sequence[str], whole: Sequence[str]) -> Score:
    right = [exact(truth, text) for truth, text in zip(truths, texts, strict=True)]
    theirs = [exact(truth, text) for truth, text in zip(truths, whole, strict=True)]
    won = sum(b and not a for a, b in zip(right, theirs, strict=True))
    lost = sum(a and not b for a, b in zip(right, theirs, strict=True))
    low, high = wilson(sum(right), len(right))
    return Score(way=way, exact=sum(right), n=len(right), low=low, high=high, won=won, lost=lost, p=mcnemar(won, lost))


def _enhance(pool: Pool, crops: Sequence[PlateCrop], chain: Sequence[str]) -> list[PlateCrop]:
    """Where an enhancer failed, the crop stays as it was."""
    made = enhance_crops(crops, [Step(name=name) for name in chain], pool)
    return [its if isinstance(its, PlateCrop) else crop for its, crop in zip(made, crops, strict=True)]


def _read(pool: Pool, crops: Sequence[PlateCrop], step: Step, progress: Progress) -> list[Reading]:
    """One reading a crop; where the reader failed, it saw nothing.

    Raises:
        BackendUnavailable: it cannot run at all.
    """
    found: list[Reading] = []
    for start in range(0, len(crops), _BATCH):
        batch = crops[start : start + _BATCH]
        made = read_crops(batch, step, pool)
        if all(isinstance(reading, StageFailure) for reading in made):
            raise BackendUnavailable(f"reader '{step.name}' failed on every plate: {made[0].reason}")  # type: ignore[union-attr]
        found += [Reading((), step.name) if isinstance(reading, StageFailure) else reading for reading in made]
        progress(len(batch))
    return found


def _read_changed(
    pool: Pool,
    crops: Sequence[PlateCrop],
    enhanced: Sequence[PlateCrop],
    known: Sequence[Reading] | None,
    step: Step,
    progress: Progress,
) -> list[Reading]:
    """Readings of the enhanced crops; those of a crop that nothing was done to may be known."""
    if known is None:
        return _read(pool, enhanced, step, progress)
    changed = [n for n, (crop, made) in enumerate(zip(crops, enhanced, strict=True)) if made.pixels is not crop.pixels]
    again = iter(_read(pool, [enhanced[n] for n in changed], step, progress))
    progress(len(crops) - len(changed))
    touched = set(changed)
    return [next(again) if n in touched else reading for n, reading in enumerate(known)]


def _limit(name: str, count: int) -> int:
    """Strengths of a slow reader rest on fewer plates."""
    return min(count, _FEW) if backends(Stage.READER)[name].programs else count


def _by_plate(texts: Sequence[str], read: Iterable[Sequence[Reading]]) -> list[ReadPlate]:
    rows = list(read)
    return [(plain(text), [row[n] for row in rows if n < len(row)]) for n, text in enumerate(texts)]


def _labelled_crops(config: Config, labels: Labels, images: Path) -> tuple[list[PlateCrop], list[str]]:
    crops, texts = [], []
    for file, (label, *_) in labels.by_file.items():
        if label.kind is not LabelKind.PLATE_CROP or not plain(label.text):
            continue
        try:
            frame = decode(images / file, max_pixels=config.max_pixels)
        except MediaError:
            continue  # `evaluate` tells of such pictures
        crops.append(rectify(frame, quad_from_box(0, 0, frame.width, frame.height)))
        texts.append(label.text)
    return crops, texts
