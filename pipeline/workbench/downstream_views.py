"""A check of a downstream task, as it is shown: what every chain does to every task, and where it hurts most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.analysis.detail import DetailKept
from pipeline.analysis.downstream import CheckChain as CheckChain
from pipeline.analysis.downstream import CheckPicture as CheckPicture
from pipeline.analysis.downstream import DetailEffect as DetailEffect
from pipeline.analysis.downstream import Effect as Effect
from pipeline.analysis.downstream import Measured as Measured
from pipeline.analysis.downstream import Task as Task
from pipeline.analysis.downstream import TaskEffect as TaskEffect
from pipeline.analysis.downstream import Truth, detail_effect, effects
from pipeline.corpus.set_files import SetFiles
from pipeline.errors import MediaError
from pipeline.media.draw import draw_quads, encode_jpeg
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Pixels, StageFailure
from pipeline.store import CheckPlan
from pipeline.store import StoredCheck as StoredCheck
from pipeline.workbench import failure_sets
from pipeline.workbench.bench import Workbench
from pipeline.workbench.downstream import (
    Finder,
    Progress,
    enhance_picture,
    find_chains,
    key_of,
    make_plan,
    open_picture,
    scale_of,
)
from pipeline.workbench.picture_sets import read_folder

_ALL_KEPT = DetailKept(1.0, 1.0)
_VEHICLE, _PLATE, _LABEL = (70, 160, 255), (255, 196, 0), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class PictureChange:
    """One picture before and after a chain; ``loss`` adds up what all tasks lose, above 0 where it hurts."""

    picture: CheckPicture
    before: Measured
    after: Measured
    loss: float


@dataclass(frozen=True, slots=True)
class ChainView:
    """What one chain does. ``worst`` are the pictures that lose anything, those that lose most first.

    ``resized`` counts pictures that came out in another size, ``untouched`` those that came out as they went in;
    ``brightness`` before and after, 0…255.
    """

    chain: CheckChain
    tasks: tuple[TaskEffect, ...]
    kept: DetailEffect
    inside: DetailEffect
    brightness: tuple[float, float]
    elapsed_ms: float
    failed: tuple[str, ...]
    resized: int
    untouched: int
    changes: tuple[PictureChange, ...]

    @property
    def effect(self) -> Effect:
        """The worst of all tasks, else the best."""
        bad = (Effect.HURTS, Effect.MAY_HURT, Effect.HELPS, Effect.MAY_HELP)
        known = {task.effect for task in self.tasks}
        return next((effect for effect in bad if effect in known), Effect.UNCLEAR)

    @property
    def worst(self) -> tuple[PictureChange, ...]:
        return tuple(sorted((one for one in self.changes if one.loss > 0), key=lambda one: -one.loss))


@dataclass(frozen=True, slots=True)
class CheckView:
    """``pictures`` are those measured in every way so far."""

    check: StoredCheck
    pictures: int
    chains: tuple[ChainView, ...]
    labelled: int
    outlined: int


def checks(bench: Workbench) -> tuple[StoredCheck, ...]:
    """Newest first."""
    return bench.store.checks.list()


def open_check(bench: Workbench, check_id: int) -> CheckView:
    """
    Raises:
        NotFound: no such check.
    """
    check = bench.store.checks.get(check_id)
    known = bench.store.checks.measured(picture.sha256 for picture in check.plan.pictures)
    return view_of(check, known)


def view_of(check: StoredCheck, known: dict[tuple[str, str], Measured]) -> CheckView:
    """Of what is ``known`` so far."""
    plan = check.plan
    rows = [(p, [known.get(key_of(chain, p)) for chain in plan.chains]) for p in plan.pictures]
    full = [(p, made) for p, row in rows if len(made := [m for m in row if m]) == len(row)]
    whole = [(picture, made) for picture, made in full if made[0].failure is None]
    pictures = [picture for picture, _ in whole]
    before = [made[0] for _, made in whole]
    after = [[made[n] for _, made in whole] for n in range(1, len(plan.chains))]
    found = effects(before, after, [_truth(picture) for picture in pictures])
    chains = tuple(
        _chain(chain, pictures, before, its, tuple(tasks))
        for chain, its, tasks in zip(plan.chains[1:], after, found, strict=True)
    )
    labelled = sum(picture.plates is not None for picture in pictures)
    return CheckView(check, len(pictures), chains, labelled, sum(bool(picture.outlines) for picture in pictures))


@dataclass(frozen=True, slots=True)
class Shown:
    """A JPEG with its boxes drawn, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def picture_pair(bench: Workbench, plan: CheckPlan, chain: CheckChain, change: PictureChange) -> tuple[Shown, Shown]:
    """A picture before and after a chain, with its boxes: vehicles blue, plates yellow, labelled plates white.

    Raises:
        NotFound: its set is gone.
        MediaError: it is gone, or has changed since.
    """
    paths = SetFiles.of(failure_sets.folder_of(bench.config, plan.place)).pictures
    pixels = open_picture(bench.config, change.picture, paths.get(change.picture.file))
    made = enhance_picture(bench.pool, pixels, chain)
    if isinstance(made, StageFailure):
        raise MediaError(f"{change.picture.file} cannot be shown: {made.reason}; choose another picture")
    return _drawn(pixels, change.picture, change.before), _drawn(made.pixels, change.picture, change.after)


