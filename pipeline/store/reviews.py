"""What people say a plate reads. Every answer is kept; the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipeline.plate.types import Review
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record
from pipeline.store.tables import InspectionRecord, ReviewRecord


@dataclass(frozen=True, slots=True)
class StoredReview:
    id: int
    review: Review
    created: datetime


class Reviews:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, review: Review) -> StoredReview:
        """
        Raises:
            NotFound: no such inspection.
            StoreError: the state folder cannot be written.
        """
        record = ReviewRecord(
            inspection_id=review.inspection_id,
            truth=clean_text(review.truth),
            quad=review.quad,
            reviewer=clean_text(review.reviewer),
            state=review.state,
            created=self._clock(),
        )
        with self._database.write() as session:
            find_record(session, InspectionRecord, review.inspection_id)
            session.add(record)
            session.flush()
            return stored_review(record)


def stored_review(record: ReviewRecord) -> StoredReview:
    return StoredReview(
        record.id,
        Review(record.inspection_id, record.truth, record.reviewer, record.state, record.quad),
        record.created,
    )
