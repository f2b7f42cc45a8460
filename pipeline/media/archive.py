"""Reads the pictures of a zip, trusting nothing that the zip says about itself."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import BadArchive
from pipeline.media.decode import is_image_name
from pipeline.media.source import decode_name, display_name, natural_key, open_source

_MIB = 2**20
_CHUNK = 2**18
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800  # general purpose bits 0 and 11
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much one zip may hold; sizes in bytes, counted while inflating."""

    entries: int = 5_000
    member_bytes: int = 200 * _MIB
    total_bytes: int = 1_024 * _MIB


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One file; ``name`` is its path inside the zip, NFC, with forward slashes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ArchiveProblem:
    """A member that could not be had; ``reason`` is a sentence that names it and says what to do."""

    name: str
    reason: str


def members(
    source: bytes | Path, name: str | None = None, *, limits: ArchiveLimits | None = None, beside: Sequence[str] = ()
) -> Iterator[ArchiveMember | ArchiveProblem]:
    """The pictures of a zip, one at a time in natural order; zips inside it are named as problems, not opened.

    Args:
        beside: lower-case endings of other files that are wanted, such as ".xml".

    Other files, hidden ones and what macOS adds are skipped. A member that is encrypted, damaged, too large or a
    link becomes an :class:`ArchiveProblem`, and the others go on.

    Raises:
        BadArchive: not a zip, a broken one, one without pictures, with too many entries or with one that points
            outside its folder; or, on the way, one that inflates beyond the total.
        MediaError: the path cannot be opened.
    """
    name = display_name(source, name)
    limits = limits or ArchiveLimits()
    with open_source(source, name) as stream, _open(stream, name) as archive:
        left = limits.total_bytes
        for path, info in _wanted(archive, name, limits, beside):
            data, trouble = b"", _refusal(path, info)
            if trouble is None:
                data, trouble = _inflate(archive, info, min(left, limits.member_bytes))
            left -= len(data)
            if left < 0:
                raise BadArchive(
                    f"{name} inflates to more than {limits.total_bytes // _MIB:,} MB in all; pack it in several parts"
                )
            yield ArchiveProblem(path, f"{path} in {name} {trouble}") if trouble else ArchiveMember(path, data)


def _open(stream: BinaryIO, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except _ZIP_ERRORS as error:
        raise BadArchive(f"{name} is not a zip, or a broken one ({error}); copy or pack it again") from error


def _wanted(
    archive: zipfile.ZipFile, name: str, limits: ArchiveLimits, beside: Sequence[str]
) -> list[tuple[str, zipfile.ZipInfo]]:
    entries = [(_path(info), info) for info in archive.infolist()]
    if len(entries) > limits.entries:
        raise BadArchive(f"{name} has {len(entries):,} entries, more than the {limits.entries:,} allowed; pack fewer")
    for path, _ in entries:
        if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/"):
            raise BadArchive(f"{name} is refused: its entry {path!r} points outside the folder; pack it again")
    wanted = [(path, info) for path, info in entries if _is_wanted(path, tuple(beside))]
    if all(path.lower().endswith(tuple(beside)) for path, _ in wanted):
        raise BadArchive(f"{name} holds no pictures; pack JPEG, PNG, WebP, BMP, TIFF or HEIC files")
    return sorted(wanted, key=lambda entry: natural_key(entry[0]))


def _path(info: zipfile.ZipInfo) -> str:
    """The entry's path. ``zipfile`` takes names without the UTF-8 flag for CP437, which keeps every byte."""
    path = info.orig_filename
    raw = path.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437")
    return decode_name(raw).partition("\0")[0].replace("\\", "/")


def _is_wanted(path: str, beside: tuple[str, ...]) -> bool:
    hidden = any(part == "__MACOSX" or part.startswith(".") for part in path.split("/"))
    return not hidden and (is_image_name(path) or path.lower().endswith((".zip", *beside)))


def _refusal(path: str, info: zipfile.ZipInfo) -> str | None:
    """Why the member is not even opened."""
    if path.lower().endswith(".zip"):
        return "is a zip inside a zip and is not opened; unpack it and give it by itself"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted; pack it without a password"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file; pack the picture itself"
    # Python inflates other methods without a bound on what one call gives.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed by an unusual method; pack it as an ordinary zip (deflate)"
    return None


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, at_most: int) -> tuple[bytes, str | None]:
    """What came out of the member, one chunk beyond ``at_most`` bytes at worst, and why no more did."""
    data = bytearray()
    try:
        with archive.open(info) as member:
            while len(data) <= at_most and (chunk := member.read(_CHUNK)):
                data += chunk
    except _ZIP_ERRORS as error:
        return bytes(data), f"is damaged ({error}); copy or pack it again"
    if len(data) > at_most:
        return bytes(data), f"inflates to more than {at_most // _MIB:,} MB; make the picture smaller"
    return bytes(data), None