def _chain(
    chain: CheckChain,
    pictures: Sequence[CheckPicture],
    before: Sequence[Measured],
    after: Sequence[Measured],
    tasks: tuple[TaskEffect, ...],
) -> ChainView:
    losses = [-sum(values) for values in zip(*(task.differences for task in tasks), strict=True)]
    whole = [(was, made) for was, made in zip(before, after, strict=True) if made.failure is None]
    count = max(1, len(whole))
    return ChainView(
        chain,
        tasks,
        detail_effect(after),
        detail_effect(after, inside=True),
        (sum(was.brightness for was, _ in whole) / count, sum(made.brightness for _, made in whole) / count),
        sum(made.elapsed_ms for _, made in whole) / count,
        tuple(f"{p.file}: {made.failure}" for p, made in zip(pictures, after, strict=True) if made.failure),
        sum(made.given != made.size for _, made in whole),
        sum(made.kept == _ALL_KEPT and made.brightness == was.brightness for was, made in whole),
        tuple(PictureChange(*row) for row in zip(pictures, before, after, losses, strict=True)),
    )


def _truth(picture: CheckPicture) -> Truth:
    """Labelled plates in the pixels in which the picture is looked at."""
    if picture.plates is None:
        return None
    scale = scale_of(picture)
    return [(x1 * scale, y1 * scale, x2 * scale, y2 * scale) for x1, y1, x2, y2 in picture.plates]


def _drawn(pixels: Pixels, picture: CheckPicture, measured: Measured) -> Shown:
    boxes = [(box, "", _LABEL) for box in _truth(picture) or ()]
    for task, colour in ((Task.VEHICLES, _VEHICLE), (Task.PLATES, _PLATE)):
        boxes += [(found.box, f"{found.score:.0%}", colour) for found in measured.sure(task)]
    quads, labels, colours = [quad_from_box(*box) for box, _, _ in boxes], [b[1] for b in boxes], [b[2] for b in boxes]
    drawn = draw_quads(pixels, quads, labels, colours)
    return Shown(encode_jpeg(drawn), pixels.shape[1], pixels.shape[0])


def check_folder(bench: Workbench, folder: Path, chains: Sequence[str], progress: Progress) -> CheckView:
    """Measures any folder here and now, and keeps nothing of it.

    Args:
        chains: keys as :func:`ways.chains` has them.
        progress: called with pictures done, pictures in all, and the last one's name.

    Raises:
        BadSettings: there is no such chain.
        MediaError, BackendUnavailable: as :func:`plan_check`.
    """
    known = read_folder(bench.config, folder, folder.resolve().name)
    plan = make_plan(bench.config, known, find_chains(bench, chains))
    finder = Finder(bench.pool)
    measured: dict[tuple[str, str], Measured] = {}
    for done, picture in enumerate(plan.pictures, start=1):
        measured |= finder.measure(plan, picture, known.paths[picture.file], {})
        progress(done, len(plan.pictures), picture.file)
    now = datetime.now(UTC)
    return view_of(StoredCheck(0, plan, now, now), measured)
