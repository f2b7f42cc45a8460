"""Pictures that somebody brought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from pipeline.media.sniff import sniff
from pipeline.plate.types import Frame
from pipeline.store.blobs import Blobs
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record, insert_once
from pipeline.store.garbage import drop_unnamed
from pipeline.store.tables import ImageRecord, InspectionRecord, ResultRecord, RunItemRecord, UploadRecord


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A picture under a name; width and height in pixels, ``bytes`` of the file as it came."""

    id: int
    name: str
    source: str
    sha256: str
    width: int
    height: int
    bytes: int
    media_type: str
    created: datetime


@dataclass(frozen=True, slots=True)
class PictureRow:
    """An upload in a list; ``plates`` is what its newest result found, None while it was not read."""

    upload: StoredUpload
    plates: int | None
    failed: bool


class Uploads:
    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def add(self, name: str, data: bytes, frame: Frame, source: str) -> StoredUpload:
        """Keep a picture; the same one under the same name from the same source is kept once.

        Args:
            data: the file as it came; ``frame`` is what it decodes to.
            source: where it comes from, such as "browser", "command line" or the zip's name.

        Raises:
            StoreError: the state folder cannot be written.
        """
        name, source = clean_text(name), clean_text(source)
        sha256 = self._blobs.put(data)
        if sha256 != frame.sha256:
            raise ValueError(f"{name}: the frame is of {frame.sha256[:12]}…, the data of {sha256[:12]}…")
        now = self._clock()
        image = ImageRecord(
            sha256=sha256,
            width=frame.width,
            height=frame.height,
            bytes=len(data),
            media_type=f"image/{sniff(data).lower()}",
            created=now,
        )
        upload = UploadRecord(image_sha256=sha256, name=name, source=source, created=now)
        with self._database.write() as session:
            self._blobs.put(data)  # a deletion may have come between
            insert_once(session, image)
            insert_once(session, upload)
            same = select(UploadRecord).filter_by(image_sha256=sha256, name=name, source=source)
            return stored_upload(session.scalars(same).one())

    def get(self, upload_id: int) -> StoredUpload:
        """
        Raises:
            NotFound: no such upload.
        """
        with self._database.read() as session:
            return stored_upload(find_record(session, UploadRecord, upload_id))

    def list(self) -> tuple[StoredUpload, ...]:
        """Newest first."""
        newest = select(UploadRecord).order_by(UploadRecord.id.desc())
        with self._database.read() as session:
            return tuple(stored_upload(record) for record in session.scalars(newest))

    def search(self, limit: int | None = 50, offset: int = 0) -> tuple[tuple[PictureRow, ...], int]:
        """One page of all uploads, newest first, and how many there are."""
        newest = (
            select(func.max(ResultRecord.id))
            .where(ResultRecord.image_sha256 == UploadRecord.image_sha256)
            .correlate(UploadRecord)
            .scalar_subquery()
        )
        rows = (
            select(UploadRecord, ResultRecord.plates, ResultRecord.failed)
            .outerjoin(ResultRecord, ResultRecord.id == newest)
            .options(joinedload(UploadRecord.image))
            .order_by(UploadRecord.id.desc())
        )
        with self._database.read() as session:
            found = session.execute(rows.limit(limit).offset(offset)).all()
            total = session.scalar(select(func.count()).select_from(UploadRecord)) or 0
            return tuple(PictureRow(stored_upload(u), plates, bool(failed)) for u, plates, failed in found), total

    def sources(self) -> tuple[str, ...]:
        """Every source there is, in alphabetical order."""
        with self._database.read() as session:
            return tuple(session.scalars(select(UploadRecord.source).distinct().order_by(UploadRecord.source)))

    def delete(self, upload_id: int) -> None:
        """Remove an upload and, when no other names its picture, all that was made of the picture.

        Then results, inspections, reviews, crops, its plates in runs and the picture itself are gone from the disk,
        and adding the picture again works it anew.

        Raises:
            NotFound: no such upload.
            StoreError: the state folder cannot be written.
        """
        with self._database.erase() as session:
            upload = find_record(session, UploadRecord, upload_id)
            sha256 = upload.image_sha256
            crops = select(InspectionRecord.crop_sha256).join(ResultRecord).where(ResultRecord.image_sha256 == sha256)
            of_runs = select(RunItemRecord.crop_sha256).where(RunItemRecord.image_sha256 == sha256)
            candidates = [sha256, *session.scalars(crops), *filter(None, session.scalars(of_runs))]
            session.delete(upload)
            session.flush()
            if session.scalar(select(UploadRecord.id).where(UploadRecord.image_sha256 == sha256).limit(1)) is None:
                session.execute(delete(ImageRecord).where(ImageRecord.sha256 == sha256))
        drop_unnamed(self._database, self._blobs, candidates)
        self._database.scrub()


def stored_upload(record: UploadRecord) -> StoredUpload:
    image = record.image
    return StoredUpload(
        record.id,
        record.name,
        record.source,
        image.sha256,
        image.width,
        image.height,
        image.bytes,
        image.media_type,
        record.created,
    )
