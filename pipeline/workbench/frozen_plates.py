"""What a data set holds of an answered plate, and of those beside it in its picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.corpus.snapshot import PlateState, SnapshotPlate, Split
from pipeline.corpus.snapshot_writer import SnapshotWriter
from pipeline.errors import NotFound
from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.workbench.answers import AnsweredPlate, corners_of, crop_of, look_of, quad_of, state_of
from pipeline.workbench.bench import Workbench

_SAME_PLACE = 0.5
"""IoU of two boxes in one picture from which they are about one plate."""


def frozen_plate(
    bench: Workbench, writer: SnapshotWriter, plate: AnsweredPlate, splits: Mapping[str, Split]
) -> SnapshotPlate:
    """
    Raises:
        NotFound: its picture or its crop is gone from the disk.
        SnapshotError: the folder cannot be written.
    """
    given = plate.review.review
    state = state_of(given)
    text = given.truth if state is PlateState.READ else ""
    png, crop = crop_of(bench, plate)
    format, colour = look_of(text, crop)
    return SnapshotPlate(
        writer.add_crop(png),
        add_picture(bench, writer, plate),
        corners_of(quad_of(plate)),
        state,
        text,
        splits.get(text, Split.TRAIN),
        format,
        colour,
        crop.lines,
        plate.origin,
        given.source,
        given.reviewer,
        plate.inspection_id,
        plate.review.created,
    )


def bystanders(bench: Workbench, writer: SnapshotWriter, taken: Sequence[AnsweredPlate]) -> Iterator[SnapshotPlate]:
    """What else was found in the pictures of plates that are taken, each place once.

    Without them, detectors would learn that a plate which nobody has looked at is none.
    """
    places: defaultdict[str, list[Box]] = defaultdict(list)
    answered: dict[str, AnsweredPlate] = {}
    for plate in taken:
        places[plate.image_sha256].append(bounding_box(quad_of(plate)))
        answered[plate.image_sha256] = plate
    for found in bench.store.answers.found_in(list(places)):
        box = bounding_box(found.quad)
        if any(box_iou(box, other) >= _SAME_PLACE for other in places[found.image_sha256]):
            continue
        try:
            crop = writer.add_crop(bench.store.blobs.get(found.crop_sha256))
            picture = add_picture(bench, writer, answered[found.image_sha256])
        except NotFound:
            continue
        places[found.image_sha256].append(box)
        yield SnapshotPlate(
            crop,
            picture,
            corners_of(found.quad),
            PlateState.UNREVIEWED,
            "",
            Split.TRAIN,
            lines=found.lines,
            origin=answered[found.image_sha256].origin,
            inspection_id=found.inspection_id,
        )


def add_picture(bench: Workbench, writer: SnapshotWriter, plate: AnsweredPlate) -> str:
    """The path of the plate's picture in the snapshot.

    Raises:
        NotFound: it is gone from the disk.
    """
    picture = bench.store.blobs.path(plate.image_sha256)
    if not picture.is_file():
        raise NotFound(f"the picture {plate.image_sha256[:12]}… is gone; delete its upload and add it again")
    return writer.add_picture(picture, plate.width, plate.height, share=True)
