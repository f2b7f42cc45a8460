"""The labelled sets one can run over: zips that somebody dropped, folders in the state folder, and shared ones."""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.config import Config
from pipeline.corpus.labelled_set import LabelledSet, forms_in, open_set
from pipeline.corpus.problems import SetProblem as SetProblem
from pipeline.corpus.problems import problem
from pipeline.corpus.set_files import LABEL_SUFFIXES
from pipeline.corpus.set_files import SetForm as SetForm
from pipeline.errors import NotFound, StoreError
from pipeline.media.archive import ArchiveLimits, ArchiveProblem, members
from pipeline.workbench.bench import Workbench
from pipeline.workbench.synth import draw_plates

_MIB = 2**20
_LIMITS = ArchiveLimits(entries=40_000, total_bytes=4_096 * _MIB)
"""A set of 20,000 pictures with a file of labels each."""
_OURS, _SHARED = "sets", "shared"
_EXAMPLE = "drawn_plates"
EXAMPLE_PLACE = f"{_OURS}/{_EXAMPLE}"
_LOST = "lost.txt"
"""What could not be unpacked, a line each, beside the folder of the set."""


@dataclass(frozen=True, slots=True)
class SetPlace:
    """A set that one can choose. ``place`` is stable and stands in runs; ``own`` sets may be deleted."""

    place: str
    name: str
    own: bool


def places(bench: Workbench) -> tuple[SetPlace, ...]:
    """Every set there is, dropped ones first, the newest of them first."""
    own = sorted(_folders(_home(bench.config)), key=lambda path: path.stat().st_mtime, reverse=True)
    shared = sorted(path for path in _folders(bench.config.shared / "data") if _looks_labelled(path))
    return (
        *(SetPlace(f"{_OURS}/{path.name}", _shown(path), True) for path in own),
        *(SetPlace(f"{_SHARED}/{path.name}", path.name, False) for path in shared),
    )


@dataclass(frozen=True, slots=True)
class SetLook:
    """What a set holds, before anything is read; ``readable`` plates have a text."""

    name: str
    form: SetForm
    pictures: int
    plates: int
    readable: int
    problems: tuple[SetProblem, ...]


def look_at(bench: Workbench, place: str, form: SetForm | None = None) -> SetLook:
    """
    Raises:
        NotFound, BadLabels, MediaError: as :func:`open_place`.
    """
    known = open_place(bench, place, form)
    readable = sum(bool(label.text) for its in known.labels.values() for label in its)
    return SetLook(known.name, known.form, len(known.labels), known.plates, readable, known.problems)


def changed(bench: Workbench, place: str) -> float:
    """When something was last put into the folder of a set, in seconds since 1970; files changed inside do not count.

    Raises:
        NotFound: there is no such set.
    """
    return folder_of(bench.config, place).stat().st_mtime


def forms_of(bench: Workbench, place: str) -> tuple[SetForm, ...]:
    """The forms to choose from where a set has several.

    Raises:
        NotFound: there is no such set.
    """
    return forms_in(folder_of(bench.config, place))


def keep_zip(
    bench: Workbench, name: str, data: bytes | Path, progress: Callable[[str], object] = lambda name: None
) -> SetPlace:
    """Unpacks a zip into the state folder; the same zip is kept once.

    What cannot be unpacked is a problem of the set, and the rest goes on.

    Args:
        progress: called with the name of each file.

    Raises:
        BadArchive: it is no zip, or one that is too large or points outside.
        StoreError: the state folder cannot be written.
    """
    home = _home(bench.config)
    folder = home / f"{_slug(name)}-{_digest(data)}"
    if not folder.is_dir():
        try:
            home.mkdir(parents=True, exist_ok=True)
            _unpack(name, data, home, folder, progress)
        except OSError as error:
            raise StoreError(f"{home} cannot be written ({error.strerror}); check its permissions and space") from error
    return SetPlace(f"{_OURS}/{folder.name}", _shown(folder), True)


