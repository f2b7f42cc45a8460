"""The files of a labelled set, and in which forms they hold labels: told by looking into them, not by their names."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.corpus.labels import REQUIRED
from pipeline.errors import BadTable, MediaError
from pipeline.media.decode import is_image_name
from pipeline.media.source import decode_text, natural_key
from pipeline.media.tables import read_table

CLASS_LISTS = ("classes.txt", "obj.names", "predefined_classes.txt", "_darknet.labels")
LABEL_SUFFIXES = (".csv", ".txt", ".xml", ".json", ".yaml", ".yml", ".names", ".labels")
_LARGEST = 256 * 2**20  # bytes of one file of labels: a COCO file of a million boxes
_NUMBER = r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?"
_YOLO = re.compile(rf"\d+(?:\s+{_NUMBER}){{4,}}\s*")
_ICDAR = re.compile(rf"\s*(?:{_NUMBER}\s*,\s*){{4}}(?:(?:{_NUMBER}\s*,\s*){{4}})?.*")


class SetForm(StrEnum):
    """How a set says what its pictures show."""

    CSV = "csv"
    COCO = "coco"
    VOC = "voc"
    YOLO = "yolo"
    ICDAR = "icdar"
    FILE_NAMES = "file_names"


@dataclass(frozen=True, slots=True)
class TextFile:
    """``name`` is its path inside the set, NFC, with forward slashes."""

    name: str
    path: Path

    @property
    def folder(self) -> PurePosixPath:
        return PurePosixPath(self.name).parent

    def text(self) -> str | None:
        """None where it is no text, or far too long for labels."""
        return decode_text(self.path.read_bytes()) if self.path.stat().st_size <= _LARGEST else None


@dataclass(frozen=True)
class SetFiles:
    """``pictures`` and ``texts`` by their path inside the set, in natural order; ``unreadable`` are no text."""

    pictures: dict[str, Path]
    texts: dict[str, TextFile]
    unreadable: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> SetFiles:
        """All below ``folder`` but what is hidden; links to folders are not followed.

        Raises:
            MediaError: there is no such folder.
        """
        if not folder.is_dir():
            raise MediaError(f"{folder} is no folder; check the path")
        found = {_name(path, folder): path for path in _below(folder)}
        ordered = sorted(found, key=natural_key)
        return cls(
            {name: found[name] for name in ordered if is_image_name(name)},
            {name: TextFile(name, found[name]) for name in ordered if name.lower().endswith(LABEL_SUFFIXES)},
        )

    @cached_property
    def forms(self) -> dict[SetForm, list[TextFile]]:
        """The files that hold labels, by form."""
        found: defaultdict[SetForm, list[TextFile]] = defaultdict(list)
        odd = []
        for file in self.texts.values():
            if form := self._form(file):
                found[form].append(file)
            elif file.name.lower().endswith(".txt") and self.with_stem(file):
                odd.append(file)
        # Called like a picture, among others that hold labels: a broken one of their kind.
        for form in (SetForm.YOLO, SetForm.ICDAR):
            if form in found:
                found[form] += odd
                odd = []
        return {form: found[form] for form in SetForm if form in found}

    @cached_property
    def class_lists(self) -> list[TextFile]:
        return [file for file in self.texts.values() if is_class_list(file.name)]

    def find(self, wanted: str, near: PurePosixPath) -> list[str]:
        """Which pictures a label may mean that stands in folder ``near``: the closest, else all that are called so."""
        path = PurePosixPath(unicodedata.normalize("NFC", wanted.replace("\\", "/")))
        for folder in (near, near / "images", near.parent / "images", near.parent, PurePosixPath()):
            if (name := str(folder / path)) in self.pictures:
                return [name]
        return self._by_name.get(path.name, [])

    def with_stem(self, file: TextFile) -> list[str]:
        """The pictures called like a file of labels: beside it, where ``labels`` stands for ``images``, or anywhere."""
        own = file.name.rsplit(".", 1)[0]
        swapped = "/".join("images" if part == "labels" else part for part in own.split("/"))
        folder, _, stem = own.rpartition("/")
        for candidate in (own, swapped, f"{folder}/{stem.removeprefix('gt_')}".lstrip("/")):
            if found := self._by_stem.get(candidate):
                return found
        return self._by_bare_stem.get(stem) or self._by_bare_stem.get(stem.removeprefix("gt_"), [])

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return _grouped((PurePosixPath(name).name, name) for name in self.pictures)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        return _grouped((name.rsplit(".", 1)[0], name) for name in self.pictures)

    @cached_property
    def _by_bare_stem(self) -> dict[str, list[str]]:
        return _grouped((PurePosixPath(name).stem, name) for name in self.pictures)

    def _form(self, file: TextFile) -> SetForm | None:
        match file.path.suffix.lower():
            case ".csv":
                return SetForm.CSV if _is_our_table(file) else None
            case ".json":
                return SetForm.COCO if is_coco(parse_json(file)) else None
            case ".xml":
                return SetForm.VOC if (text := self._look(file)) and "<annotation" in text else None
            case ".txt" if not is_class_list(file.name):
                return self._form_of_lines(file)
        return None

    def _form_of_lines(self, file: TextFile) -> SetForm | None:
        """A file without lines is YOLO's way to say that a picture shows nothing."""
        text = self._look(file)
        if text is None:
            return None
        line = next((line for line in text.splitlines() if line.strip()), None)
        if line is None:
            return SetForm.YOLO if self.with_stem(file) else None
        if _YOLO.fullmatch(line):
            return SetForm.YOLO
        return SetForm.ICDAR if _ICDAR.fullmatch(line) else None

    def _look(self, file: TextFile) -> str | None:
        text = file.text()
        if text is None:
            self.unreadable.append(file.name)
        return text


def is_class_list(name: str) -> bool:
    bare = PurePosixPath(name).name.lower()
    return bare in CLASS_LISTS or bare.endswith((".yaml", ".yml", ".names"))


def parse_json(file: TextFile) -> Any:
    """None where it is no JSON."""
    try:
        return json.loads(file.text() or "null")
    except (ValueError, RecursionError):
        return None


def is_coco(table: Any) -> bool:
    return isinstance(table, dict) and all(
        isinstance(table.get(part), list) for part in ("images", "annotations", "categories")
    )


def _is_our_table(file: TextFile) -> bool:
    try:
        read_table(file.path, file.name, required=REQUIRED)
    except (BadTable, MediaError):
        return False
    return True


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__MACOSX"]
        yield from (Path(place, name) for name in files if not name.startswith(".") and Path(place, name).is_file())


def _name(path: Path, folder: Path) -> str:
    return unicodedata.normalize("NFC", path.relative_to(folder).as_posix())


def _grouped(pairs: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, name in pairs:
        found[key].append(name)
    return dict(found)
