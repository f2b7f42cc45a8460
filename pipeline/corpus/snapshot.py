"""A data set that never changes: a folder ``<name>/v<number>`` of crops, pictures and a manifest with their sha256.

The manifest's fingerprint is over everything else in it, so one number stands for every byte of the snapshot.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import SnapshotError
from pipeline.plate.geometry import bounding_box
from pipeline.plate.types import Quad

MANIFEST = "manifest.json"
FORM = 1
"""Raise it when a manifest says something else, so that an older PlateLoop refuses what it does not know."""
_NAME_LENGTH = 60

Corners = tuple[tuple[float, float], ...]


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class PlateState(StrEnum):
    """What a person made of a plate. Only those that are read teach readers; the others are for detectors."""

    READ = "read"
    UNREADABLE = "unreadable"
    """A plate that nobody can read: detectors are to find it, or at least not to be blamed for it."""
    NOT_A_PLATE = "not_a_plate"
    """Something that a detector took for one."""
    UNREVIEWED = "unreviewed"
    """Found beside a plate that is answered, and itself not, or not so that it counts: nobody knows what it is."""


@dataclass(frozen=True, slots=True)
class SnapshotPlate:
    """One plate. ``crop`` and ``picture`` are files of the snapshot; ``corners`` lie in pixels of the picture.

    ``text`` is blank where the plate is not read. ``format`` is what the grammar takes the text for, ``colour`` the
    background's; "" and "unknown" where that is not known. ``origin`` says where the picture came from, ``source``
    where the answer was given.
    """

    crop: str
    picture: str
    corners: Corners
    state: PlateState
    text: str
    split: Split
    format: str = ""
    colour: str = ""
    lines: int = 0
    origin: str = ""
    source: str = ""
    reviewer: str = ""
    inspection_id: int | None = None
    reviewed: datetime | None = None

    @property
    def quad(self) -> Quad:
        return np.array(self.corners, np.float32)

    @property
    def box(self) -> tuple[float, float, float, float]:
        return bounding_box(self.quad)


@dataclass(frozen=True, slots=True)
class SnapshotPicture:
    """``width`` × ``height`` pixels, the right way up."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``files`` are the sha256 of every file by its path inside ``folder``; the manifest is not among them.

    ``left_out`` counts, by reason, the answers that were not taken.
    """

    folder: Path
    name: str
    version: int
    created: datetime
    fingerprint: str
    plates: tuple[SnapshotPlate, ...]
    pictures: tuple[SnapshotPicture, ...]
    files: Mapping[str, str]
    left_out: Mapping[str, int]

    def readable(self, split: Split | None = None) -> tuple[SnapshotPlate, ...]:
        """The plates that have a text, of one split or of all."""
        return tuple(p for p in self.plates if p.state is PlateState.READ and split in (None, p.split))

    @property
    def counts(self) -> dict[str, int]:
        """Read plates by split, then those that are not read, and the pictures."""
        found = {str(split): len(self.readable(split)) for split in Split}
        return {**found, "negatives": len(self.plates) - len(self.readable()), "pictures": len(self.pictures)}

    @property
    def splits(self) -> dict[str, Split]:
        """The split of every text."""
        return {plate.text: plate.split for plate in self.readable()}


def read_snapshot(folder: Path) -> Snapshot:
    """Opens a snapshot once every byte of it is what the manifest says.

    Raises:
        SnapshotError: there is none, a file was changed, added or taken away, or a newer PlateLoop has written it.
    """
    snapshot = _manifest_of(folder)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    if odd := sorted(there ^ snapshot.files.keys()):
        what = "was added to" if odd[0] in there else "is gone from"
        raise _changed(folder, f"{odd[0]} {what} it")
    for file, sha256 in snapshot.files.items():
        if _sha256(folder / file) != sha256:
            raise _changed(folder, f"{file} is no longer what was frozen")
    return snapshot


def glance(folder: Path) -> Snapshot:
    """As :func:`read_snapshot`, but only the manifest itself is verified: quick, for a list.

    Raises:
        SnapshotError: there is none, or its manifest was changed.
    """
    return _manifest_of(folder)


def manifest_text(snapshot: Snapshot) -> str:
    """What stands in the manifest."""
    return json.dumps(_wire(snapshot) | {"fingerprint": fingerprint_of(snapshot)}, ensure_ascii=False, indent=1)


def fingerprint_of(snapshot: Snapshot) -> str:
    """Hex sha256 over all that the manifest says; the folder, which may be moved, is no part of it."""
    whole = json.dumps(_wire(snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def check_name(name: str) -> str:
    """The name as a folder may bear it: NFC, letters, digits, ``-`` and ``_``.

    Raises:
        SnapshotError: it is empty, too long, or has other characters.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not name or len(name) > _NAME_LENGTH or not all(char.isalnum() or char in "-_" for char in name):
        raise SnapshotError(
            f"{name!r} cannot name a data set; use at most {_NAME_LENGTH} letters, digits, hyphens and underscores"
        )
    return name


def _wire(snapshot: Snapshot) -> dict[str, Any]:
    whole: dict[str, Any] = _adapter.dump_python(snapshot, mode="json", exclude={"folder", "fingerprint"})
    return {"form": FORM, **whole}


def _manifest_of(folder: Path) -> Snapshot:
    path = folder / MANIFEST
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SnapshotError(f"there is no snapshot at {folder}; bring the folder back, or choose another") from None
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{path} cannot be read ({error}); bring the folder back from a copy") from error
    try:
        form, fingerprint = table.pop("form"), table["fingerprint"]
        if form != FORM:
            raise SnapshotError(f"{path} has form {form}, and this PlateLoop knows form {FORM}; update PlateLoop")
        snapshot = _adapter.validate_python({**table, "folder": folder})
    except (KeyError, AttributeError, TypeError, ValidationError) as error:
        raise _changed(folder, "its manifest lacks what a manifest has") from error
    if fingerprint_of(snapshot) != fingerprint:
        raise _changed(folder, "its manifest is no longer what was frozen")
    return snapshot


def _changed(folder: Path, how: str) -> SnapshotError:
    return SnapshotError(
        f"the snapshot {folder.parent.name} {folder.name} was changed: {how}; "
        "bring the folder back from a copy, or freeze a new version"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_adapter: TypeAdapter[Snapshot] = TypeAdapter(Snapshot)
