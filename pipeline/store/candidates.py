"""Plates that might be worth a person's look, and the texts that are known for sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pipeline.analysis.hardness import Evidence
from pipeline.store.search import newest_results, newest_review
from pipeline.store.tables import CaseRecord, InspectionRecord, ResultRecord, ReviewRecord, UploadRecord

SURELY_READ, OFTEN = 0.99, 3
"""A text that this many pictures show, each read with this confidence, is known; one of a hundred may be wrong."""


@dataclass(frozen=True, slots=True)
class Candidate:
    inspection_id: int
    evidence: Evidence


def candidates(session: Session, sources: Sequence[str]) -> list[Candidate]:
    """Plates of the newest result of each picture that nobody has answered and that have no case, the newest first.

    One query, without crops and votes: 10,000 plates take about a second.

    Args:
        sources: only pictures that came this way; all where it is empty.
    """
    rows = _evidence().where(ResultRecord.id.in_(newest_results()), newest_review().is_(None))
    if sources:
        shown = select(UploadRecord.image_sha256).where(UploadRecord.source.in_(sources))
        rows = rows.where(ResultRecord.image_sha256.in_(shown))
    return _candidates(session, rows)


def chosen(session: Session, inspection_ids: Sequence[int]) -> list[Candidate]:
    """Of these plates, those that have no case, answered or not."""
    return _candidates(session, _evidence().where(InspectionRecord.id.in_(inspection_ids)))


def _evidence() -> Select[*tuple[Any, ...]]:
    columns = (
        *(InspectionRecord.id, InspectionRecord.text, InspectionRecord.confidence, InspectionRecord.formats),
        *(InspectionRecord.doubts, InspectionRecord.hints, InspectionRecord.readings, InspectionRecord.crop_lines),
        InspectionRecord.failures,
    )
    rows: Select[*tuple[Any, ...]] = select(*columns).join(ResultRecord).order_by(InspectionRecord.id.desc())
    return rows.where(InspectionRecord.id.not_in(select(CaseRecord.inspection_id)))


def _candidates(session: Session, rows: Select[*tuple[Any, ...]]) -> list[Candidate]:
    found = []
    for number, text, confidence, formats, doubts, hints, readings, lines, failures in session.execute(rows):
        seen = Evidence(text, confidence, formats, doubts, hints, readings, lines, len(failures))
        found.append(Candidate(number, seen))
    return found


def known_texts(session: Session) -> set[str]:
    """What people said that plates read, and what :data:`OFTEN` pictures show that were read surely."""
    newest = select(func.max(ReviewRecord.id)).where(ReviewRecord.withdrawn.is_(None))
    answered = select(ReviewRecord.truth).where(
        ReviewRecord.id.in_(newest.group_by(ReviewRecord.inspection_id)), ReviewRecord.truth != ""
    )
    read = (
        select(InspectionRecord.text)
        .join(ResultRecord)
        .where(InspectionRecord.confidence >= SURELY_READ, InspectionRecord.text != "")
        .group_by(InspectionRecord.text)
        .having(func.count(ResultRecord.image_sha256.distinct()) >= OFTEN)
    )
    return {*session.scalars(answered), *session.scalars(read)}
