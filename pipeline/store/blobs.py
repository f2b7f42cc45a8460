"""Bytes by their sha256, one file each: ``blobs/ab/abcdef…``."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import PictureGone
from pipeline.store.faults import folder_fault


class Blobs:
    """A folder of blobs, safe for many processes: a blob is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"

    def put(self, data: bytes) -> str:
        """Keep ``data``, once however often it comes, and give its sha256.

        Raises:
            StoreError: the disk is full or cannot be written; nothing is left behind.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        with self._in_words():
            try:
                os.utime(path)  # fresh again, so that garbage collection leaves it to whoever put it
            except FileNotFoundError:
                self._write(path, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """
        Raises:
            PictureGone: no such blob.
            StoreError: it cannot be read.
        """
        with self._in_words():
            try:
                return self.path(sha256).read_bytes()
            except FileNotFoundError as error:
                raise PictureGone(
                    f"the picture {sha256[:12]}… is gone from {self.folder}; delete its upload and add it again"
                ) from error

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def delete(self, sha256: str) -> None:
        """Nothing happens where it is gone already."""
        with self._in_words():
            self.path(sha256).unlink(missing_ok=True)

    def untouched_for(self, seconds: float) -> Iterator[str]:
        """The sha256 of every blob that was last put at least so long ago."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if _age(path) >= seconds:
                yield path.name

    def clear_leftovers(self, seconds: float) -> None:
        """Remove what processes that were killed at least so long ago had half written."""
        with self._in_words():
            for path in self._incoming.glob("*"):
                if _age(path) >= seconds:
                    path.unlink(missing_ok=True)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise folder_fault(error, self.folder.parent) from error

    def _write(self, path: Path, data: bytes) -> None:
        # Written beside and renamed: the same file system, so that nobody ever sees half a blob.
        self._incoming.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _age(path: Path) -> float:
    """Seconds since it was last put; below every limit for one that was deleted meanwhile."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return -1.0
