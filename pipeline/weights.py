"""The weights we ship: what stands in ``weights/manifest.toml``, verified before use."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from pipeline.errors import MissingWeights, WeightsMismatch

_HEADER = """\
# The weights we ship. Each is checked against its sha256 before it is opened.
# input: the row it was made from; command: what made it, run in the project's folder.

"""


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
    folder: Path
    rows: tuple[WeightsRow, ...]

    @staticmethod
    def load(folder: Path) -> Manifest:
        """
        Raises:
            MissingWeights: there is no readable ``manifest.toml`` in the folder.
        """
        path = folder / "manifest.toml"
        try:
            return _load(folder, path.stat().st_mtime_ns)
        except (OSError, ValueError, TypeError, AttributeError) as error:  # ValueError: no TOML, or no UTF-8
            raise MissingWeights(f"{path} cannot be read ({error}); restore it: git checkout -- weights") from error

    def row(self, name: str) -> WeightsRow:
        for row in self.rows:
            if row.name == name:
                return row
        known = ", ".join(row.name for row in self.rows)
        raise MissingWeights(f"weights '{name}' do not stand in {self.folder / 'manifest.toml'}; there are: {known}")

    def verified(self, name: str) -> Path:
        """The file of ``name``, its sha256 checked (once per file version).

        Raises:
            MissingWeights: no such row, or no such file.
            WeightsMismatch: the file is not the one the manifest names.
        """
        row = self.row(name)
        path = self.folder / row.file
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise WeightsMismatch(f"weights '{name}': {row.file} points outside {self.folder}; mend the manifest")
        try:
            stat = path.stat()
        except OSError as error:
            raise MissingWeights(f"weights '{name}' need {path}; restore it: git checkout -- weights") from error
        found = _sha256(path, stat.st_mtime_ns, stat.st_size)
        if found != row.sha256:
            raise WeightsMismatch(
                f"{path} has sha256 {found[:12]}…, the manifest says {row.sha256[:12]}…; "
                "restore it: git checkout -- weights"
            )
        return path


def adopt(folder: Path, row: WeightsRow, source: Path) -> WeightsRow:
    """Copies ``source`` to ``row.file`` in the folder and writes its row, in place of one of the same name.

    Returns the row as written, with the file's sha256.
    """
    row = replace(row, sha256=sha256_of(source))
    shutil.copyfile(source, folder / row.file)
    kept = Manifest.load(folder).rows
    known = any(old.name == row.name for old in kept)
    rows = [row if old.name == row.name else old for old in kept] + ([] if known else [row])
    blocks = [
        "\n".join(["[[weights]]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in asdict(r).items())])
        for r in rows
    ]
    beside = folder / "manifest.toml.part"
    beside.write_text(_HEADER + "\n\n".join(blocks) + "\n", encoding="utf-8")
    beside.replace(folder / "manifest.toml")
    return row


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=8)
def _load(folder: Path, mtime_ns: int) -> Manifest:
    table = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    names = [field.name for field in fields(WeightsRow)]
    return Manifest(
        folder, tuple(WeightsRow(*(str(row.get(n, "")) for n in names)) for row in table.get("weights", []))
    )


@lru_cache(maxsize=64)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    return sha256_of(path)
