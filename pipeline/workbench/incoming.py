"""Opens what comes in, pictures and zips of pictures, one picture after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import ImageTooLarge, MediaError
from pipeline.media.archive import ArchiveMember, ArchiveProblem, members
from pipeline.media.decode import decode
from pipeline.plate.types import Frame
from pipeline.workbench.views import FileProblem

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Picture:
    """``data`` is the file as it came, ``frame`` what it decodes to."""

    name: str
    data: bytes
    frame: Frame


def open_pictures(sources: Iterable[tuple[str, bytes | Path]], config: Config) -> Iterator[Picture | FileProblem]:
    """Every picture of the sources; a zip gives one item for each of its pictures, named ``zip/path inside``.

    What cannot be opened is a problem, and the others go on.

    Args:
        sources: a name to be shown, and the content or where it lies.
    """
    for name, source in sources:
        try:
            for member in _unpack(name, source, config):
                yield member if isinstance(member, FileProblem) else _open(member, config)
        except MediaError as error:
            yield FileProblem(name, str(error), type(error).__name__)


def _unpack(name: str, source: bytes | Path, config: Config) -> Iterator[ArchiveMember | FileProblem]:
    if name.lower().endswith(".zip"):
        for member in members(source, name):
            if isinstance(member, ArchiveProblem):
                yield FileProblem(f"{name}/{member.name}", member.reason, ArchiveProblem.__name__)
            else:
                yield ArchiveMember(f"{name}/{member.name}", member.data)
    else:
        yield ArchiveMember(name, source if isinstance(source, bytes) else _read(name, source, config))


def _read(name: str, path: Path, config: Config) -> bytes:
    try:
        if (size := path.stat().st_size) > config.max_upload_mb * _MIB:
            raise ImageTooLarge(
                f"{name} has {size // _MIB:,} MB, more than the {config.max_upload_mb:,} allowed; "
                "make it smaller, or raise PLATELOOP_MAX_UPLOAD_MB"
            )
        return path.read_bytes()
    except OSError as error:
        raise MediaError(f"{name} cannot be opened ({error.strerror}); check the path and its permissions") from error


def _open(member: ArchiveMember, config: Config) -> Picture | FileProblem:
    try:
        return Picture(member.name, member.data, decode(member.data, member.name, max_pixels=config.max_pixels))
    except MediaError as error:
        return FileProblem(member.name, str(error), type(error).__name__)
