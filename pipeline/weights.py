"""The weights that serve, verified before use: those we ship, which stand in ``weights/manifest.toml``, and laid over
them the versions that were promoted here, which stand in ``models/promoted.toml`` of the state folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import MissingWeights, WeightsError, WeightsMismatch

_HEADER = """\
# The weights we ship. Each is checked against its sha256 before it is opened.
# input: the row it was made from; command: what made it, run in the project's folder.

"""
_PROMOTED_HEADER = """\
# Versions promoted here, laid over the shipped weights. PlateLoop writes this file anew from its store.

"""
MODELS, PROMOTED = "models", "promoted.toml"
"""In the state folder: where versions lie, and among them the list of those that were promoted."""

SHIPPED = "shipped"
"""The version of what no promoted version has taken the place of."""

_UNREADABLE = (OSError, ValueError, TypeError, AttributeError)  # ValueError: no TOML, or no UTF-8

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WeightsRow:
    """One file of weights; ``command`` made it from ``input`` (another row's name, or empty)."""

    name: str
    file: str
    sha256: str
    licence: str
    origin: str
    input: str
    command: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Rows, and the folder in which their files lie.

    Of one that :meth:`of` gave, ``promoted`` holds the rows that lie elsewhere and have taken the place of shipped
    ones, and ``problems`` says which of them cannot be used, so that the shipped ones serve.
    """

    folder: Path
    rows: tuple[WeightsRow, ...]
    promoted: Manifest | None = None
    problems: tuple[str, ...] = ()

    @staticmethod
    def of(config: Config) -> Manifest:
        """What serves this installation: the shipped rows, promoted ones in place of those of the same name.

        A promoted file that is not there, or not the one that was promoted, is passed over: the shipped one serves
        under its own sha256, so nothing is kept as read by what did not read it. ``problems`` and the log say so.

        Raises:
            MissingWeights: there is no readable manifest of the shipped weights.
        """
        shipped = Manifest.load(config.weights)
        promoted = _promoted(config.home / MODELS)
        if promoted is None:
            return shipped
        laid = {row.name: row for row in promoted.rows}
        rows = tuple(laid.get(row.name, row) for row in shipped.rows)
        return Manifest(shipped.folder, rows, promoted, promoted.problems)

    @staticmethod
    def load(folder: Path) -> Manifest:
        """The rows of a folder's own ``manifest.toml``.

        Raises:
            MissingWeights: there is no readable ``manifest.toml`` in the folder.
        """
        path = folder / "manifest.toml"
        try:
            return _load(path, path.stat().st_mtime_ns)
        except _UNREADABLE as error:
            raise MissingWeights(f"{path} cannot be read ({error}); restore it: git checkout -- weights") from error

    def row(self, name: str) -> WeightsRow:
        for row in self.rows:
            if row.name == name:
                return row
        known = ", ".join(row.name for row in self.rows)
        raise MissingWeights(f"weights '{name}' do not stand in {self.folder / 'manifest.toml'}; there are: {known}")

    def path(self, name: str) -> Path:
        """Where the file of ``name`` lies, whether it is there or not."""
        return self._home(name).folder / self.row(name).file

    def version(self, name: str) -> str:
        """Under which name its version is known: that of its folder, or "shipped"."""
        return SHIPPED if self._home(name) is self else Path(self.row(name).file).parent.name

    def verified(self, name: str) -> Path:
        """The file of ``name``, its sha256 checked (once per file version).

        Raises:
            MissingWeights: no such row, or no such file.
            WeightsMismatch: the file is not the one the manifest names.
        """
        return _verified(self._home(name).folder, self.row(name), "restore it: git checkout -- weights")

    def _home(self, name: str) -> Manifest:
        above = self.promoted
        return above if above and any(row.name == name for row in above.rows) else self


def adopt(folder: Path, row: WeightsRow, source: Path) -> WeightsRow:
    """Copies ``source`` to ``row.file`` in the folder and writes its row, in place of one of the same name.

    Returns the row as written, with the file's sha256.
    """
    row = replace(row, sha256=sha256_of(source))
    shutil.copyfile(source, folder / row.file)
    kept = Manifest.load(folder).rows
    known = any(old.name == row.name for old in kept)
    rows = [row if old.name == row.name else old for old in kept] + ([] if known else [row])
    _write(folder / "manifest.toml", _HEADER, rows)
    return row


def lay_over(home: Path, rows: Sequence[WeightsRow]) -> None:
    """Makes these the promoted rows of a state folder, in place of those before, at once for every process.

    Their files are named from ``models/`` on, and lie in the folder of their version.

    Raises:
        OSError: the state folder cannot be written.
    """
    path = home / MODELS / PROMOTED
    if rows:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _PROMOTED_HEADER, rows)
    else:
        path.unlink(missing_ok=True)


def laid_over(home: Path) -> tuple[WeightsRow, ...] | None:
    """The promoted rows as they stand in the file, checked or not; None where it cannot be read."""
    path = home / MODELS / PROMOTED
    try:
        return _load(path, path.stat().st_mtime_ns).rows
    except FileNotFoundError:
        return ()
    except _UNREADABLE:
        return None


def _write(path: Path, header: str, rows: Sequence[WeightsRow]) -> None:
    blocks = [
        "\n".join(["[[weights]]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in asdict(r).items())])
        for r in rows
    ]
    beside = path.with_name(path.name + ".part")
    beside.write_text(header + "\n\n".join(blocks) + "\n", encoding="utf-8")
    beside.replace(path)


def _verified(folder: Path, row: WeightsRow, remedy: str) -> Path:
    path = folder / row.file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise WeightsMismatch(f"weights '{row.name}': {row.file} points outside {folder}; mend the manifest")
    try:
        stat = path.stat()
    except OSError as error:
        raise MissingWeights(f"weights '{row.name}' need {path}; {remedy}") from error
    found = _sha256(path, stat.st_mtime_ns, stat.st_size)
    if found != row.sha256:
        raise WeightsMismatch(f"{path} has sha256 {found[:12]}…, the manifest says {row.sha256[:12]}…; {remedy}")
    return path


def _promoted(folder: Path) -> Manifest | None:
    """The promoted rows whose files are what they say, a sentence for each that is not; None where there are none."""
    path = folder / PROMOTED
    try:
        rows = _load(path, path.stat().st_mtime_ns).rows
    except FileNotFoundError:
        return None
    except _UNREADABLE as error:
        told = f"{path} cannot be read ({error}), so the shipped weights serve; open the Models page, which mends it"
        _warn(told)
        return Manifest(folder, (), problems=(told,))
    good, problems = [], []
    for row in rows:
        try:
            _verified(folder, row, f"until then the shipped '{row.name}' serves; roll back, or promote another version")
            good.append(row)
        except WeightsError as error:
            problems.append(str(error))
            _warn(str(error))
    return Manifest(folder, tuple(good), problems=tuple(problems))


@lru_cache(maxsize=64)
def _warn(told: str) -> None:
    """Once for each sentence: backends are asked for with every picture."""
    _log.warning("%s", told)


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=8)
def _load(path: Path, mtime_ns: int) -> Manifest:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    names = [field.name for field in fields(WeightsRow)]
    return Manifest(
        path.parent, tuple(WeightsRow(*(str(row.get(n, "")) for n in names)) for row in table.get("weights", []))
    )


@lru_cache(maxsize=64)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    return sha256_of(path)
