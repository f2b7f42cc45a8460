"""Opens what somebody handed over, bytes or a path, and gives it a name fit to be shown."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import MediaError


def open_source(source: bytes | Path, name: str) -> BinaryIO:
    """A stream over the source, at its beginning.

    Raises:
        MediaError: the path cannot be opened.
    """
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as error:
        raise MediaError(f"{name} cannot be opened ({error.strerror}); check the path and its permissions") from error


def display_name(source: bytes | Path, name: str | None = None) -> str:
    """``name``, else the path, as NFC text that any terminal and page can show."""
    if name is None:
        name = "the file" if isinstance(source, bytes) else decode_name(os.fsencode(source))
    return unicodedata.normalize("NFC", name)


def decode_name(raw: bytes) -> str:
    """A file name as NFC text: UTF-8, else CP949, in which Korean Windows writes names into zips."""
    for encoding in ("utf-8", "cp949"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")


def decode_text(data: bytes) -> str | None:
    """Text as NFC, from UTF-8 with or without BOM, else CP949; None where it is neither."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text)
    return None


def natural_key(name: str) -> list[tuple[int, str]]:
    """Sorts ``2.jpg`` before ``10.jpg``."""
    parts = re.split(r"([0-9]+)", unicodedata.normalize("NFC", name).casefold())
    numbers = [part.lstrip("0") if n % 2 else "" for n, part in enumerate(parts)]
    return [(len(number), number or part) for number, part in zip(numbers, parts, strict=True)]
