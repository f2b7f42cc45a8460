"""Finds the pictures among files and folders."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import MediaError
from pipeline.media.decode import is_image_name
from pipeline.media.source import display_name, natural_key

_log = logging.getLogger(__name__)


def image_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and the pictures anywhere below the folders named, those of a folder in natural order.

    A file that is named comes through whatever its suffix, so that decoding it can say what is wrong. Hidden files
    and folders are skipped, links to folders below the ones named are not followed.

    Raises:
        MediaError: a path does not exist, or is neither file nor folder; raised before any folder is walked.
    """
    for path in paths:
        if not (path.is_file() or path.is_dir()):
            what = "is neither a file nor a folder" if path.exists() else "does not exist"
            raise MediaError(f"{display_name(path)} {what}; check the path")
    return [file for path in paths for file in (_below(path) if path.is_dir() else (path,))]


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=_warn):
        folders[:] = sorted((name for name in folders if not name.startswith(".")), key=_order)
        for name in sorted(files, key=_order):
            path = Path(place, name)
            if is_image_name(name) and not name.startswith(".") and path.is_file():  # a named pipe would block
                yield path


def _order(name: str) -> list[tuple[int, str]]:
    return natural_key(display_name(Path(name)))


def _warn(error: OSError) -> None:
    _log.warning("the folder %s cannot be read (%s) and is left out", error.filename, error.strerror)
