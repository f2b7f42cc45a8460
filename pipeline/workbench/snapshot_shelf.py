"""The frozen data sets there are: rows of the store, and folders with what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.corpus.snapshot import Snapshot, SnapshotPlate, Split, glance, read_snapshot
from pipeline.corpus.snapshot_writer import SnapshotWriter, versions_in
from pipeline.corpus.split import split_texts
from pipeline.errors import NotFound, SnapshotError
from pipeline.store import StoredSnapshot
from pipeline.workbench.bench import Workbench


def list_snapshots(bench: Workbench, name: str | None = None) -> tuple[StoredSnapshot, ...]:
    """Newest first. One that lies in the folder and is not known yet, as after a kill, is noted down now."""
    known = {stored.folder for stored in bench.store.snapshots.list()}
    home = bench.config.datasets_folder
    for folder in sorted(home.iterdir()) if home.is_dir() else ():
        for version in versions_in(folder):
            if f"{folder.name}/v{version}" not in known:
                try:
                    bench.store.snapshots.add(glance(folder / f"v{version}"))
                except SnapshotError:
                    continue  # somebody else's folder
    return bench.store.snapshots.list(name)


def find_snapshot(bench: Workbench, asked: str) -> StoredSnapshot:
    """The snapshot of that id or title: "7", "gate v2", "gate/v2", or "gate" for its newest version.

    Raises:
        NotFound: there is none.
    """
    there = list_snapshots(bench)
    wanted = asked.strip().replace("/", " ")
    for stored in there:
        if wanted in (str(stored.id), stored.title, stored.name):
            return stored
    listed = ", ".join(stored.title for stored in there[:8]) or "none yet"
    raise NotFound(f"there is no data set {asked!r}; there are: {listed}")


def folder_of(bench: Workbench, stored: StoredSnapshot) -> Path:
    return bench.config.datasets_folder / stored.folder


def is_lost(bench: Workbench, stored: StoredSnapshot) -> bool:
    """Whether its folder is gone from the disk."""
    return not folder_of(bench, stored).is_dir()


def open_snapshot(bench: Workbench, snapshot_id: int) -> Snapshot:
    """A snapshot, verified byte by byte.

    Raises:
        NotFound: no such snapshot.
        SnapshotError: its folder is gone or was changed.
    """
    stored = bench.store.snapshots.get(snapshot_id)
    snapshot = read_snapshot(folder_of(bench, stored))
    if snapshot.fingerprint != stored.fingerprint:
        raise SnapshotError(f"{stored.title} is another one than was frozen; bring its folder back from a copy")
    return snapshot


def splits_of(bench: Workbench, name: str, texts: Sequence[str]) -> dict[str, Split]:
    """The split of every text in the next version: what earlier versions say, and for new texts their hash."""
    known: dict[str, Split] = {}
    for stored in reversed(list_snapshots(bench, name)):
        if not is_lost(bench, stored):
            known |= glance(folder_of(bench, stored)).splits
    return split_texts(texts, name, known)


def keep_snapshot(
    bench: Workbench,
    writer: SnapshotWriter,
    plates: Sequence[SnapshotPlate],
    left_out: Mapping[str, int],
    now: Callable[[], datetime],
) -> StoredSnapshot:
    """Ends a writer's work and notes the snapshot down. Where the newest version has the same plates, it is given.

    Raises:
        SnapshotError: there is not one plate, or the folder cannot be written.
        StoreError: the state folder cannot be written.
    """
    for stored in bench.store.snapshots.list(writer.name)[:1]:
        if not is_lost(bench, stored) and glance(folder_of(bench, stored)).plates == tuple(plates):
            return stored
    return bench.store.snapshots.add(writer.finish(plates, now(), left_out))
