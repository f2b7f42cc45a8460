"""The outbox of cases that are to be tasks of a Label Studio: what waits, what may be on its way, and what is there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from pipeline.plate.types import Doubt, Quad, Reading
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record, insert_once
from pipeline.store.given_answers import GivenAnswer
from pipeline.store.tables import CaseRecord, InspectionRecord, LabelProjectRecord, LabelTaskRecord, ResultRecord

Area = tuple[int, int, int, int]

_KEY_BYTES = 4


class TaskState(StrEnum):
    """``SENDING`` may be there or not: it was sent, and nobody has heard. ``GONE`` was there and was deleted there."""

    WAITING = "waiting"
    SENDING = "sending"
    THERE = "there"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class LabelProject:
    """``pulled_to`` is the server's time up to which its answers are known; ``pulled`` is our own of the last pull."""

    id: int
    number: int
    title: str
    key: str
    pulled_to: datetime | None
    pulled: datetime | None

    def name_of(self, case_id: int) -> str:
        """Our case's id as the server has it."""
        return f"{self.key}-{case_id}"

    def case_of(self, name: object) -> int | None:
        """The case of that name, None where it is no name of ours."""
        key, _, number = str(name).partition("-")
        return int(number) if key == self.key and number.isascii() and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class LabelTask:
    """A row of the outbox with what its case is about.

    ``quad`` is the plate's in pixels of the source picture of ``size`` (width, height), ``area`` the part of it that
    the task's picture shows. ``closed`` is whether the case has an answer, ``model`` what read the plate: a recipe and
    the beginning of its fingerprint.
    """

    id: int
    case_id: int
    inspection_id: int
    state: TaskState
    number: int | None
    attempts: int
    picture: str
    area: Area
    disputed: bool
    problem: str
    answers: tuple[GivenAnswer, ...]
    closed: bool
    hardness: float
    reasons: tuple[Doubt, ...]
    text: str
    confidence: float
    formats: tuple[str, ...]
    readings: tuple[Reading, ...]
    quad: Quad
    model: str
    sha256: str
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """``unsent`` open cases stand in no row or were deleted there; of those ``there`` some are answered or disputed."""

    unsent: int
    waiting: int
    there: int
    answered: int
    disputed: int
    refused: int


