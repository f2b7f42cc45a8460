"""What the worker is to do by itself, and when it last did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from pipeline.store.engine import Database
from pipeline.store.jobs import Json
from pipeline.store.tables import ReviewRecord, ScheduleRecord

_ONLY = 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """Zeros are off.

    Attributes:
        pull_minutes: between two pulls of answers.
        retrain_answers: new readable answers after which a new version of ``data_set`` is frozen and trained on.
        settings: of these trainings.
        pulled, retrained: when that was last begun.
    """

    pull_minutes: int = 0
    retrain_answers: int = 0
    data_set: str = ""
    settings: Json = field(default_factory=dict)
    pulled: datetime | None = None
    retrained: datetime | None = None


class Schedules:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def now(self) -> datetime:
        return self._clock()

    def get(self) -> Schedule:
        with self._database.read() as session:
            record = session.get(ScheduleRecord, _ONLY)
            return _schedule(record) if record else Schedule()

    def save(self, schedule: Schedule) -> None:
        """
        Raises:
            StoreError: the state folder cannot be written.
        """
        values = {name: getattr(schedule, name) for name in Schedule.__dataclass_fields__}
        with self._database.write() as session:
            session.merge(ScheduleRecord(id=_ONLY, **values))

    def new_answers(self, since: datetime | None) -> int:
        """Plates that got an answer with a text since, and have it still."""
        rows = select(func.count(ReviewRecord.inspection_id.distinct())).where(
            ReviewRecord.withdrawn.is_(None), ReviewRecord.truth != ""
        )
        with self._database.read() as session:
            return session.scalar(rows.where(ReviewRecord.created > since) if since else rows) or 0


def _schedule(record: ScheduleRecord) -> Schedule:
    return Schedule(**{name: getattr(record, name) for name in Schedule.__dataclass_fields__})
