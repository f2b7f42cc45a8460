"""The frozen data sets that are known; what they hold lies in their folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.corpus.snapshot import Snapshot
from pipeline.store.engine import Database, find_record, insert_once
from pipeline.store.tables import SnapshotRecord


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """``folder`` is inside that of all data sets; ``counts`` and ``left_out`` are those of the snapshot itself."""

    id: int
    name: str
    version: int
    fingerprint: str
    folder: str
    counts: Mapping[str, int]
    left_out: Mapping[str, int]
    created: datetime

    @property
    def title(self) -> str:
        return f"{self.name} v{self.version}"


class Snapshots:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, snapshot: Snapshot) -> StoredSnapshot:
        """Notes a snapshot down, once however often it comes.

        Raises:
            StoreError: the state folder cannot be written.
        """
        record = SnapshotRecord(
            name=snapshot.name,
            version=snapshot.version,
            fingerprint=snapshot.fingerprint,
            folder=f"{snapshot.name}/v{snapshot.version}",
            counts=snapshot.counts,
            left_out=dict(snapshot.left_out),
            created=snapshot.created,
        )
        same = select(SnapshotRecord).filter_by(name=snapshot.name, version=snapshot.version)
        with self._database.write() as session:
            insert_once(session, record)
            return _stored(session.scalars(same).one())

    def get(self, snapshot_id: int) -> StoredSnapshot:
        """
        Raises:
            NotFound: no such snapshot.
        """
        with self._database.read() as session:
            return _stored(find_record(session, SnapshotRecord, snapshot_id))

    def list(self, name: str | None = None) -> tuple[StoredSnapshot, ...]:
        """Newest first; those of one name where it is given."""
        rows = select(SnapshotRecord).order_by(SnapshotRecord.id.desc())
        if name is not None:
            rows = rows.where(SnapshotRecord.name == name)
        with self._database.read() as session:
            return tuple(_stored(record) for record in session.scalars(rows))


def _stored(record: SnapshotRecord) -> StoredSnapshot:
    return StoredSnapshot(
        record.id,
        record.name,
        record.version,
        record.fingerprint,
        record.folder,
        record.counts,
        record.left_out,
        record.created,
    )