class Outbox:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def project(self, number: int, born: str, title: str) -> LabelProject:
        """The project that the server calls so; one that is new to us gets a key."""
        record = LabelProjectRecord(
            number=number,
            born=born,
            title=clean_text(title),
            key=secrets.token_hex(_KEY_BYTES),
            created=self._clock(),
        )
        same = select(LabelProjectRecord).filter_by(number=number, born=born)
        with self._database.write() as session:
            insert_once(session, record)
            known = session.scalars(same).one()
            known.title = record.title
            return _project(known)

    def newest_project(self) -> LabelProject | None:
        """The one that was met last for the first time, for whoever asks while its server is down."""
        with self._database.read() as session:
            record = session.scalar(select(LabelProjectRecord).order_by(LabelProjectRecord.id.desc()).limit(1))
            return _project(record) if record else None

    def pulled(self, project_id: int, to: datetime | None) -> None:
        """All answers up to ``to``, in the server's time, are known."""
        with self._database.write() as session:
            record = find_record(session, LabelProjectRecord, project_id)
            record.pulled_to, record.pulled = to or record.pulled_to, self._clock()

    def queue(self, project_id: int, case_ids: Sequence[int] | None = None) -> int:
        """Has open cases sent that are not there and not on their way, all or those named; gives their number."""
        wanted = select(CaseRecord.id).where(CaseRecord.closed.is_(None)).order_by(CaseRecord.id)
        if case_ids is not None:
            wanted = wanted.where(CaseRecord.id.in_(case_ids))
        with self._database.write() as session:
            rows = {
                row.case_id: row for row in session.scalars(select(LabelTaskRecord).filter_by(project_id=project_id))
            }
            again = (TaskState.REFUSED, TaskState.GONE)
            queued = [case for case in session.scalars(wanted) if case not in rows or rows[case].state in again]
            for case_id in queued:
                row = rows.get(case_id) or _new_row(case_id, project_id)
                row.state, row.number, row.problem, row.changed = TaskState.WAITING, None, "", self._clock()
                row.picture = ""
                session.add(row)
        return len(queued)

    def list(self, project_id: int, *states: TaskState, limit: int | None = None) -> tuple[LabelTask, ...]:
        """Rows in any of those states, the oldest first."""
        return self._rows(LabelTaskRecord.project_id == project_id, LabelTaskRecord.state.in_(states), limit=limit)

    def numbers(self, project_id: int) -> dict[int, int | None]:
        """Of each row whose task is there, by the row's id, the task's number at the server."""
        rows = select(LabelTaskRecord.id, LabelTaskRecord.number).filter_by(
            project_id=project_id, state=TaskState.THERE
        )
        with self._database.read() as session:
            return {row.id: row.number for row in session.execute(rows)}

    def disputed(self, project_id: int) -> tuple[LabelTask, ...]:
        return self._rows(LabelTaskRecord.project_id == project_id, LabelTaskRecord.disputed.is_(True))

    def of_cases(self, project_id: int, case_ids: Sequence[int]) -> dict[int, LabelTask]:
        """The row of each of those cases that has one."""
        rows = self._rows(LabelTaskRecord.project_id == project_id, LabelTaskRecord.case_id.in_(case_ids))
        return {row.case_id: row for row in rows}

    def uploaded(self, pictures: Mapping[int, tuple[str, Area]]) -> None:
        """The server has the picture of those rows, under that path and showing that area."""
        with self._database.write() as session:
            for record in _records(session, tuple(pictures)):
                record.picture, record.area = pictures[record.id]

    def sending(self, row_ids: Sequence[int]) -> None:
        """From now on those may be there; to be written before they are sent."""
        with self._database.write() as session:
            for record in _records(session, row_ids):
                record.state, record.changed = TaskState.SENDING, self._clock()
                record.attempts += 1

    def settle(self, numbers: Mapping[int, int | None]) -> None:
        """What the server says of rows: the number of their task, or None where it has none and they wait again."""
        with self._database.write() as session:
            for record in _records(session, tuple(numbers)):
                number = numbers[record.id]
                record.state = TaskState.WAITING if number is None else TaskState.THERE
                record.number, record.changed = number, self._clock()

    def refuse(self, problems: Mapping[int, str]) -> None:
        """Those cannot be sent, for that reason."""
        with self._database.write() as session:
            for record in _records(session, tuple(problems)):
                record.state, record.problem = TaskState.REFUSED, clean_text(problems[record.id])

    def lose(self, row_ids: Sequence[int]) -> None:
        """Their tasks were deleted there; the answers that were given stay."""
        with self._database.write() as session:
            for record in _records(session, row_ids):
                record.state, record.changed = TaskState.GONE, self._clock()

    def counts(self, project_id: int | None) -> OutboxCounts:
        """None: no project is known yet, so every open case is unsent."""
        here = LabelTaskRecord.project_id == project_id
        there = here & (LabelTaskRecord.state == TaskState.THERE)
        held = select(LabelTaskRecord.case_id).where(here, LabelTaskRecord.state != TaskState.GONE)
        unsent = select(func.count(CaseRecord.id)).where(CaseRecord.closed.is_(None), CaseRecord.id.not_in(held))
        on_their_way = LabelTaskRecord.state.in_((TaskState.WAITING, TaskState.SENDING))
        with self._database.read() as session:

            def count(condition: ColumnElement[bool]) -> int:
                rows = select(func.count(LabelTaskRecord.id)).join(CaseRecord).where(condition)
                return session.scalar(rows) or 0

            return OutboxCounts(
                unsent=session.scalar(unsent) or 0,
                waiting=count(here & on_their_way),
                there=count(there),
                answered=count(there & CaseRecord.closed.is_not(None)),
                disputed=count(here & LabelTaskRecord.disputed),
                refused=count(here & (LabelTaskRecord.state == TaskState.REFUSED)),
            )

    def _rows(self, *conditions: ColumnElement[bool], limit: int | None = None) -> tuple[LabelTask, ...]:
        whole = joinedload(LabelTaskRecord.case).joinedload(CaseRecord.inspection)
        found = (
            select(LabelTaskRecord)
            .where(*conditions)
            .options(whole.joinedload(InspectionRecord.result).joinedload(ResultRecord.image))
            .order_by(LabelTaskRecord.id)
            .limit(limit)
        )
        with self._database.read() as session:
            return tuple(_task(record) for record in session.scalars(found))


def _records(session: Session, row_ids: Sequence[int]) -> Sequence[LabelTaskRecord]:
    return session.scalars(select(LabelTaskRecord).where(LabelTaskRecord.id.in_(row_ids))).all()


def _new_row(case_id: int, project_id: int) -> LabelTaskRecord:
    return LabelTaskRecord(
        case_id=case_id, project_id=project_id, attempts=0, picture="", disputed=False, area=(0, 0, 0, 0), answers=()
    )


def _project(record: LabelProjectRecord) -> LabelProject:
    return LabelProject(record.id, record.number, record.title, record.key, record.pulled_to, record.pulled)


def _task(record: LabelTaskRecord) -> LabelTask:
    case, inspection = record.case, record.case.inspection
    image = inspection.result.image
    return LabelTask(
        id=record.id,
        case_id=record.case_id,
        inspection_id=inspection.id,
        state=TaskState(record.state),
        number=record.number,
        attempts=record.attempts,
        picture=record.picture,
        area=record.area,
        disputed=record.disputed,
        problem=record.problem,
        answers=record.answers,
        closed=case.closed is not None,
        hardness=case.hardness,
        reasons=case.reasons,
        text=inspection.text,
        confidence=inspection.confidence,
        formats=inspection.formats,
        readings=inspection.readings,
        quad=inspection.quad,
        model=f"{inspection.result.recipe}-{inspection.result.fingerprint[:8]}",
        sha256=image.sha256,
        size=(image.width, image.height),
    )
