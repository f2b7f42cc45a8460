"""Takes a labelled set in as a snapshot, so that readers learn from it and other versions can be held against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.corpus.labelled_set import LabelledSet, open_set
from pipeline.corpus.labels import Label, LabelKind
from pipeline.corpus.set_files import SetForm as SetForm
from pipeline.corpus.snapshot import PlateState, SnapshotPlate, Split, check_name
from pipeline.corpus.snapshot_writer import SnapshotWriter
from pipeline.errors import DegenerateQuad, MediaError
from pipeline.flow.inspect_image import MARGIN
from pipeline.media.decode import decode
from pipeline.media.draw import encode_png
from pipeline.media.rectify import rectify
from pipeline.plate.geometry import is_convex, quad_from_box
from pipeline.plate.types import Frame, Quad
from pipeline.workbench import jobs
from pipeline.workbench.answers import corners_of, is_writable, look_of, quad_from
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_sets import open_place
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.snapshot_shelf import keep_snapshot, splits_of
from pipeline.workbench.snapshots import Progress, StoredSnapshot, quiet

KIND = "import_set"


def import_set(
    bench: Workbench,
    known: LabelledSet,
    name: str,
    *,
    progress: Progress = quiet,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> StoredSnapshot:
    """Freezes a labelled set into the next version of the data set ``name``; its files stay where they are.

    Args:
        known: as :func:`~pipeline.corpus.labelled_set.open_set` gives it; what it could not use is counted as left out.
        progress: called with pictures done, pictures in all, and the picture's name.

    Raises:
        SnapshotError: not one plate is left, the name cannot be used, or the folder cannot be written.
    """
    name = check_name(name)
    left_out = Counter(problem.code for problem in known.problems)
    texts = [label.text for its in known.labels.values() for label in its if _state(label) is PlateState.READ]
    splits = splits_of(bench, name, texts)
    plates: list[SnapshotPlate] = []
    with SnapshotWriter(bench.config.datasets_folder, name) as writer:
        for done, (file, labels) in enumerate(known.labels.items(), start=1):
            try:
                frame = decode(known.paths[file], file, max_pixels=bench.config.max_pixels)
            except MediaError:
                left_out["picture_broken"] += 1
            else:
                picture = writer.add_picture(known.paths[file], frame.width, frame.height, share=False)
                plates += _plates(writer, picture, frame, labels, splits, left_out)
            progress(done, len(known.labels), file)
        return keep_snapshot(bench, writer, plates, left_out, now)


def import_folder(
    bench: Workbench, folder: Path, name: str, form: SetForm | None = None, *, progress: Progress = quiet
) -> StoredSnapshot:
    """A folder of pictures and labels, wherever it lies.

    Raises:
        BadLabels, MediaError: it cannot be used as a labelled set.
        SnapshotError, StoreError: as :func:`import_set`.
    """
    known = open_set(folder, name=folder.name, max_pixels=bench.config.max_pixels, form=form)
    return import_set(bench, known, name, progress=progress)


def start_import(bench: Workbench, place: str, name: str, form: SetForm | None = None) -> int:
    """Has the worker import a set of :mod:`~pipeline.workbench.failure_sets`, and gives the job's id.

    Raises:
        SnapshotError: the name cannot be used.
        NotFound, BadLabels, MediaError: the set cannot be used.
    """
    name = check_name(name)
    total = len(open_place(bench, place, form).labels)
    arguments: Json = {"place": place, "name": name, "form": form and form.value}
    return jobs.start(bench, KIND, arguments, about={"name": name}, total=total)


@jobs.handler(KIND)
def _import(bench: Workbench, job: JobContext) -> Json:
    form = job.arguments["form"]
    known = open_place(bench, job.arguments["place"], SetForm(form) if form else None)
    stored = import_set(bench, known, job.arguments["name"], progress=job.progress)
    return {"snapshot": stored.id, "title": stored.title, "plates": sum(stored.counts[split] for split in Split)}


def _plates(
    writer: SnapshotWriter,
    picture: str,
    frame: Frame,
    labels: Sequence[Label],
    splits: Mapping[str, Split],
    left_out: Counter[str],
) -> Iterator[SnapshotPlate]:
    for label in labels:
        state = _state(label)
        text = label.text if state is PlateState.READ else ""
        quad, margin = _place(label, frame)
        if not is_writable(text):
            left_out["characters_unknown"] += 1
            continue
        try:
            crop = rectify(frame, quad, margin=margin)
        except DegenerateQuad:
            left_out["box_bad"] += 1
            continue
        format, colour = look_of(text, crop)
        yield SnapshotPlate(
            writer.add_crop(encode_png(crop.pixels)),
            picture,
            corners_of(quad),
            state,
            text,
            splits.get(text, Split.TRAIN),
            label.format or format,
            label.colour or colour,
            crop.lines,
            label.source,
            "import",
        )


def _state(label: Label) -> PlateState:
    return PlateState.READ if label.text and label.kind is not LabelKind.IGNORE else PlateState.UNREADABLE


def _place(label: Label, frame: Frame) -> tuple[Quad, float]:
    """Corners, and the border that readers get around them; a crop without corners is the plate as it is."""
    if label.corners:
        quad = quad_from(label.corners)
        if is_convex(quad):
            return quad, MARGIN
    if label.box:
        return quad_from_box(*label.box), MARGIN
    return quad_from_box(0, 0, frame.width, frame.height), 0.0
