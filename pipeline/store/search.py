"""Finding inspections for a table: light rows, one query."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pipeline.plate.types import Doubt
from pipeline.store.tables import InspectionRecord, ResultRecord, ReviewRecord, UploadRecord

DOUBTFUL_BELOW = 0.9
"""A verdict less certain than this is worth a second look, even when nothing else speaks against it."""

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    LEAST_CERTAIN = "least_certain"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class InspectionFilter:
    """What must hold for an inspection; the empty filter lets all through.

    ``text`` is a part of the verdict or of the corrected truth, hyphens and spaces aside.
    ``confidence`` includes both ends; ``since`` is included, ``until`` is not. ``doubtful`` and ``reviewed`` ask for
    those that are (True) or are not (False); what needs attention is doubtful and not reviewed. ``newest`` leaves out
    what earlier results of the same picture hold. ``ids`` are the only ones to look among, where they are given.
    """

    text: str = ""
    confidence: tuple[float, float] = (0.0, 1.0)
    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] = ()
    doubtful: bool | None = None
    reviewed: bool | None = None
    newest: bool = False
    ids: tuple[int, ...] | None = None


EVERYTHING = InspectionFilter()


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """``name`` and ``source`` are of the newest upload that the filter lets through; no review: ``truth`` is None."""

    id: int
    upload_id: int
    name: str
    source: str
    recipe: str
    text: str
    truth: str | None
    reviewer: str | None
    confidence: float
    doubtful: bool
    formats: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    crop_sha256: str
    crop_lines: int
    created: datetime


_ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    Order.NEWEST: (InspectionRecord.id.desc(),),
    Order.OLDEST: (InspectionRecord.id.asc(),),
    Order.LEAST_CERTAIN: (InspectionRecord.confidence.asc(), InspectionRecord.id.desc()),
    Order.TEXT: (InspectionRecord.text.asc(), InspectionRecord.id.desc()),
}


def search(
    session: Session, wanted: InspectionFilter, order: Order, limit: int | None, offset: int
) -> tuple[tuple[InspectionRow, ...], int]:
    """One page of the matching rows, and how many match in all."""
    columns = {
        "id": InspectionRecord.id,
        "upload_id": UploadRecord.id,
        "name": UploadRecord.name,
        "source": UploadRecord.source,
        "recipe": ResultRecord.recipe,
        "text": InspectionRecord.text,
        "truth": ReviewRecord.truth,
        "reviewer": ReviewRecord.reviewer,
        "confidence": InspectionRecord.confidence,
        "doubtful": is_doubtful(),
        "formats": InspectionRecord.formats,
        "doubts": InspectionRecord.doubts,
        "crop_sha256": InspectionRecord.crop_sha256,
        "crop_lines": InspectionRecord.crop_lines,
        "created": InspectionRecord.created,
    }
    rows: Select[*tuple[Any, ...]] = select(*(column.label(name) for name, column in columns.items()))
    page = _matching(rows, wanted).order_by(*_ORDERS[order]).limit(limit).offset(offset)
    total = session.scalar(_matching(select(func.count()), wanted))
    return tuple(InspectionRow(**row) for row in session.execute(page).mappings()), total or 0


def is_doubtful() -> ColumnElement[bool]:
    """It has doubts or failures, or too little confidence."""
    return or_(InspectionRecord.flagged, InspectionRecord.confidence < DOUBTFUL_BELOW)


def newest_results() -> Select[int]:
    """The id of the newest result of every picture."""
    return select(func.max(ResultRecord.id)).group_by(ResultRecord.image_sha256)


def newest_review() -> ColumnElement[int | None]:
    """The id of the review of an inspection that counts."""
    return (
        select(func.max(ReviewRecord.id))
        .where(ReviewRecord.inspection_id == InspectionRecord.id, ReviewRecord.withdrawn.is_(None))
        .correlate(InspectionRecord)
        .scalar_subquery()
    )


def _matching(query: Query, wanted: InspectionFilter) -> Query:
    uploads = select(func.max(UploadRecord.id)).where(UploadRecord.image_sha256 == ResultRecord.image_sha256)
    if wanted.sources:
        uploads = uploads.where(UploadRecord.source.in_(wanted.sources))
    upload = uploads.correlate(ResultRecord).scalar_subquery()
    return (
        query.select_from(InspectionRecord)
        .join(ResultRecord)
        .join(UploadRecord, UploadRecord.id == upload)
        .outerjoin(ReviewRecord, ReviewRecord.id == newest_review())
        .where(*_conditions(wanted))
    )


def _conditions(wanted: InspectionFilter) -> Iterator[ColumnElement[bool]]:
    least, most = wanted.confidence
    if wanted.ids is not None:
        yield InspectionRecord.id.in_(wanted.ids)
    if least > 0.0:
        yield InspectionRecord.confidence >= least
    if most < 1.0:
        yield InspectionRecord.confidence <= most
    if needle := _squeezed(wanted.text):
        # The corrected ones are looked up once, not for each inspection.
        corrected = select(ReviewRecord.inspection_id).where(
            ReviewRecord.id.in_(
                select(func.max(ReviewRecord.id))
                .where(ReviewRecord.withdrawn.is_(None))
                .group_by(ReviewRecord.inspection_id)
            ),
            _has(ReviewRecord.truth, needle),
        )
        yield or_(_has(InspectionRecord.text, needle), InspectionRecord.id.in_(corrected))
    if wanted.since:
        yield InspectionRecord.created >= wanted.since
    if wanted.until:
        yield InspectionRecord.created < wanted.until
    if wanted.doubtful is not None:
        yield is_doubtful() if wanted.doubtful else ~is_doubtful()
    if wanted.newest:
        yield ResultRecord.id.in_(newest_results())
    if wanted.reviewed is not None:
        yield ReviewRecord.id.is_not(None) if wanted.reviewed else ReviewRecord.id.is_(None)


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).replace("-", "").split())


def _has(column: InstrumentedAttribute[str], needle: str) -> ColumnElement[bool]:
    return func.replace(func.replace(column, "-", ""), " ", "").contains(needle, autoescape=True)
