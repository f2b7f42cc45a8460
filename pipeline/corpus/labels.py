"""Reads ``labels.csv``: which plates a folder of pictures shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pipeline.errors import BadTable
from pipeline.media.decode import IMAGE_SUFFIXES, is_image_name
from pipeline.media.source import display_name
from pipeline.media.tables import read_numbered_table
from pipeline.plate.geometry import Box

REQUIRED = ("file", "kind", "plate_text")
BOX = ("x1", "y1", "x2", "y2")


class LabelKind(StrEnum):
    SCENE = "scene"
    PLATE_CROP = "plate_crop"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Label:
    """One plate of one file.

    ``text`` is blank where nobody can read it; ``box`` is None for a crop; ``source`` may be blank; ``corners`` are
    x, y in pixels, clockwise from the plate's top-left, None where nobody marked them. ``format`` and ``colour`` are
    blank where the table does not know them.
    """

    file: str
    kind: LabelKind
    text: str
    box: Box | None
    source: str
    corners: tuple[tuple[float, float], ...] | None = None
    format: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels by file, files in the table's order, and a sentence for every line that was left out."""

    by_file: dict[str, list[Label]]
    problems: list[str]


def read_labels(table: Path, name: str | None = None) -> Labels:
    """The labels of a table, whether or not their pictures are there; ``name`` is what problems call it.

    Raises:
        BadTable: not a table, or one without the columns ``file``, ``kind`` and ``plate_text``.
        MediaError: the table cannot be opened.
    """
    name = display_name(table, name)
    labels = Labels({}, [])
    for line, row in read_numbered_table(table, required=REQUIRED):
        try:
            label = _label(row)
        except BadTable as error:
            labels.problems.append(f"{name}, line {line}: {error}")
        else:
            labels.by_file.setdefault(label.file, []).append(label)
    return labels


def _label(row: Mapping[str, str]) -> Label:
    """
    Raises:
        BadTable: a value that cannot be used.
    """
    file = row["file"]
    if not file or PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
        raise BadTable(f"file={file!r} is not a path inside the folder of images")
    if not is_image_name(file):
        raise BadTable(f"file={file!r} is not named like a picture; there are: {', '.join(IMAGE_SUFFIXES)}")
    try:
        kind = LabelKind(row["kind"])
    except ValueError:
        raise BadTable(f"kind={row['kind']!r} is unknown; there are: {', '.join(LabelKind)}") from None
    box = None if kind is LabelKind.PLATE_CROP else _box(row)
    known = _corners(row.get("corners", "")), row.get("format", ""), row.get("colour", "")
    return Label(file, kind, row["plate_text"], box, row.get("source", ""), *known)


def _corners(text: str) -> tuple[tuple[float, float], ...] | None:
    """Four ``x,y`` pairs, or None where there are none."""
    if not text:
        return None
    try:
        points = [tuple(map(float, pair.split(","))) for pair in text.split()]
    except ValueError:
        points = []
    if len(points) != 4 or any(len(point) != 2 or not all(map(math.isfinite, point)) for point in points):
        raise BadTable(f"corners={text!r} are not four pairs x,y with spaces between, in pixels")
    return tuple((x, y) for x, y in points)


def _box(row: Mapping[str, str]) -> Box:
    numbers = []
    for column in BOX:
        try:
            number = float(row.get(column, ""))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise BadTable(f"{column}={row.get(column, '')!r} is no number; a scene needs {', '.join(BOX)} in pixels")
        numbers.append(number)
    x1, y1, x2, y2 = numbers
    if x1 >= x2 or y1 >= y2:
        raise BadTable(f"the box ({x1:g}, {y1:g}, {x2:g}, {y2:g}) is empty; x1 < x2 and y1 < y2 are needed")
    return x1, y1, x2, y2
