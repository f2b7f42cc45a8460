"""Cases: plates that a person is to look at. A claim is a lease, so nobody works what another has before them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from pipeline.errors import CaseTaken
from pipeline.plate.types import Doubt, Review
from pipeline.store.candidates import Candidate, candidates, chosen, known_texts
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record, insert_once
from pipeline.store.reviews import StoredReview, new_review, stored_review
from pipeline.store.tables import CaseRecord, InspectionRecord, ReviewRecord

_FEW = 20


@dataclass(frozen=True, slots=True)
class Flag:
    """That a plate is to be looked at. ``hardness`` is 0 to 1, ``likeness`` the same for plates of one kind.

    ``origin`` says in a word or two who wants it: "hardness", or the name of a selection.
    """

    inspection_id: int
    hardness: float
    reasons: tuple[Doubt, ...]
    likeness: str = ""
    origin: str = "hardness"


@dataclass(frozen=True, slots=True)
class StoredCase:
    """``closed`` is when it got its answer; ``claimed_by`` has it to themselves until ``claimed_until``."""

    id: int
    flag: Flag
    claimed_by: str
    claimed_until: datetime | None
    skipped_by: tuple[str, ...]
    created: datetime
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """``open`` cases wait for an answer, ``claimed`` ones of them are before somebody now."""

    open: int
    claimed: int
    closed: int
    oldest: datetime | None


class Cases:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def flag(self, flags: Sequence[Flag]) -> tuple[int, ...]:
        """Opens a case for each plate that has none yet, and gives the ids of the new ones.

        Plates deleted meanwhile are passed over.

        Raises:
            StoreError: the state folder cannot be written.
        """
        made = []
        with self._database.write() as session:
            wanted = [flag.inspection_id for flag in flags]
            there = set(session.scalars(select(InspectionRecord.id).where(InspectionRecord.id.in_(wanted))))
            for flag in flags:
                record = _record(flag, self._clock())
                if flag.inspection_id in there and insert_once(session, record):
                    made.append(record.id)
        return tuple(made)

    def get(self, case_id: int) -> StoredCase:
        """
        Raises:
            NotFound: no such case.
        """
        with self._database.read() as session:
            return _stored(find_record(session, CaseRecord, case_id))

    def list(
        self, *, closed: bool | None = None, ids: Sequence[int] | None = None, limit: int | None = None
    ) -> tuple[StoredCase, ...]:
        """The hardest first; ``closed`` asks for those that are (True) or are not (False)."""
        rows = select(CaseRecord).order_by(CaseRecord.hardness.desc(), CaseRecord.id).limit(limit)
        if closed is not None:
            rows = rows.where(CaseRecord.closed.is_not(None) if closed else CaseRecord.closed.is_(None))
        if ids is not None:
            rows = rows.where(CaseRecord.id.in_(ids))
        with self._database.read() as session:
            return tuple(_stored(record) for record in session.scalars(rows))

    def of_inspections(self, inspection_ids: Sequence[int]) -> dict[int, StoredCase]:
        """The case of each of those plates that has one."""
        rows = select(CaseRecord).where(CaseRecord.inspection_id.in_(inspection_ids))
        with self._database.read() as session:
            return {record.inspection_id: _stored(record) for record in session.scalars(rows)}

    def candidates(self, sources: Sequence[str] = ()) -> tuple[Candidate, ...]:
        """Plates that might be flagged: the newest result of each picture, no answer and no case, newest first."""
        with self._database.read() as session:
            return tuple(candidates(session, sources))

    def chosen(self, inspection_ids: Sequence[int]) -> tuple[Candidate, ...]:
        """Of these plates, those that have no case."""
        with self._database.read() as session:
            return tuple(chosen(session, inspection_ids))

    def known_texts(self) -> frozenset[str]:
        """Texts that plates surely bear; see :func:`pipeline.store.candidates.known_texts`."""
        with self._database.read() as session:
            return frozenset(known_texts(session))

    def likenesses(self) -> dict[str, int]:
        """How many open cases there are of each likeness."""
        rows = (
            select(CaseRecord.likeness, func.count()).where(CaseRecord.closed.is_(None)).group_by(CaseRecord.likeness)
        )
        with self._database.read() as session:
            return {row[0]: row[1] for row in session.execute(rows)}

    def backlog(self) -> Backlog:
        waiting = CaseRecord.closed.is_(None)
        with self._database.read() as session:
            return Backlog(
                _count(session, waiting),
                _count(session, waiting & (CaseRecord.claimed_until > self._clock())),
                _count(session, CaseRecord.closed.is_not(None)),
                session.scalar(select(func.min(CaseRecord.created)).where(waiting)),
            )

    def claim(self, reviewer: str, lease: timedelta) -> StoredCase | None:
        """The case before ``reviewer``: the one they hold, else the hardest that nobody holds; its lease begins anew.

        None where nothing is left that they have not skipped.

        Raises:
            StoreError: the state folder cannot be written.
        """
        reviewer = clean_text(reviewer)
        with self._database.write() as session:
            now = self._clock()
            record = session.scalar(_waiting().where(CaseRecord.claimed_by == reviewer).limit(1))
            record = record or _first_free(session, reviewer, now)
            if record is None:
                return None
            record.claimed_by, record.claimed_until = reviewer, now + lease
            session.flush()
            return _stored(record)

    def following(self, reviewer: str) -> StoredCase | None:
        """The case that ``reviewer`` would be given next if they had none; another may be quicker."""
        with self._database.read() as session:
            record = _first_free(session, clean_text(reviewer), self._clock())
            return _stored(record) if record else None

    def release(self, reviewer: str) -> None:
        """Whatever they hold may be given to others."""
        held = select(CaseRecord).where(CaseRecord.claimed_by == clean_text(reviewer))
        with self._database.write() as session:
            for record in session.scalars(held):
                _let_go(record)

    def skip(self, case_id: int, reviewer: str) -> None:
        """Leaves a case to others.

        Raises:
            NotFound: no such case.
            CaseTaken: another has it by now.
        """
        with self._database.write() as session:
            record = self._held(session, case_id, reviewer)
            record.skipped_by = tuple(dict.fromkeys([*record.skipped_by, clean_text(reviewer)]))
            _let_go(record)

    def take_up(self, case_id: int, reviewer: str, lease: timedelta) -> StoredCase:
        """Puts a case that ``reviewer`` skipped before them again; what they hold may be given to others.

        Raises:
            NotFound: no such case.
            CaseTaken: the case has its answer, or another has it by now.
        """
        reviewer = clean_text(reviewer)
        with self._database.write() as session:
            record = self._held(session, case_id, reviewer)
            if record.closed:
                raise CaseTaken(f"case {case_id} has its answer already; go on with the next one")
            for held in session.scalars(select(CaseRecord).where(CaseRecord.claimed_by == reviewer)):
                _let_go(held)
            record.skipped_by = tuple(name for name in record.skipped_by if name != reviewer)
            record.claimed_by, record.claimed_until = reviewer, self._clock() + lease
            session.flush()
            return _stored(record)

    def ask_again(self, case_ids: Sequence[int]) -> None:
        """Opens answered cases for a second answer by somebody else: who has answered counts as having skipped."""
        rows = select(CaseRecord).where(CaseRecord.id.in_(case_ids), CaseRecord.closed.is_not(None))
        with self._database.write() as session:
            for record in session.scalars(rows):
                answered = select(ReviewRecord.reviewer).where(
                    ReviewRecord.inspection_id == record.inspection_id, ReviewRecord.withdrawn.is_(None)
                )
                record.skipped_by = tuple(dict.fromkeys([*record.skipped_by, *session.scalars(answered)]))
                record.closed = None

    def answer(self, case_id: int, review: Review) -> StoredReview:
        """Keeps the answer and closes the case, both or neither.

        Raises:
            NotFound: no such case.
            CaseTaken: the case has its answer, or another has it by now.
        """
        with self._database.write() as session:
            record = self._held(session, case_id, review.reviewer)
            if record.closed:
                raise CaseTaken(f"case {case_id} has its answer already; go on with the next one")
            _let_go(record)
            record.closed = self._clock()
            return stored_review(new_review(session, review, record.closed))

    def close(self, inspection_ids: Sequence[int]) -> None:
        """Those plates have got their answers elsewhere."""
        rows = select(CaseRecord).where(CaseRecord.inspection_id.in_(inspection_ids), CaseRecord.closed.is_(None))
        with self._database.write() as session:
            for record in session.scalars(rows):
                _let_go(record)
                record.closed = self._clock()

    def reopen(self, inspection_ids: Sequence[int]) -> None:
        """Their answers were taken back."""
        rows = select(CaseRecord).where(CaseRecord.inspection_id.in_(inspection_ids))
        with self._database.write() as session:
            for record in session.scalars(rows):
                record.closed = None

    def undo(self, reviewer: str, lease: timedelta) -> StoredCase | None:
        """Withdraws the last answer that ``reviewer`` gave here to a case and puts the case before them again.

        None where they have given none.
        """
        reviewer = clean_text(reviewer)
        theirs = (
            select(ReviewRecord, CaseRecord)
            .join(CaseRecord, CaseRecord.inspection_id == ReviewRecord.inspection_id)
            .where(ReviewRecord.reviewer == reviewer, ReviewRecord.source == "workbench")
            .where(ReviewRecord.withdrawn.is_(None), CaseRecord.closed.is_not(None))
            .order_by(ReviewRecord.id.desc())
        )
        with self._database.write() as session:
            found = session.execute(theirs.limit(1)).first()
            if found is None:
                return None
            review, record = found
            now = self._clock()
            for held in session.scalars(select(CaseRecord).where(CaseRecord.claimed_by == reviewer)):
                _let_go(held)
            review.withdrawn = now
            record.closed, record.claimed_by, record.claimed_until = None, reviewer, now + lease
            session.flush()
            return _stored(record)

    def _held(self, session: Session, case_id: int, reviewer: str) -> CaseRecord:
        record = find_record(session, CaseRecord, case_id)
        free = record.claimed_until is None or record.claimed_until <= self._clock()
        if record.claimed_by != clean_text(reviewer) and not free:
            raise CaseTaken(f"{record.claimed_by} has case {case_id} by now; go on with the next one")
        return record


def _waiting() -> Select[CaseRecord]:
    return select(CaseRecord).where(CaseRecord.closed.is_(None)).order_by(CaseRecord.hardness.desc(), CaseRecord.id)


def _first_free(session: Session, reviewer: str, now: datetime) -> CaseRecord | None:
    """Looked for a few at a time: of thousands that wait, hardly ever more than the first few were skipped."""
    free = _waiting().where(or_(CaseRecord.claimed_until.is_(None), CaseRecord.claimed_until <= now))
    for offset in count(0, _FEW):
        records = list(session.scalars(free.limit(_FEW).offset(offset)))
        if found := next((record for record in records if reviewer not in record.skipped_by), None):
            return found
        if not records:
            break
    return None


def _let_go(record: CaseRecord) -> None:
    record.claimed_by, record.claimed_until = "", None


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(CaseRecord).where(condition)) or 0


def _record(flag: Flag, now: datetime) -> CaseRecord:
    return CaseRecord(
        inspection_id=flag.inspection_id,
        hardness=flag.hardness,
        likeness=flag.likeness,
        origin=clean_text(flag.origin),
        claimed_by="",
        created=now,
        reasons=flag.reasons,
        skipped_by=(),
    )


def _stored(record: CaseRecord) -> StoredCase:
    return StoredCase(
        record.id,
        Flag(record.inspection_id, record.hardness, record.reasons, record.likeness, record.origin),
        record.claimed_by,
        record.claimed_until,
        record.skipped_by,
        record.created,
        record.closed,
    )
