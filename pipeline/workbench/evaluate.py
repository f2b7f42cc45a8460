"""Scores a recipe on labelled pictures: crops by the reader, scenes end to end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from statistics import median

from pydantic import BaseModel

from pipeline.analysis.metrics import FoundPlate, LabelledPlate, SceneMatch, exact, match_plates, plain
from pipeline.analysis.scores import CropScores, SceneScores, TrustScores, readings
from pipeline.config import Config
from pipeline.corpus.labelled_set import open_set
from pipeline.corpus.labels import Label, LabelKind, Labels
from pipeline.corpus.labels import read_labels as read_labels
from pipeline.corpus.problems import sentence
from pipeline.corpus.set_files import SetForm as SetForm
from pipeline.flow.recipe import Recipe
from pipeline.plate.types import FrameResult, Verdict
from pipeline.pool import Pool
from pipeline.workbench.outcomes import is_crop
from pipeline.workbench.read import ReadPicture, read_pictures


class Scores(BaseModel):
    crops: CropScores
    scenes: SceneScores


class Miss(BaseModel):
    """A readable plate that was not read right; ``read`` is empty when nothing was."""

    file: str
    truth: str
    read: str


class Report(Scores):
    """``ms`` are medians by kind of picture and stage; ``problems`` say what was left out or failed on the way."""

    recipe: str
    trust: TrustScores
    by_source: dict[str, Scores]
    misses: list[Miss]
    ms: dict[str, dict[str, float]]
    problems: list[str]


def open_labels(source: Path, config: Config, form: SetForm | None = None) -> tuple[Labels, dict[str, Path]]:
    """The labels of a folder in whichever form they come, and where each picture lies.

    Raises:
        BadLabels, MediaError: as :func:`open_set`.
    """
    known = open_set(source, name=source.name, max_pixels=config.max_pixels, form=form)
    return Labels(known.labels, [sentence(problem) for problem in known.problems]), known.paths


def evaluate(
    labels: Labels,
    images: Path | Mapping[str, Path],
    recipe: Recipe,
    pool: Pool,
    progress: Callable[[], object] = lambda: None,
) -> Report:
    """Reads every labelled picture; ``progress`` is called after each. ``images`` is their folder, or the path of each.

    One that is missing or cannot be opened is a problem, and nothing was read on it: a folder that lost some of its
    pictures scores no better for it.

    Raises:
        UnknownBackend, BadSettings, WeightsError: the recipe cannot run at all.
    """
    crops = {file: its for file, its in labels.by_file.items() if is_crop(its)}
    scenes = {file: its for file, its in labels.by_file.items() if file not in crops}
    evaluation = _Evaluation(labels.problems)
    for files, chosen, score in (
        (crops, recipe.for_crops(), evaluation.score_crop),
        (scenes, recipe, evaluation.score_scene),
    ):
        paths = ((file, images / file if isinstance(images, Path) else images[file]) for file in files)
        for picture in read_pictures(paths, chosen, pool, store=None):
            progress()
            if isinstance(picture, ReadPicture):
                evaluation.note_failures(picture.result)
                score(files[picture.name], picture.result)
            else:
                evaluation.problems[picture.reason] = None
                score(files[picture.name], FrameResult("", ()))
    return evaluation.report(recipe.name)


class _Evaluation:
    """What was read so far, by source."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = dict.fromkeys(problems)
        self._crops: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._scenes: defaultdict[str, list[SceneMatch]] = defaultdict(list)
        self._misses: list[Miss] = []
        self._verdicts: list[tuple[str, Verdict]] = []
        self._ms: dict[str, list[dict[str, float]]] = {"crops": [], "scenes": []}

    def score_crop(self, labels: list[Label], result: FrameResult) -> None:
        """A crop shows one plate; without a text it is not scored."""
        self._ms["crops"].append(result.elapsed_ms)
        label = labels[0]
        if plain(label.text):
            read = result.inspections[0].verdict.text if result.inspections else ""
            self._verdicts += [(label.text, inspection.verdict) for inspection in result.inspections[:1]]
            self._crops[label.source].append((label.text, read))
            self._note_misses(label.file, [(label.text, read)])

    def score_scene(self, labels: list[Label], result: FrameResult) -> None:
        self._ms["scenes"].append(result.elapsed_ms)
        found = [FoundPlate(i.detection.quad, i.detection.score, i.verdict.text) for i in result.inspections]
        match = match_plates(
            [
                LabelledPlate(label.box, label.text, label.kind is LabelKind.IGNORE, label.corners)
                for label in labels
                if label.box
            ],
            found,
        )
        self._scenes[labels[0].source if labels else ""].append(match)
        verdicts = {id(plate): inspection.verdict for plate, inspection in zip(found, result.inspections, strict=True)}
        self._verdicts += [
            (label.text, verdicts[id(plate)]) for label, plate in match.pairs if plate and plain(label.text)
        ]
        if labels:
            self._note_misses(labels[0].file, readings([match]))

    def note_failures(self, result: FrameResult) -> None:
        self.problems.update({f"{f.stage} '{f.backend}' failed: {f.reason}": None for f in result.all_failures})

    def report(self, recipe: str) -> Report:
        sources = sorted(self._crops.keys() | self._scenes.keys())
        return Report(
            recipe=recipe,
            trust=TrustScores.of(self._verdicts),
            crops=CropScores.of(list(chain(*self._crops.values()))),
            scenes=SceneScores.of(list(chain(*self._scenes.values()))),
            by_source={
                source: Scores(
                    crops=CropScores.of(self._crops.get(source, [])),
                    scenes=SceneScores.of(self._scenes.get(source, [])),
                )
                for source in sources
            },
            misses=self._misses,
            ms={kind: _medians(spent) for kind, spent in self._ms.items()},
            problems=list(self.problems),
        )

    def _note_misses(self, file: str, pairs: Iterable[tuple[str, str]]) -> None:
        self._misses += [Miss(file=file, truth=truth, read=read) for truth, read in pairs if not exact(truth, read)]


def _medians(spent: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Milliseconds by stage over the pictures that went through it."""
    stages = dict.fromkeys(chain.from_iterable(spent))
    return {stage: round(median(ms[stage] for ms in spent if stage in ms), 2) for stage in stages}
