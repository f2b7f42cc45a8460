"""Turns what the disk and the database complain about into sentences."""

from __future__ import annotations

import errno
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from pipeline.errors import StoreError

BUSY_SECONDS = 10

_FULL = "the disk of {home} is full; free some space, or set PLATELOOP_HOME to a folder with room"
_UNWRITABLE = "{place} cannot be written ({reason}); make it writable, or set PLATELOOP_HOME to another folder"
_DAMAGED = "{place} is damaged ({reason}); move it away or put a copy back, then start again"
_NO_FOLDER = "{place} is not a folder; move that file away, or set PLATELOOP_HOME to another folder"
_BUSY = "{place} has been busy for {seconds} s; wait for the other PlateLoop to finish, then try again"
_OTHER = "{place} cannot be used ({reason}); mend that, or set PLATELOOP_HOME to another folder"

_BY_SQLITE_NAME = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _UNWRITABLE,
    "SQLITE_CANTOPEN": _UNWRITABLE,
    "SQLITE_PERM": _UNWRITABLE,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_BUSY": _BUSY,
}
_BY_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EEXIST: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EACCES: _UNWRITABLE,
    errno.EPERM: _UNWRITABLE,
    errno.EROFS: _UNWRITABLE,
}


def database_fault(error: DBAPIError, home: Path, database: str) -> StoreError:
    """``database`` is the file, or the URL without its password."""
    # The extended name goes on behind the second word: SQLITE_READONLY_DBMOVED.
    name = "_".join(getattr(error.orig, "sqlite_errorname", "").split("_")[:2])
    sentence = _BY_SQLITE_NAME.get(name, _OTHER)
    return StoreError(sentence.format(home=home, place=database, reason=error.orig, seconds=BUSY_SECONDS))


def folder_fault(error: OSError, home: Path) -> StoreError:
    sentence = _BY_ERRNO.get(error.errno or 0, _OTHER)
    return StoreError(sentence.format(home=home, place=error.filename or home, reason=error.strerror or error))
