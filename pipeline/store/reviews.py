"""What people say a plate reads. Every answer is kept; the newest that nobody has withdrawn counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.plate.types import Review
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record
from pipeline.store.tables import InspectionRecord, ReviewRecord


@dataclass(frozen=True, slots=True)
class StoredReview:
    """``outside_id`` is what a service outside calls it, empty for an answer given here."""

    id: int
    review: Review
    created: datetime
    outside_id: str = ""
    withdrawn: datetime | None = None


class Reviews:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, review: Review, outside_id: str = "") -> StoredReview:
        """
        Raises:
            NotFound: no such inspection.
            StoreError: the state folder cannot be written.
        """
        with self._database.write() as session:
            return stored_review(new_review(session, review, self._clock(), outside_id))

    def of(self, inspection_ids: Sequence[int]) -> dict[int, tuple[StoredReview, ...]]:
        """Every answer to each of those inspections, the oldest first, withdrawn ones among them."""
        found: dict[int, list[StoredReview]] = {number: [] for number in inspection_ids}
        rows = select(ReviewRecord).where(ReviewRecord.inspection_id.in_(inspection_ids)).order_by(ReviewRecord.id)
        with self._database.read() as session:
            for record in session.scalars(rows):
                found[record.inspection_id].append(stored_review(record))
        return {number: tuple(its) for number, its in found.items()}

    def withdraw(self, review_ids: Sequence[int]) -> None:
        """Those answers count no longer; they stay to be seen. What is withdrawn already stays as it is."""
        rows = select(ReviewRecord).where(ReviewRecord.id.in_(review_ids), ReviewRecord.withdrawn.is_(None))
        with self._database.write() as session:
            for record in session.scalars(rows):
                record.withdrawn = self._clock()


def new_review(session: Session, review: Review, now: datetime, outside_id: str = "") -> ReviewRecord:
    """Adds the row of an answer.

    Raises:
        NotFound: no such inspection.
    """
    find_record(session, InspectionRecord, review.inspection_id)
    record = review_record(review, now, outside_id)
    session.add(record)
    session.flush()
    return record


def review_record(review: Review, now: datetime, outside_id: str = "") -> ReviewRecord:
    """The row of an answer, not yet added."""
    return ReviewRecord(
        inspection_id=review.inspection_id,
        truth=clean_text(review.truth),
        quad=review.quad,
        reviewer=clean_text(review.reviewer),
        state=review.state,
        source=review.source,
        outside_id=outside_id,
        created=now,
    )


def stored_review(record: ReviewRecord) -> StoredReview:
    return StoredReview(
        record.id,
        Review(record.inspection_id, record.truth, record.reviewer, record.state, record.quad, record.source),
        record.created,
        record.outside_id,
        record.withdrawn,
    )
