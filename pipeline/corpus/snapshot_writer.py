"""Writes snapshots: beside their place, then renamed, so that one is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.corpus.snapshot import (
    MANIFEST,
    Snapshot,
    SnapshotPicture,
    SnapshotPlate,
    check_name,
    fingerprint_of,
    manifest_text,
)
from pipeline.errors import SnapshotError
from pipeline.media.sniff import HEAD, sniff

_LEFT_BEHIND_AFTER = 6 * 3600.0
"""Seconds after which an unfinished snapshot is nobody's: whoever wrote it was killed."""
_READ_ONLY = 0o444


class SnapshotWriter:
    """One snapshot in the making; leaving the block without :meth:`finish` leaves nothing behind."""

    def __init__(self, datasets: Path, name: str) -> None:
        """
        Raises:
            SnapshotError: the name cannot be a folder's, or the folder cannot be written.
        """
        self.name = check_name(name)
        self._home = datasets / self.name
        self._files: dict[str, str] = {}
        self._pictures: dict[str, SnapshotPicture] = {}
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            _clear(self._home)
            self._folder = Path(tempfile.mkdtemp(prefix=".", dir=self._home))
            self._folder.chmod(0o755)  # mkdtemp's are the owner's only, and a finished snapshot may be shared
            for part in ("plates", "pictures"):
                (self._folder / part).mkdir()
        except OSError as error:
            raise _unwritable(self._home, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add_crop(self, png: bytes) -> str:
        """Keeps a crop, once however often it comes, and gives its path.

        Raises:
            SnapshotError: the folder cannot be written.
        """
        sha256 = hashlib.sha256(png).hexdigest()
        file = f"plates/{sha256}.png"
        if file not in self._files:
            try:
                (self._folder / file).write_bytes(png)
            except OSError as error:
                raise _unwritable(self._home, error) from error
            self._files[file] = sha256
        return file

    def add_picture(self, source: Path, width: int, height: int, *, share: bool) -> str:
        """Keeps a picture's file as it is, and gives its path.

        Args:
            width, height: in pixels, the right way up.
            share: the disk with ``source``, which then must never change; it becomes read-only with the snapshot.

        Raises:
            SnapshotError: it cannot be read, or the folder cannot be written.
        """
        try:
            with source.open("rb") as stream:
                kind = sniff(stream.read(HEAD)).lower()
                stream.seek(0)
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            file = f"pictures/{sha256}.{'jpg' if kind == 'jpeg' else kind}"
            if file not in self._files:
                _place(source, self._folder / file, share)
        except OSError as error:
            raise _unwritable(self._home, error) from error
        self._files[file] = sha256
        self._pictures[file] = SnapshotPicture(file, width, height)
        return file

    def finish(
        self, plates: Sequence[SnapshotPlate], created: datetime, left_out: Mapping[str, int] | None = None
    ) -> Snapshot:
        """Writes the manifest and gives the snapshot the next number that is free; from then on it is read-only.

        Raises:
            SnapshotError: there is not one plate, or the folder cannot be written.
        """
        if not plates:
            raise SnapshotError(f"the data set {self.name!r} would be empty; review some plates, or import a set")
        draft = Snapshot(
            self._folder,
            self.name,
            0,
            created,
            "",
            tuple(plates),
            tuple(self._pictures.values()),
            dict(sorted(self._files.items())),
            dict(left_out or {}),
        )
        version = max(versions_in(self._home), default=0) + 1
        while True:
            numbered = replace(draft, folder=self._home / f"v{version}", version=version)
            try:
                self._seal(numbered)
                self._folder.rename(numbered.folder)
            except OSError as error:
                if not numbered.folder.exists():
                    raise _unwritable(self._home, error) from error
                version += 1  # somebody was faster
            else:
                return replace(numbered, fingerprint=fingerprint_of(numbered))

    def _seal(self, snapshot: Snapshot) -> None:
        path = self._folder / MANIFEST
        path.unlink(missing_ok=True)
        with path.open("w", encoding="utf-8") as stream:
            stream.write(manifest_text(snapshot))
            stream.flush()
            os.fsync(stream.fileno())
        for file in (*snapshot.files, MANIFEST):
            (self._folder / file).chmod(_READ_ONLY)


def versions_in(home: Path) -> tuple[int, ...]:
    """The numbers of a data set's versions that lie in its folder, ascending."""
    if not home.is_dir():
        return ()
    names = (path.name for path in home.iterdir() if path.is_dir())
    return tuple(sorted(int(name[1:]) for name in names if name[:1] == "v" and name[1:].isdecimal()))


def _place(source: Path, target: Path, share: bool) -> None:
    """A second name for the same bytes, or a copy where there can be none."""
    if share:
        with suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def _clear(home: Path) -> None:
    for path in home.glob(".*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime >= _LEFT_BEHIND_AFTER:
                shutil.rmtree(path, ignore_errors=True)


def _unwritable(home: Path, error: OSError) -> SnapshotError:
    return SnapshotError(f"{home} cannot be written ({error.strerror}); check its permissions and space")
