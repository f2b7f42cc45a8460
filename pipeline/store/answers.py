"""Plates with what people answered to them, as a data set needs them: light rows, without the crops' pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from pipeline.plate.types import Quad, Reading
from pipeline.store.engine import Database
from pipeline.store.reviews import StoredReview, stored_review
from pipeline.store.tables import (
    CaseRecord,
    ImageRecord,
    InspectionRecord,
    ResultRecord,
    ReviewRecord,
    UploadRecord,
)


@dataclass(frozen=True, slots=True)
class AnsweredPlate:
    """``review`` is the answer that counts, ``others`` the newest ones of everybody else that are not withdrawn.

    ``quad`` is where the plate lies in its picture; ``detector`` is empty where the picture is the plate. ``origin`` is
    the source of the picture's newest upload; ``readings`` are what the readers saw, ``text`` what came of them.
    """

    inspection_id: int
    review: StoredReview
    others: tuple[StoredReview, ...]
    text: str
    confidence: float
    readings: tuple[Reading, ...]
    quad: Quad
    detector: str
    lines: int
    crop_sha256: str
    image_sha256: str
    media_type: str
    width: int
    height: int
    origin: str
    is_case: bool


@dataclass(frozen=True, slots=True)
class FoundPlate:
    """Where a plate was found in a picture, whether anybody has answered or not."""

    inspection_id: int
    image_sha256: str
    quad: Quad
    crop_sha256: str
    lines: int


class Answers:
    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self) -> str:
        """Another one whenever an answer is given or taken back."""
        counted = select(func.count(), func.max(ReviewRecord.id), func.count(ReviewRecord.withdrawn))
        with self._database.read() as session:
            return "-".join(map(str, session.execute(counted).one()))

    def list(self, inspection_ids: Sequence[int] | None = None) -> tuple[AnsweredPlate, ...]:
        """Every plate that has an answer, in the order in which they were read; of those ids where they are given."""
        newest = select(func.max(UploadRecord.id)).where(UploadRecord.image_sha256 == ResultRecord.image_sha256)
        rows = (
            select(InspectionRecord, ImageRecord, UploadRecord.source, CaseRecord.id)
            .join(ResultRecord, InspectionRecord.result_id == ResultRecord.id)
            .join(ImageRecord, ImageRecord.sha256 == ResultRecord.image_sha256)
            .outerjoin(UploadRecord, UploadRecord.id == newest.correlate(ResultRecord).scalar_subquery())
            .outerjoin(CaseRecord, CaseRecord.inspection_id == InspectionRecord.id)
            .order_by(InspectionRecord.id)
        )
        given = select(ReviewRecord).where(ReviewRecord.withdrawn.is_(None)).order_by(ReviewRecord.id)
        if inspection_ids is not None:
            rows = rows.where(InspectionRecord.id.in_(inspection_ids))
            given = given.where(ReviewRecord.inspection_id.in_(inspection_ids))
        else:
            rows = rows.where(InspectionRecord.id.in_(select(ReviewRecord.inspection_id)))
        reviews: defaultdict[int, list[StoredReview]] = defaultdict(list)
        with self._database.read() as session:
            for record in session.scalars(given):
                reviews[record.inspection_id].append(stored_review(record))
            return tuple(
                _answered(inspection, image, source or "", case, reviews[inspection.id])
                for inspection, image, source, case in session.execute(rows)
                if inspection.id in reviews
            )

    def found_in(self, pictures: Sequence[str]) -> tuple[FoundPlate, ...]:
        """Every plate that was found in those pictures, by whatever recipe, the newest first."""
        columns = (
            InspectionRecord.id,
            ResultRecord.image_sha256,
            InspectionRecord.quad,
            InspectionRecord.crop_sha256,
            InspectionRecord.crop_lines,
        )
        rows = (
            select(*columns)
            .join(ResultRecord, InspectionRecord.result_id == ResultRecord.id)
            .where(ResultRecord.image_sha256.in_(pictures))
            .order_by(InspectionRecord.id.desc())
        )
        with self._database.read() as session:
            return tuple(FoundPlate(*row) for row in session.execute(rows))


def _answered(
    record: InspectionRecord, image: ImageRecord, origin: str, case: int | None, reviews: Sequence[StoredReview]
) -> AnsweredPlate:
    *earlier, counts = reviews
    others = {its.review.reviewer: its for its in earlier if its.review.reviewer != counts.review.reviewer}
    return AnsweredPlate(
        record.id,
        counts,
        tuple(others.values()),
        record.text,
        record.confidence,
        record.readings,
        record.quad,
        record.detector,
        record.crop_lines,
        record.crop_sha256,
        image.sha256,
        image.media_type,
        image.width,
        image.height,
        origin,
        case is not None,
    )
