"""Takes a snapshot out of the workbench, as a zip or a folder, in a form that other tools read."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

from pipeline.corpus.export import ExportForm as ExportForm
from pipeline.corpus.export import export_files
from pipeline.corpus.snapshot import Snapshot
from pipeline.errors import SnapshotError


def export_folder(snapshot: Snapshot, form: ExportForm, out: Path) -> int:
    """Writes the export into a new or empty folder, and gives the number of its files.

    Raises:
        SnapshotError: the folder holds something already, or cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise SnapshotError(f"{out} is not empty; name a new folder, so that nothing is mixed or written over")
        count = 0
        for name, content in export_files(snapshot, form):
            count += 1
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, path)
            else:
                path.write_bytes(content)
        return count
    except OSError as error:
        raise SnapshotError(f"{out} cannot be written ({error.strerror}); check its permissions and space") from error


def export_zip(snapshot: Snapshot, form: ExportForm) -> bytes:
    """The same as one zip; pictures are packed as they are, since they hardly get smaller."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in export_files(snapshot, form):
            if isinstance(content, Path):
                archive.write(content, name)
            else:
                archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def export_name(snapshot: Snapshot, form: ExportForm) -> str:
    """What the zip is called."""
    return f"{snapshot.name}-v{snapshot.version}-{form}.zip"
