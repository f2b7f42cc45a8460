"""Which blobs somebody needs, and the end of the others."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import delete, or_, select, union
from sqlalchemy.orm import Session

from pipeline.store.blobs import Blobs
from pipeline.store.engine import Database
from pipeline.store.faults import folder_fault
from pipeline.store.tables import CellRecord, EnhancementRecord, ImageRecord, InspectionRecord, RunItemRecord

_COLLECT_EVERY = 24 * 3600.0
"""Seconds; only a killed process leaves garbage, and finding it means looking at every blob."""


def drop_unnamed(database: Database, blobs: Blobs, candidates: Iterable[str]) -> int:
    """Delete those candidates that no row names, and what was made of those that were crops; gives their number.

    It holds the writer's lock, so no row can come to name one of them meanwhile.

    Raises:
        StoreError: the state folder cannot be written.
    """
    candidates = set(candidates)
    with database.write() as session:
        candidates |= _forget_comparisons(session, candidates)
        unnamed = [sha256 for sha256 in candidates if not _is_named(session, sha256)]
        for sha256 in unnamed:
            blobs.delete(sha256)
    return len(unnamed)


def collect(database: Database, blobs: Blobs, untouched_for: float) -> int:
    """Delete all blobs put at least so many seconds ago that no row names; gives their number.

    Raises:
        StoreError: the state folder cannot be written.
    """
    blobs.clear_leftovers(untouched_for)
    candidates = set(blobs.untouched_for(untouched_for))
    # The long look is one that nobody waits for; the few that it leaves are looked at again under the lock.
    crops = select(InspectionRecord.crop_sha256)
    pictures = select(EnhancementRecord.picture_sha256).where(EnhancementRecord.crop_sha256.in_(crops))
    with database.read() as session:
        candidates.difference_update(
            session.scalars(union(select(ImageRecord.sha256), crops, pictures, select(RunItemRecord.crop_sha256)))
        )
    dropped = drop_unnamed(database, blobs, candidates) if candidates else 0
    try:
        _stamp(database.home).touch()
    except OSError as error:
        raise folder_fault(error, database.home) from error
    return dropped


def is_due(home: Path) -> bool:
    """Nothing was collected for a day."""
    try:
        return time.time() - _stamp(home).stat().st_mtime >= _COLLECT_EVERY
    except FileNotFoundError:
        return True


def _stamp(home: Path) -> Path:
    return home / "collected.stamp"


def _forget_comparisons(session: Session, crops: set[str]) -> set[str]:
    """Delete what was made of those crops that no inspection shows any more; gives the pictures among it."""
    shown = set(session.scalars(select(InspectionRecord.crop_sha256).where(InspectionRecord.crop_sha256.in_(crops))))
    gone = crops - shown
    of_them = EnhancementRecord.crop_sha256.in_(gone)
    pictures = set(session.scalars(select(EnhancementRecord.picture_sha256).where(of_them)))
    session.execute(delete(EnhancementRecord).where(of_them))
    session.execute(delete(CellRecord).where(CellRecord.crop_sha256.in_(gone)))
    return {sha256 for sha256 in pictures if sha256}


def _is_named(session: Session, sha256: str) -> bool:
    image = select(ImageRecord.sha256).where(ImageRecord.sha256 == sha256).exists()
    crop = select(InspectionRecord.id).where(InspectionRecord.crop_sha256 == sha256).exists()
    item = select(RunItemRecord.id).where(RunItemRecord.crop_sha256 == sha256).exists()
    picture = select(EnhancementRecord.id).where(EnhancementRecord.picture_sha256 == sha256).exists()
    return bool(session.scalar(select(or_(image, crop, item, picture))))
