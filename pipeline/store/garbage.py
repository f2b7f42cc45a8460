"""Which blobs somebody needs, and the end of the others."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, union

from pipeline.store.blobs import Blobs
from pipeline.store.engine import Database
from pipeline.store.tables import ImageRecord, InspectionRecord


def drop_unnamed(database: Database, blobs: Blobs, candidates: Iterable[str]) -> int:
    """Delete those candidates that no row names; gives their number.

    It holds the writer's lock, so no row can come to name one of them meanwhile.

    Raises:
        StoreError: the state folder cannot be written.
    """
    with database.write() as session:
        named = set(session.scalars(union(select(ImageRecord.sha256), select(InspectionRecord.crop_sha256))))
        unnamed = set(candidates) - named
        for sha256 in unnamed:
            blobs.delete(sha256)
    return len(unnamed)
