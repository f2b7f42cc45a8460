"""Plates that were read, and the way of an inspection into its row and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from pipeline.media.decode import LONGEST_SIDE, decode
from pipeline.plate.types import Detection, Inspection, ModelUse, PlateCrop, Verdict
from pipeline.store.blobs import Blobs
from pipeline.store.engine import Database, find_record
from pipeline.store.garbage import drop_unnamed
from pipeline.store.reviews import StoredReview, stored_review
from pipeline.store.search import EVERYTHING, InspectionFilter, InspectionRow, Order, search
from pipeline.store.tables import InspectionRecord, RunItemRecord
from pipeline.store.uploads import StoredUpload, stored_upload

_OURS = LONGEST_SIDE**2  # the store wrote the crops itself, so their size is no concern


@dataclass(frozen=True, slots=True)
class StoredInspection:
    """``uploads`` are those of its picture, newest first; ``review`` is the answer that counts, if any.

    ``models`` is empty where it was read before PlateLoop wrote them down.
    """

    id: int
    inspection: Inspection
    sha256: str
    recipe: str
    models: tuple[ModelUse, ...]
    uploads: tuple[StoredUpload, ...]
    crop_sha256: str
    created: datetime
    review: StoredReview | None


class Inspections:
    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def get(self, inspection_id: int) -> StoredInspection:
        """
        Raises:
            NotFound: no such inspection, or its crop is gone from the disk.
        """
        with self._database.read() as session:
            return stored_inspection(find_record(session, InspectionRecord, inspection_id), self._blobs)

    def search(
        self,
        wanted: InspectionFilter = EVERYTHING,
        order: Order = Order.NEWEST,
        limit: int | None = 50,
        offset: int = 0,
    ) -> tuple[tuple[InspectionRow, ...], int]:
        """One page of rows for a table, and how many match in all."""
        with self._database.read() as session:
            return search(session, wanted, order, limit, offset)

    def delete(self, inspection_id: int) -> None:
        """Remove an inspection, its reviews and, when no other shows it, its crop, from the disk too.

        Its result stays and remembers how many plates it had: reading the same picture again does not bring the
        inspection back. Deleting the upload and adding it again does.

        Raises:
            NotFound: no such inspection.
            StoreError: the state folder cannot be written.
        """
        with self._database.erase() as session:
            record = find_record(session, InspectionRecord, inspection_id)
            crop_sha256 = record.crop_sha256
            # Whoever deletes the plate means it: no run shows it any longer.
            session.execute(delete(RunItemRecord).where(RunItemRecord.inspection_id == inspection_id))
            session.delete(record)
        drop_unnamed(self._database, self._blobs, [crop_sha256])
        self._database.scrub()


def new_record(inspection: Inspection, position: int, now: datetime, crop_sha256: str) -> InspectionRecord:
    """The row of an inspection whose crop is a blob already."""
    detection, crop, verdict = inspection.detection, inspection.crop, inspection.verdict
    return InspectionRecord(
        position=position,
        text=verdict.text,
        confidence=verdict.confidence,
        flagged=bool(verdict.doubts or inspection.failures),
        created=now,
        crop_sha256=crop_sha256,
        formats=verdict.formats,
        doubts=verdict.doubts,
        failures=inspection.failures,
        hints=inspection.hints,
        kind=detection.kind,
        score=detection.score,
        detector=detection.detector,
        quad=detection.quad,
        crop_quad=crop.quad,
        crop_lines=crop.lines,
        enhancers=crop.enhancers,
        slots=verdict.slots,
        readings=inspection.readings,
    )


def stored_inspection(record: InspectionRecord, blobs: Blobs) -> StoredInspection:
    crop = decode(blobs.get(record.crop_sha256), f"the crop of inspection {record.id}", max_pixels=_OURS).pixels
    inspection = Inspection(
        Detection(record.quad, record.kind, record.score, record.detector),
        PlateCrop(crop, record.crop_quad, record.crop_lines, record.enhancers),
        record.readings,
        Verdict(record.text, record.confidence, record.slots, record.formats, record.doubts),
        record.failures,
        record.hints,
    )
    image = record.result.image
    return StoredInspection(
        record.id,
        inspection,
        image.sha256,
        record.result.recipe,
        record.result.models,
        tuple(stored_upload(upload) for upload in image.uploads),
        record.crop_sha256,
        record.created,
        stored_review(record.reviews[-1]) if record.reviews else None,
    )
