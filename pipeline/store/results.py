"""What one recipe made of one picture: the key under which nothing is worked twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pipeline.media.draw import encode_png
from pipeline.plate.types import FrameResult, ModelUse, StageFailure
from pipeline.store.blobs import Blobs
from pipeline.store.engine import Database, find_record, insert_once
from pipeline.store.garbage import drop_unnamed
from pipeline.store.inspections import StoredInspection, new_record, stored_inspection
from pipeline.store.search import newest_results
from pipeline.store.tables import ImageRecord, ResultRecord
from pipeline.store.uploads import StoredUpload, stored_upload


@dataclass(frozen=True, slots=True)
class StoredResult:
    """``plates`` counts what was found; ``inspections`` are those of them that nobody deleted.

    ``models`` is empty where it was read before PlateLoop wrote them down.
    """

    id: int
    sha256: str
    recipe: str
    fingerprint: str
    plates: int
    inspections: tuple[StoredInspection, ...]
    failures: tuple[StageFailure, ...]
    elapsed_ms: dict[str, float]
    models: tuple[ModelUse, ...]
    created: datetime


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A result that someone should look at; ``upload`` is the newest of its picture."""

    id: int
    upload: StoredUpload
    recipe: str
    failures: tuple[StageFailure, ...]
    created: datetime


class Results:
    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def find(self, sha256: str, fingerprint: str) -> StoredResult | None:
        """What the recipe of that fingerprint made of the picture, None when it has not been worked yet."""
        with self._database.read() as session:
            record = session.scalar(select(ResultRecord).where(_is(sha256, fingerprint)))
            return _stored_result(record, self._blobs) if record else None

    def of(self, sha256: str) -> tuple[StoredResult, ...]:
        """What every recipe made of the picture, with today's weights or with earlier ones; newest first."""
        newest = select(ResultRecord).filter_by(image_sha256=sha256).order_by(ResultRecord.id.desc())
        with self._database.read() as session:
            return tuple(_stored_result(record, self._blobs) for record in session.scalars(newest))

    def save(self, result: FrameResult, recipe: str, fingerprint: str) -> StoredResult:
        """Keep a result. Where one is stored already, that one stays and is given back.

        Only a stored result in which something failed, and which nobody has reviewed or deleted a part of, gives
        way, and only to one in which nothing failed.

        Raises:
            NotFound: the picture is not stored, or was deleted meanwhile.
            StoreError: the state folder cannot be written.
        """
        with self._database.read() as session:
            find_record(session, ImageRecord, result.sha256)
            known = session.scalar(select(ResultRecord).where(_is(result.sha256, fingerprint)))
            if known and not _gives_way(known, result):
                return _stored_result(known, self._blobs)
        # Drawn and on the disk before other writers have to wait.
        crops = [encode_png(inspection.crop.pixels) for inspection in result.inspections]
        for crop in crops:
            self._blobs.put(crop)
        with self._database.write() as session:
            find_record(session, ImageRecord, result.sha256)
            replaced = _make_way(session, result, fingerprint)
            self._insert(session, result, recipe, fingerprint, crops)
            kept = session.scalars(select(ResultRecord.id).where(_is(result.sha256, fingerprint))).one()
        if replaced:
            drop_unnamed(self._database, self._blobs, replaced)
        with self._database.read() as session:
            return _stored_result(find_record(session, ResultRecord, kept), self._blobs)

    def _insert(
        self, session: Session, result: FrameResult, recipe: str, fingerprint: str, crops: Sequence[bytes]
    ) -> None:
        """Nothing happens where another process was faster."""
        now = self._clock()
        record = ResultRecord(
            image_sha256=result.sha256,
            recipe=recipe,
            fingerprint=fingerprint,
            plates=len(result.inspections),
            failed=bool(result.failures),
            failures=result.failures,
            elapsed_ms=result.elapsed_ms,
            models=result.models,
            created=now,
        )
        if insert_once(session, record):
            record.inspections = [
                new_record(inspection, position, now, self._blobs.put(crop))  # a deletion may have come between
                for position, (inspection, crop) in enumerate(zip(result.inspections, crops, strict=True))
            ]
            session.flush()

    def without_plate(self, limit: int | None = 50) -> tuple[ResultRow, ...]:
        """Pictures whose newest result has no plate though nothing failed, newest first."""
        return self._rows((ResultRecord.plates == 0) & ResultRecord.failed.is_(False), limit)

    def with_failures(self, limit: int | None = 50) -> tuple[ResultRow, ...]:
        """Pictures in whose newest result a stage failed on the whole of them, newest first.

        A plate's failures are its inspection's.
        """
        return self._rows(ResultRecord.failed.is_(True), limit)

    def _rows(self, condition: ColumnElement[bool], limit: int | None) -> tuple[ResultRow, ...]:
        newest = ResultRecord.id.in_(newest_results())
        rows = select(ResultRecord).where(newest, condition).order_by(ResultRecord.id.desc())
        with self._database.read() as session:
            return tuple(
                ResultRow(r.id, stored_upload(r.image.uploads[0]), r.recipe, r.failures, r.created)
                for r in session.scalars(rows.limit(limit))
            )


def _is(sha256: str, fingerprint: str) -> ColumnElement[bool]:
    return (ResultRecord.image_sha256 == sha256) & (ResultRecord.fingerprint == fingerprint)


def _make_way(session: Session, result: FrameResult, fingerprint: str) -> list[str]:
    """Remove the stored result where ``result`` is better; gives the sha256 of its crops."""
    stored = session.scalar(select(ResultRecord).where(_is(result.sha256, fingerprint)))
    if stored is None or not _gives_way(stored, result):
        return []
    session.delete(stored)
    session.flush()
    return [inspection.crop_sha256 for inspection in stored.inspections]


def _gives_way(stored: ResultRecord, better: FrameResult) -> bool:
    if _has_failures(better) or not _has_failures(stored):
        return False
    return len(stored.inspections) == stored.plates and not any(plate.reviews for plate in stored.inspections)


def _has_failures(result: FrameResult | ResultRecord) -> bool:
    return bool(result.failures) or any(inspection.failures for inspection in result.inspections)


def _stored_result(record: ResultRecord, blobs: Blobs) -> StoredResult:
    return StoredResult(
        record.id,
        record.image_sha256,
        record.recipe,
        record.fingerprint,
        record.plates,
        tuple(stored_inspection(inspection, blobs) for inspection in record.inspections),
        record.failures,
        record.elapsed_ms,
        record.models,
        record.created,
    )
