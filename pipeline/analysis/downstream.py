"""What an enhancer does to a second task: vehicles and plates found in pictures before and after, and detail kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from pipeline.analysis.detail import DetailKept, mean_detail
from pipeline.analysis.detections import FoundBox, average_precision, right_boxes
from pipeline.analysis.paired import Paired, holm, paired
from pipeline.plate.geometry import Box, Outline

SURE = {"vehicles": 0.3, "plates": 0.35}
"""From which score a box counts: what the detectors of the recipes take, and a little more for vehicles."""
CHANCE = 0.05
DETAIL_LOST = 0.05
"""Share of the gradient whose loss is worth a warning."""


class Task(StrEnum):
    VEHICLES = "vehicles"
    PLATES = "plates"


class Effect(StrEnum):
    """For certain where the sign test says so after its correction; it *may* be so where only the interval of the mean
    difference leaves out 0.
    """

    HELPS = "helps"
    MAY_HELP = "may_help"
    UNCLEAR = "unclear"
    MAY_HURT = "may_hurt"
    HURTS = "hurts"


@dataclass(frozen=True, slots=True)
class CheckPicture:
    """``file`` is its path inside the set, ``size`` its width and height. ``plates`` are the labelled boxes in its own
    pixels, None where nobody labelled it; ``outlines`` are around what a mask holds.
    """

    file: str
    sha256: str
    size: tuple[int, int]
    plates: tuple[Box, ...] | None = None
    outlines: tuple[Outline, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckChain:
    """``steps`` are its steps as JSON, ``fingerprint`` that of all that decides what they make of a picture."""

    key: str
    title: str
    steps: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One picture after one chain. Boxes hold weak ones, too, best first, in pixels of ``size`` (width, height).

    ``given`` is the size in which the chain handed the picture over; ``brightness`` 0…255. ``kept`` compares with the
    picture as it was, ``inside`` only within its mask, None where it has none. Where the chain failed there is a
    ``failure`` and nothing else.
    """

    size: tuple[int, int]
    given: tuple[int, int] = (0, 0)
    brightness: float = 0.0
    vehicles: tuple[FoundBox, ...] = ()
    plates: tuple[FoundBox, ...] = ()
    kept: DetailKept | None = None
    inside: DetailKept | None = None
    elapsed_ms: float = 0.0
    failure: str | None = None

    def sure(self, task: Task) -> tuple[FoundBox, ...]:
        """The boxes that count."""
        return tuple(found for found in self.found(task) if found.score >= SURE[task])

    def found(self, task: Task) -> tuple[FoundBox, ...]:
        return self.vehicles if task is Task.VEHICLES else self.plates


@dataclass(frozen=True, slots=True)
class TaskScore:
    """``count`` boxes were found with ``confidence`` on average (None without boxes); where plates are labelled,
    ``right`` of them lie on a label, and ``precision`` is the average precision.
    """

    count: int
    confidence: float | None
    right: int | None = None
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class TaskEffect:
    """One task before and after, over the same pictures. ``p`` is the sign test's after Holm's correction over all
    that the check compares. ``differences`` are by picture: of boxes, or where labels are known, of right boxes less
    those too many.
    """

    task: Task
    before: TaskScore
    after: TaskScore
    differences: tuple[float, ...]
    paired: Paired
    p: float
    effect: Effect


@dataclass(frozen=True, slots=True)
class DetailEffect:
    """Means over ``n`` pictures; ``lost`` where more of the gradient is gone than :data:`DETAIL_LOST`."""

    n: int
    kept: DetailKept

    @property
    def lost(self) -> bool:
        return self.n > 0 and self.kept.gradient < 1 - DETAIL_LOST


Truth = Sequence[Box] | None


def effects(
    before: Sequence[Measured], chains: Sequence[Sequence[Measured]], plates: Sequence[Truth]
) -> list[list[TaskEffect]]:
    """What each chain does to each task. All in the same order of pictures; a ``plates`` of None is not labelled.

    A picture on which a chain failed does not count for that chain.
    """
    pairs = [[_pair(before, chain, plates, task) for task in Task] for chain in chains]
    raised = iter(holm([tested.p for row in pairs for _, tested in row]))
    made = []
    for chain, row in zip(chains, pairs, strict=True):
        whole = [n for n, measured in enumerate(chain) if measured.failure is None]
        made.append(
            [
                TaskEffect(
                    task,
                    _score([before[n] for n in whole], [plates[n] for n in whole], task),
                    _score([chain[n] for n in whole], [plates[n] for n in whole], task),
                    differences,
                    tested,
                    p := next(raised),
                    _effect(tested, p),
                )
                for task, (differences, tested) in zip(Task, row, strict=True)
            ]
        )
    return made


def detail_effect(measured: Sequence[Measured], *, inside: bool = False) -> DetailEffect:
    kept = [part for m in measured if m.failure is None and (part := m.inside if inside else m.kept)]
    return DetailEffect(len(kept), mean_detail(kept))


def worth(measured: Measured, plates: Truth, task: Task) -> float:
    """What a picture is worth to a task: boxes found; with labels, right ones less those too many."""
    found = measured.sure(task)
    if task is Task.VEHICLES or plates is None:
        return float(len(found))
    right = sum(right_boxes(plates, found))
    return float(right - (len(found) - right))


def _pair(
    before: Sequence[Measured], chain: Sequence[Measured], plates: Sequence[Truth], task: Task
) -> tuple[tuple[float, ...], Paired]:
    """Differences by picture, 0 where the chain failed, and the test over the others."""
    values = [
        (worth(was, truth, task), worth(made, truth, task))
        for was, made, truth in zip(before, chain, plates, strict=True)
    ]
    whole = [pair for pair, made in zip(values, chain, strict=True) if made.failure is None]
    differences = tuple(
        0.0 if made.failure else after - first for (first, after), made in zip(values, chain, strict=True)
    )
    return differences, paired([first for first, _ in whole], [after for _, after in whole])


def _score(measured: Sequence[Measured], plates: Sequence[Truth], task: Task) -> TaskScore:
    sure = [found.score for m in measured for found in m.sure(task)]
    confidence = fmean(sure) if sure else None
    known = [(truth, m) for truth, m in zip(plates, measured, strict=True) if truth is not None]
    if task is Task.VEHICLES or not known:
        return TaskScore(len(sure), confidence)
    right = sum(sum(right_boxes(truth, m.sure(task))) for truth, m in known)
    return TaskScore(len(sure), confidence, right, average_precision([(truth, m.found(task)) for truth, m in known]))


def _effect(tested: Paired, p: float) -> Effect:
    if p < CHANCE:
        return Effect.HURTS if tested.fewer > tested.more else Effect.HELPS
    if tested.high < 0:
        return Effect.MAY_HURT
    return Effect.MAY_HELP if tested.low > 0 else Effect.UNCLEAR
