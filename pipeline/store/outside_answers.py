"""Answers that were given in a Label Studio, brought in line with what its tasks hold now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pipeline.plate.types import Review
from pipeline.store.engine import Database
from pipeline.store.given_answers import GivenAnswer
from pipeline.store.reviews import review_record
from pipeline.store.tables import CaseRecord, LabelTaskRecord, ReviewRecord

SOURCE = "label_studio"


@dataclass(frozen=True, slots=True)
class TaskAnswers:
    """All answers that a task holds now; ``prefix`` begins the outside ids of this task's answers and of no other's."""

    case_id: int
    prefix: str
    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What changed here: answers that count now, some that count no longer, and cases about which people disagree."""

    added: int = 0
    withdrawn: int = 0
    disputed: int = 0


class OutsideAnswers:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def bring(self, project_id: int, tasks: Sequence[TaskAnswers]) -> Brought:
        """Adds what is new, withdraws what was changed or deleted there, and closes or opens the cases; all or nothing.

        While several people disagree about a plate, none of their answers counts and its case is open. Doing the same
        twice changes nothing.

        Raises:
            StoreError: the state folder cannot be written.
        """
        added = withdrawn = disputed = 0
        with self._database.write() as session:
            rows = _rows(session, project_id, [task.case_id for task in tasks])
            standing = _standing(session, [row.case.inspection_id for row in rows.values()])
            for task in tasks:
                if (row := rows.get(task.case_id)) is None:
                    continue
                row.answers, row.disputed = task.answers, _disagree(task.answers)
                more, fewer = self._align(session, row.case, task, standing, () if row.disputed else task.answers)
                added, withdrawn, disputed = added + more, withdrawn + fewer, disputed + row.disputed
        return Brought(added, withdrawn, disputed)

    def _align(
        self,
        session: Session,
        case: CaseRecord,
        task: TaskAnswers,
        all_standing: dict[int, dict[str, ReviewRecord]],
        counting: Sequence[GivenAnswer],
    ) -> tuple[int, int]:
        wanted = {answer.outside_id: answer for answer in counting if answer.state}
        standing = all_standing[case.inspection_id]
        fewer = [name for name in standing if name.startswith(task.prefix) and name not in wanted]
        more = [answer for name, answer in wanted.items() if name not in standing]
        for name in fewer:
            standing.pop(name).withdrawn = self._clock()
        for answer in sorted(more, key=lambda given: given.created):
            record = review_record(_review(case.inspection_id, answer), self._clock(), answer.outside_id)
            session.add(record)
            standing[answer.outside_id] = record
        if more:
            case.closed = case.closed or self._clock()
            case.claimed_by, case.claimed_until = "", None
        elif fewer and not standing and not wanted:
            case.closed = None
        return len(more), len(fewer)


def _rows(session: Session, project_id: int, case_ids: Sequence[int]) -> dict[int, LabelTaskRecord]:
    found = (
        select(LabelTaskRecord)
        .where(LabelTaskRecord.project_id == project_id, LabelTaskRecord.case_id.in_(case_ids))
        .options(joinedload(LabelTaskRecord.case))
    )
    return {row.case_id: row for row in session.scalars(found)}


def _standing(session: Session, inspection_ids: Sequence[int]) -> dict[int, dict[str, ReviewRecord]]:
    """Each plate's answers that count, by their outside id; in one question, for a page holds hundreds."""
    found: dict[int, dict[str, ReviewRecord]] = {number: {} for number in inspection_ids}
    counting = ReviewRecord.inspection_id.in_(inspection_ids) & ReviewRecord.withdrawn.is_(None)
    for review in session.scalars(select(ReviewRecord).where(counting)):
        found[review.inspection_id][review.outside_id] = review
    return found


def _disagree(answers: Sequence[GivenAnswer]) -> bool:
    said = {answer.truth or answer.state for answer in answers if answer.state}
    return len(said) > 1


def _review(inspection_id: int, answer: GivenAnswer) -> Review:
    quad = np.array(answer.quad, np.float32) if answer.quad else None
    return Review(inspection_id, answer.truth, answer.reviewer, answer.state, quad, SOURCE)