def draw_example(bench: Workbench, count: int = 60) -> Iterator[int]:
    """Draws a set of labelled plates into the state folder, to look around with; yields how many are drawn.

    Raises:
        StoreError: the state folder cannot be written.
    """
    home = _home(bench.config)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=home) as temporary:
            drawn = draw_plates(bench.config, Path(temporary) / "set", count, seed=1)
            yield from (number for number, _ in enumerate(drawn, start=1))
            if not (home / _EXAMPLE).is_dir():
                (Path(temporary) / "set").rename(home / _EXAMPLE)
    except OSError as error:
        raise StoreError(f"{home} cannot be written ({error.strerror}); check its permissions and space") from error


def open_place(bench: Workbench, place: str, form: SetForm | None = None) -> LabelledSet:
    """
    Raises:
        NotFound: there is no such set.
        BadLabels, MediaError: as :func:`open_set`.
    """
    folder = folder_of(bench.config, place)
    known = open_set(folder, name=_shown(folder), max_pixels=bench.config.max_pixels, form=form)
    lost = tuple(_lost(folder)) if place.startswith(f"{_OURS}/") else ()
    return LabelledSet(
        known.name, known.form, known.labels, known.paths, known.sha256, (*lost, *known.problems), known.fingerprint
    )


def folder_of(config: Config, place: str) -> Path:
    """Where a set lies: below ``sets`` of the state folder, or below the data of the shared one.

    Raises:
        NotFound: there is no such set, or the place points elsewhere.
    """
    root, _, name = place.partition("/")
    parent = {_OURS: _home(config), _SHARED: config.shared / "data"}.get(root)
    folder = parent / name if parent and re.fullmatch(r"[^/\\\0]+", name) and name not in (".", "..") else None
    if folder is None or not folder.is_dir():
        raise NotFound(f"there is no set {place!r}; it may have been deleted, so choose another one")
    return folder


def delete_set(bench: Workbench, place: str) -> None:
    """Removes an own set from the disk. Its runs and the pictures that were read stay.

    Raises:
        NotFound: there is no such set, or it is not ours.
    """
    folder = folder_of(bench.config, place)
    if not place.startswith(f"{_OURS}/"):
        raise NotFound(f"{place!r} is not in the state folder; delete it where it came from")
    shutil.rmtree(folder)
    _note(folder).unlink(missing_ok=True)


def _home(config: Config) -> Path:
    return config.home / _OURS


def _folders(parent: Path) -> list[Path]:
    return (
        [path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")]
        if parent.is_dir()
        else []
    )


def _looks_labelled(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("labels.csv", "data.yaml"))


def _shown(folder: Path) -> str:
    """The set's name without the digits that keep two zips of one name apart."""
    return re.sub(r"-[0-9a-f]{12}$", "", unicodedata.normalize("NFC", folder.name))


def _slug(name: str) -> str:
    stem = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name.rsplit(".", 1)[0])
    return (re.sub(r"[^\w-]+", "_", stem).strip("_") or "set")[:60]


def _digest(data: bytes | Path) -> str:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()[:12]
    with data.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]


def _unpack(name: str, data: bytes | Path, home: Path, folder: Path, progress: Callable[[str], object]) -> None:
    """Into a folder beside it, renamed at the end: a set is there whole or not at all."""
    lost = []
    with tempfile.TemporaryDirectory(prefix=".", dir=home) as temporary:
        unpacked = Path(temporary) / "set"
        unpacked.mkdir()
        for member in members(data, name, limits=_LIMITS, beside=LABEL_SUFFIXES):
            progress(member.name)
            if isinstance(member, ArchiveProblem):
                lost.append(member.reason)
                continue
            path = unpacked / PurePosixPath(member.name)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(member.data)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                lost.append(f"{member.name} in {name} has the name of a folder; pack it again")
            except OSError as error:
                if error.errno != errno.ENAMETOOLONG:
                    raise
                lost.append(f"{member.name[:80]}… in {name} has too long a name; shorten it")
        _note(folder).write_text("\n".join(" ".join(reason.split()) for reason in lost), encoding="utf-8")
        unpacked.rename(folder)


def _note(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.{_LOST}")


def _lost(folder: Path) -> list[SetProblem]:
    try:
        reasons = _note(folder).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [problem("", "member_lost", reason=reason) for reason in reasons if reason]
