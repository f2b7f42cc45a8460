"""Writes a snapshot in the forms that other tools read; each can be opened again as a labelled set."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from pipeline.corpus import formats
from pipeline.corpus.formats import LabelledPicture, LabelledQuad
from pipeline.corpus.snapshot import PlateState, Snapshot, Split
from pipeline.media.tables import write_table

READER_COLUMNS = ("file", "kind", "plate_text", "format", "colour", "split", "source", "reviewer")

ExportedFile: TypeAlias = tuple[str, bytes | Path]
"""A path inside the export, and its content or the file that holds it."""


class ExportForm(StrEnum):
    YOLO = "yolo"
    """Upright boxes, as detectors of ultralytics learn from."""
    YOLO_CORNERS = "yolo_corners"
    VOC = "voc"
    COCO = "coco"
    ICDAR = "icdar"
    READER_CSV = "reader_csv"
    """Crops of the read plates and their texts."""


def export_files(snapshot: Snapshot, form: ExportForm) -> Iterator[ExportedFile]:
    """Every file of the export, pictures in a folder a split.

    What nobody can read, or has looked at, is a plate whose text is not asked for: ``difficult`` in VOC, ``iscrowd`` in
    COCO, ``###`` in ICDAR, and in YOLO, which knows none of these, a plate. What is no plate is a picture without one;
    ICDAR, a form for texts, leaves those out.
    """
    if form is ExportForm.READER_CSV:
        yield from _crops(snapshot)
        return
    pictures = {split: list(its) for split, its in _pictures(snapshot).items()}
    if form is ExportForm.ICDAR:
        pictures = {split: [picture for picture in its if picture.plates] for split, its in pictures.items()}
    for split, its in pictures.items():
        for picture in its:
            yield f"images/{split}/{picture.file}", snapshot.folder / "pictures" / picture.file
    yield from _WRITERS[form](pictures)


def _pictures(snapshot: Snapshot) -> Mapping[Split, Sequence[LabelledPicture]]:
    """Each in the split of its most guarded plate; one without plates is to learn from."""
    plates: defaultdict[str, list[LabelledQuad]] = defaultdict(list)
    splits: defaultdict[str, set[Split]] = defaultdict(set)
    for plate in snapshot.plates:
        splits[plate.picture].add(plate.split)
        if plate.state is not PlateState.NOT_A_PLATE:
            plates[plate.picture].append(LabelledQuad(plate.quad, plate.text, plate.state is not PlateState.READ))
    found: dict[Split, list[LabelledPicture]] = {split: [] for split in Split}
    for picture in snapshot.pictures:
        split = next((s for s in (Split.TEST, Split.VALIDATION) if s in splits[picture.file]), Split.TRAIN)
        name = PurePosixPath(picture.file).name
        found[split].append(LabelledPicture(name, picture.width, picture.height, tuple(plates[picture.file])))
    return found


def _crops(snapshot: Snapshot) -> Iterator[ExportedFile]:
    rows = []
    for plate in snapshot.readable():
        file = f"crops/{plate.split}/{PurePosixPath(plate.crop).name}"
        known = (plate.format, plate.colour, plate.split.value, plate.origin, plate.reviewer)
        rows.append(dict(zip(READER_COLUMNS, (file, "plate_crop", plate.text, *known), strict=True)))
        yield file, snapshot.folder / plate.crop
    yield "labels.csv", write_table(rows, READER_COLUMNS)


_Pictures: TypeAlias = Mapping[Split, Sequence[LabelledPicture]]


def _yolo(write: Callable[[LabelledPicture], str], pictures: _Pictures) -> Iterator[ExportedFile]:
    yield "data.yaml", formats.yolo_classes({split: f"images/{split}" for split in Split}).encode()
    yield from _per_picture(pictures, "labels/{split}/{stem}.txt", write)


def _coco(pictures: _Pictures) -> Iterator[ExportedFile]:
    for split, its in pictures.items():
        yield f"annotations/{split}.json", json.dumps(formats.coco(its), ensure_ascii=False).encode()


def _per_picture(pictures: _Pictures, path: str, write: Callable[[LabelledPicture], str]) -> Iterator[ExportedFile]:
    for split, its in pictures.items():
        for picture in its:
            yield path.format(split=split, stem=PurePosixPath(picture.file).stem), write(picture).encode()


_WRITERS: Mapping[ExportForm, Callable[[_Pictures], Iterator[ExportedFile]]] = {
    ExportForm.YOLO: lambda pictures: _yolo(formats.yolo_boxes, pictures),
    ExportForm.YOLO_CORNERS: lambda pictures: _yolo(formats.yolo_corners, pictures),
    ExportForm.VOC: lambda pictures: _per_picture(pictures, "annotations/{split}/{stem}.xml", formats.voc),
    ExportForm.COCO: _coco,
    ExportForm.ICDAR: lambda pictures: _per_picture(pictures, "gt/{split}/gt_{stem}.txt", formats.icdar),
}
