"""Freezes answers into data sets that never change; how they are found again is in :mod:`.snapshot_shelf`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter

from pipeline.corpus.snapshot import PlateState as PlateState
from pipeline.corpus.snapshot import Snapshot as Snapshot
from pipeline.corpus.snapshot import SnapshotPlate as SnapshotPlate
from pipeline.corpus.snapshot import Split as Split
from pipeline.corpus.snapshot import check_name
from pipeline.corpus.snapshot_writer import SnapshotWriter
from pipeline.errors import NotFound
from pipeline.plate.geometry import bounding_box, box_iou
from pipeline.store import StoredSnapshot as StoredSnapshot
from pipeline.workbench import jobs
from pipeline.workbench.answer_checks import suspicious_answers
from pipeline.workbench.answers import (
    ALL_ANSWERS,
    AnsweredPlate,
    AnswerFilter,
    find_answers,
    is_writable,
    quad_of,
    rivals_of,
)
from pipeline.workbench.bench import Workbench
from pipeline.workbench.frozen_plates import bystanders, frozen_plate
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.snapshot_shelf import find_snapshot as find_snapshot
from pipeline.workbench.snapshot_shelf import folder_of as folder_of
from pipeline.workbench.snapshot_shelf import is_lost as is_lost
from pipeline.workbench.snapshot_shelf import keep_snapshot, splits_of
from pipeline.workbench.snapshot_shelf import list_snapshots as list_snapshots
from pipeline.workbench.snapshot_shelf import open_snapshot as open_snapshot

KIND = "freeze_answers"
SUSPICIOUS = "answer_suspicious"
REASONS = frozenset(
    {SUSPICIOUS, "answers_disagree", "crops_contradict", "characters_unknown", "plate_twice", "picture_gone"}
)
"""Why an answer may be left out."""
_SAME_PLACE = 0.5
"""IoU of two boxes in one picture from which they are about one plate."""

Progress = Callable[[int, int, str], object]
_filters = TypeAdapter(AnswerFilter)


def quiet(done: int, total: int, message: str) -> None:
    """Progress that nobody is told."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """Answers before they are frozen: those to take, and the others by inspection, each with a reason's code."""

    taken: tuple[AnsweredPlate, ...]
    left_out: Mapping[int, str]

    @property
    def reasons(self) -> dict[str, int]:
        return dict(Counter(self.left_out.values()).most_common())


def sift_answers(
    bench: Workbench,
    wanted: AnswerFilter = ALL_ANSWERS,
    *,
    leave_out: Mapping[int, str] | None = None,
    keep: Sequence[int] = (),
) -> Sifted:
    """What freezing would take now.

    Args:
        leave_out: further inspections that are not wanted, each with its reason, such as suspicious answers.
        keep: inspections that are taken although something speaks against them.
    """
    found = find_answers(bench, wanted)
    against = dict(_against(found))
    for plate in found:
        if reason := (leave_out or {}).get(plate.inspection_id):
            against.setdefault(plate.inspection_id, reason)
    left_out = {n: why for n, why in against.items() if n not in keep or why == "characters_unknown"}
    return Sifted(tuple(plate for plate in found if plate.inspection_id not in left_out), left_out)


def freeze_answers(
    bench: Workbench,
    name: str,
    wanted: AnswerFilter = ALL_ANSWERS,
    *,
    leave_out: Mapping[int, str] | None = None,
    keep: Sequence[int] = (),
    progress: Progress = quiet,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> StoredSnapshot:
    """Freezes accepted answers into the next version of the data set ``name``.

    Texts keep the splits they had in earlier versions. Where nothing has changed since the last version, that one is
    given.

    Args:
        leave_out, keep: as :func:`sift_answers` takes them.
        progress: called with plates done, plates in all, and the plate's text. When it raises, nothing is left behind.

    Raises:
        SnapshotError: there is nothing to freeze, the name cannot be used, or the folder cannot be written.
    """
    name = check_name(name)
    sifted = sift_answers(bench, wanted, leave_out=leave_out, keep=keep)
    left_out = Counter(sifted.reasons)
    texts = [plate.review.review.truth for plate in sifted.taken if plate.review.review.truth]
    splits = splits_of(bench, name, texts)
    plates = []
    with SnapshotWriter(bench.config.datasets_folder, name) as writer:
        for done, plate in enumerate(sifted.taken, start=1):
            try:
                plates.append(frozen_plate(bench, writer, plate, splits))
            except NotFound:
                left_out["picture_gone"] += 1
            progress(done, len(sifted.taken), plate.review.review.truth)
        plates += bystanders(bench, writer, sifted.taken)
        return keep_snapshot(bench, writer, plates, left_out, now)


def start_freeze(
    bench: Workbench, name: str, wanted: AnswerFilter = ALL_ANSWERS, *, check: bool = True, keep: Sequence[int] = ()
) -> int:
    """Has the worker freeze answers, and gives the job's id.

    Args:
        check: leave out answers that look wrong, as :func:`~pipeline.workbench.answer_checks.suspicious_answers` finds
            them; ``keep`` are inspections to take all the same.

    Raises:
        SnapshotError: the name cannot be used.
    """
    name = check_name(name)
    arguments: Json = {
        "name": name,
        "wanted": _filters.dump_python(wanted, mode="json"),
        "check": check,
        "keep": sorted(keep),
        "newest": max((plate.review.id for plate in find_answers(bench, wanted)), default=0),
    }
    return jobs.start(bench, KIND, arguments, about={"name": name})


@jobs.handler(KIND)
def _freeze(bench: Workbench, job: JobContext) -> Json:
    asked = job.arguments
    wanted = _filters.validate_python(asked["wanted"])
    leave_out = {its.inspection_id: SUSPICIOUS for its in suspicious_answers(bench, wanted)} if asked["check"] else {}
    stored = freeze_answers(
        bench, asked["name"], wanted, leave_out=leave_out, keep=asked["keep"], progress=job.progress
    )
    plates = sum(stored.counts[split] for split in Split)
    return {"snapshot": stored.id, "title": stored.title, "plates": plates, "left_out": sum(stored.left_out.values())}


def _against(found: Sequence[AnsweredPlate]) -> Iterator[tuple[int, str]]:
    """What cannot be taken as it is, and why: the first of several answers that say the same is taken."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for plate in found:
        said[plate.crop_sha256].add(plate.review.review.truth)
    kept: defaultdict[str, list[AnsweredPlate]] = defaultdict(list)
    for plate in found:
        same = [its for its in kept[plate.image_sha256] if _same_place(its, plate)]
        truth = plate.review.review.truth
        if not is_writable(truth):
            yield plate.inspection_id, "characters_unknown"
        elif rivals_of(plate):
            yield plate.inspection_id, "answers_disagree"
        elif len(said[plate.crop_sha256]) > 1:
            yield plate.inspection_id, "crops_contradict"
        elif any(its.review.review.truth != truth for its in same):
            yield plate.inspection_id, "answers_disagree"
        elif same or any(its.crop_sha256 == plate.crop_sha256 for its in kept[plate.crop_sha256]):
            yield plate.inspection_id, "plate_twice"
        else:
            kept[plate.image_sha256].append(plate)
            kept[plate.crop_sha256].append(plate)


def _same_place(one: AnsweredPlate, other: AnsweredPlate) -> bool:
    return box_iou(bounding_box(quad_of(one)), bounding_box(quad_of(other))) >= _SAME_PLACE
