"""The source of this installation, for those who use it over a network (AGPL, section 13)."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.config import PROJECT, Config

_NOT_SOURCE = {"__pycache__", "node_modules", "runs"}


def source_zip(config: Config, project: Path = PROJECT) -> bytes:
    """The project's files as they lie on disk, changes included, without environment, state and caches."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(_tracked(project) or _found(project, config.home)):
            archive.write(path, Path("plateloop") / path.relative_to(project))
    return packed.getvalue()


def _tracked(project: Path) -> list[Path]:
    """What git knows or would add; nothing where the project is no checkout, or there is no git."""
    command = ("git", "-C", str(project), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [path for name in listed.decode().split("\0") if name and (path := project / name).is_file()]


def _found(folder: Path, home: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name not in (".ci", ".streamlit", ".gitignore")
        if hidden or path.name in _NOT_SOURCE or path == home or path.is_symlink():
            continue
        if path.is_dir():
            yield from _found(path, home)
        else:
            yield path
