"""Finds pictures with YOLO labels, and takes of their classes the one that is wanted, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from pipeline.corpus.classes import PLATE_NAMES
from pipeline.errors import TrainingError
from pipeline.media.decode import is_image_name

_ALSO_CALLED = {"plate": PLATE_NAMES}


def find_yolo_pictures(folder: Path, wanted: str) -> Iterator[tuple[Path, list[str]]]:
    """Each picture below ``folder`` that has a label file, with its lines of class ``wanted``, as class 0.

    ``data.yaml`` in the folder names the classes: which number is a plate is never guessed. Labels stand in a folder
    ``labels`` where the pictures' is ``images``. Pictures without the class come with no lines.

    Raises:
        TrainingError: no ``data.yaml``, no such class in it, or a line that is none.
    """
    number = _number_of(folder, wanted)
    found = False
    for picture in sorted(path for path in folder.rglob("*") if is_image_name(path.name)):
        label = _label_file(picture, folder)
        if label is not None:
            found = True
            yield picture, list(_lines(label, number))
    if not found:
        raise TrainingError(f"{folder} holds no picture with a .txt beside it or in labels/; name another folder")


def _number_of(folder: Path, wanted: str) -> int:
    path = folder / "data.yaml"
    try:
        table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = table["names"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError) as error:
        raise TrainingError(f"{path} must name the classes ({error!r}); write: names: {{0: {wanted}}}") from error
    listed = dict(enumerate(names)) if isinstance(names, list) else names
    known = _ALSO_CALLED.get(wanted, {wanted})
    for number, name in listed.items():
        if str(name).lower().replace("_", " ").replace("-", " ") in known:
            return int(number)
    raise TrainingError(f"{path} has no class '{wanted}'; it has: {', '.join(map(str, listed.values()))}; rename one")


def _label_file(picture: Path, folder: Path) -> Path | None:
    parts = ["labels" if part == "images" else part for part in picture.relative_to(folder).parts]
    for candidate in (folder.joinpath(*parts).with_suffix(".txt"), picture.with_suffix(".txt")):
        if candidate.is_file():
            return candidate
    return None


def _lines(label: Path, number: int) -> Iterator[str]:
    for place, line in enumerate(label.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split()
        if not cells:
            continue
        try:
            values = [float(cell) for cell in cells]
        except ValueError:
            values = []
        if len(values) != 5 or not all(0 <= value <= 1 for value in values[1:]):
            raise TrainingError(f"{label}, line {place}: {line!r} is not: class, centre x, y, width, height (0…1)")
        if values[0] == number:
            yield " ".join(["0", *cells[1:]])
