"""The numbers of an overview page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from pipeline.store.search import is_doubtful, newest_results, newest_review
from pipeline.store.tables import ImageRecord, InspectionRecord, UploadRecord


@dataclass(frozen=True, slots=True)
class Counts:
    """``readable`` inspections have a text; ``doubtful`` ones deserve a second look, ``waiting`` ones of them have
    no review yet. ``per_day`` counts inspections of the last days, the oldest first, today last. Of a picture only
    the newest result counts, so that reading it with another recipe makes no plate twice.
    """

    uploads: int
    images: int
    inspections: int
    readable: int
    doubtful: int
    waiting: int
    reviewed: int
    per_day: tuple[tuple[date, int], ...]


def count_all(session: Session, now: datetime, zone: tzinfo | None = None, days: int = 14) -> Counts:
    """``zone`` says when a day begins, the machine's own where None."""
    reviewed = newest_review().is_not(None)
    conditions = (InspectionRecord.text != "", is_doubtful(), is_doubtful() & ~reviewed, reviewed)
    sums = (func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions)
    inspections, readable, doubtful, waiting, done = session.execute(
        select(func.count(), *sums).select_from(InspectionRecord).where(_is_newest())
    ).one()
    return Counts(
        session.scalar(select(func.count()).select_from(UploadRecord)) or 0,
        session.scalar(select(func.count()).select_from(ImageRecord)) or 0,
        inspections,
        readable,
        doubtful,
        waiting,
        done,
        _per_day(session, now, zone, days),
    )


def _is_newest() -> ColumnElement[bool]:
    return InspectionRecord.result_id.in_(newest_results())


def _per_day(session: Session, now: datetime, zone: tzinfo | None, days: int) -> tuple[tuple[date, int], ...]:
    today = now.astimezone(zone).date()
    shown = [today - timedelta(days=n) for n in reversed(range(days))]
    start = datetime.combine(shown[0], time(), zone).astimezone(zone)
    moments = session.scalars(select(InspectionRecord.created).where(InspectionRecord.created >= start, _is_newest()))
    counted = Counter(moment.astimezone(zone).date() for moment in moments)
    return tuple((day, counted[day]) for day in shown)
