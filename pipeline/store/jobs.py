"""Work that runs in the worker. A job's row is the truth about it: whoever shows, stops or resumes a job asks here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, undefer

from pipeline.errors import JobError
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record
from pipeline.store.tables import JobRecord

Json = dict[str, Any]

LOG_LINES = 200
"""The last lines that a row keeps; the worker's log file has all."""
_LINE_LENGTH = 500


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


ACTIVE = (JobState.QUEUED, JobState.RUNNING)
FINISHED = (JobState.DONE, JobState.FAILED, JobState.STOPPED)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in a list.

    ``done`` of ``total`` steps; ``total`` is 0 while nobody knows it. ``message`` says what is being worked, or why
    the job failed. ``about`` fills the placeholders of its title. ``attempts`` counts how often a worker took it up
    since somebody started it.
    """

    id: int
    kind: str
    about: Json
    state: JobState
    done: int
    total: int
    message: str
    attempts: int
    asked_to_stop: bool
    created: datetime
    started: datetime | None
    finished: datetime | None
    heartbeat: datetime | None

    @property
    def active(self) -> bool:
        """It waits or runs."""
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class StoredJob(JobRow):
    """A whole job; ``saved`` is its last checkpoint, ``log`` its last lines, ``result`` empty until it is done."""

    arguments: Json
    saved: Json
    log: tuple[str, ...]
    result: Json


@dataclass(frozen=True, slots=True)
class Progress:
    """What a running job says of itself; ``total`` is 0 while nobody knows it."""

    done: int = 0
    total: int = 0
    message: str = ""
    log: tuple[str, ...] = ()


class Jobs:
    """Every write by a worker names the claim under which it runs, and is nothing once the job is no longer its own."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, kind: str, arguments: Json, about: Json | None = None, total: int = 0) -> int:
        """Queue a job and give its id; that of an equal one where such a one waits or runs already.

        Raises:
            ValueError, TypeError: the arguments are no JSON.
            StoreError: the store cannot be written.
        """
        arguments = plain_json(arguments)
        sameness = hashlib.sha256(json.dumps([kind, arguments], sort_keys=True).encode()).hexdigest()
        record = JobRecord(
            kind=kind,
            sameness=sameness,
            state=JobState.QUEUED,
            done=0,
            total=total,
            message="",
            attempts=0,
            asked_to_stop=False,
            claimed_by="",
            created=self._clock(),
            about=plain_json(about or {}),
            arguments=arguments,
            saved={},
            log=[],
            result={},
        )
        with self._database.write() as session:
            if (known := _active_twin(session, sameness)) is not None:
                return known
            session.add(record)
            session.flush()
            return record.id

    def get(self, job_id: int) -> StoredJob:
        """
        Raises:
            NotFound: no such job.
        """
        with self._database.read() as session:
            return _stored_job(find_record(session, JobRecord, job_id))

    def recent(
        self, limit: int | None = 50, states: Sequence[JobState] = tuple(JobState), kind: str | None = None
    ) -> tuple[JobRow, ...]:
        """Newest first."""
        rows = select(JobRecord).where(JobRecord.state.in_(states)).order_by(JobRecord.id.desc()).limit(limit)
        with self._database.read() as session:
            return tuple(_job_row(r) for r in session.scalars(rows.filter_by(kind=kind) if kind else rows))

    def count(self, states: Sequence[JobState]) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).where(JobRecord.state.in_(states))) or 0

    def queued(self) -> tuple[int, ...]:
        """The ids of all that wait, the oldest first."""
        waiting = select(JobRecord.id).where(JobRecord.state == JobState.QUEUED).order_by(JobRecord.id)
        with self._database.read() as session:
            return tuple(session.scalars(waiting))

    def claim(self, job_id: int, claim: str) -> StoredJob | None:
        """Take a waiting job; None where there is none of that id, or another worker was faster.

        Args:
            claim: a text that no other taking of a job bears.
        """
        with self._database.write() as session:
            now = self._clock()  # not before: taking the lock may have lasted
            record = session.get(JobRecord, job_id, options=[undefer("*")])
            if record is None or record.state != JobState.QUEUED:
                return None
            record.state = JobState.RUNNING
            record.claimed_by = claim
            record.attempts += 1
            record.started = record.started or now
            record.heartbeat = now
            record.message = ""
            session.flush()
            return _stored_job(record)

    def beat(self, job_id: int, claim: str, progress: Progress) -> bool | None:
        """Note how far the job is; gives whether it is asked to stop, None where the claim is lost."""
        with self._database.write() as session:
            if (record := _claimed(session, job_id, claim)) is None:
                return None
            self._note(record, progress)
            return record.asked_to_stop

    def checkpoint(self, job_id: int, claim: str, progress: Progress, saved: Json) -> bool | None:
        """Like ``beat``, and keep what a later attempt needs to go on from here."""
        with self._database.write() as session:
            if (record := _claimed(session, job_id, claim)) is None:
                return None
            self._note(record, progress)
            record.saved = saved
            return record.asked_to_stop

    def finish(self, job_id: int, claim: str, state: JobState, progress: Progress, result: Json | None = None) -> None:
        """End a claimed job as done, failed or stopped; nothing happens where the claim is lost."""
        with self._database.write() as session:
            if (record := _claimed(session, job_id, claim)) is not None:
                self._note(record, progress)
                record.result = result or {}
                _end(record, state, self._clock())

    def release(self, job_id: int, claim: str, progress: Progress) -> None:
        """Put a claimed job back into the queue, as if this attempt had not been; one asked to stop is stopped."""
        with self._database.write() as session:
            if (record := _claimed(session, job_id, claim)) is not None:
                self._note(record, progress)
                record.attempts -= 1
                _put_back(record, self._clock())

    def recover(self, silence: timedelta | None, most_attempts: int) -> tuple[int, ...]:
        """Take running jobs away from workers that have been silent for so long; gives their ids.

        They are queued again, but one that was taken up ``most_attempts`` times has failed: it may be what ends the
        workers.

        Args:
            silence: None takes all that run, for a worker that knows itself to be alone.
        """
        silent = select(JobRecord).where(JobRecord.state == JobState.RUNNING)
        if silence is not None:
            silent = silent.where(JobRecord.heartbeat <= self._clock() - silence)
        with self._database.write() as session:
            found = tuple(session.scalars(silent))
            for record in found:
                if record.attempts >= most_attempts and not record.asked_to_stop:
                    record.message = (
                        f"the worker ended {record.attempts} times in the middle of this job, as it does when memory "
                        "runs out; free some memory or make the job smaller, then try again"
                    )
                    _end(record, JobState.FAILED, self._clock())
                else:
                    _put_back(record, self._clock())
            return tuple(record.id for record in found)

    def stop(self, job_id: int) -> None:
        """A waiting job is stopped at once, a running one is asked to; one that has ended stays as it is.

        Raises:
            NotFound: no such job.
        """
        with self._database.write() as session:
            record = find_record(session, JobRecord, job_id)
            if record.state == JobState.QUEUED:
                _end(record, JobState.STOPPED, self._clock())
            elif record.state == JobState.RUNNING:
                record.asked_to_stop = True

    def retry(self, job_id: int) -> bool:
        """Queue a failed or stopped job again, to go on from its last checkpoint.

        False, and nothing happens, where it is neither, or an equal one waits or runs.

        Raises:
            NotFound: no such job.
        """
        with self._database.write() as session:
            record = find_record(session, JobRecord, job_id)
            if record.state not in (JobState.FAILED, JobState.STOPPED) or _active_twin(session, record.sameness):
                return False
            record.state = JobState.QUEUED
            record.attempts = 0
            record.asked_to_stop = False
            record.message = ""
            record.started = record.finished = None
            return True

    def delete(self, job_id: int) -> None:
        """
        Raises:
            NotFound: no such job.
            JobError: it waits or runs.
        """
        with self._database.erase() as session:
            record = find_record(session, JobRecord, job_id)
            if record.state in ACTIVE:
                raise JobError(f"job {job_id} is {record.state}; stop it first, then delete it")
            session.delete(record)
        self._database.scrub()

    def clear(self) -> int:
        """Delete all that have ended; gives their number."""
        with self._database.erase() as session:
            ended = session.scalars(delete(JobRecord).where(JobRecord.state.in_(FINISHED)).returning(JobRecord.id))
            number = len(ended.all())
        self._database.scrub()
        return number

    def _note(self, record: JobRecord, progress: Progress) -> None:
        record.heartbeat = self._clock()
        record.done, record.total = progress.done, progress.total
        record.message = clean_text(progress.message)
        lines = [clean_text(line)[:_LINE_LENGTH] for line in progress.log[-LOG_LINES:]]
        if lines != record.log:
            record.log = lines


def plain_json(value: Json) -> Json:
    """The value as it comes back from a JSON column.

    Raises:
        ValueError, TypeError: it is no JSON, or holds a number that is none.
    """
    plain: Json = json.loads(clean_text(json.dumps(value, ensure_ascii=False, allow_nan=False)))
    return plain


def _active_twin(session: Session, sameness: str) -> int | None:
    """The id of a job of that kind and those arguments that waits or runs, and shall go on doing so."""
    twin = select(JobRecord.id).where(JobRecord.sameness == sameness, JobRecord.state.in_(ACTIVE))
    return session.scalar(twin.where(JobRecord.asked_to_stop.is_(False)).limit(1))


def _claimed(session: Session, job_id: int, claim: str) -> JobRecord | None:
    record = session.get(JobRecord, job_id)
    return record if record and record.state == JobState.RUNNING and record.claimed_by == claim else None


def _put_back(record: JobRecord, now: datetime) -> None:
    if record.asked_to_stop:
        _end(record, JobState.STOPPED, now)
        return
    record.state = JobState.QUEUED
    record.claimed_by = ""


def _end(record: JobRecord, state: JobState, now: datetime) -> None:
    record.state = state
    record.claimed_by = ""
    record.asked_to_stop = False
    record.finished = now


def _job_row(record: JobRecord) -> JobRow:
    return JobRow(**_short_fields(record))


def _stored_job(record: JobRecord) -> StoredJob:
    return StoredJob(
        **_short_fields(record),
        arguments=record.arguments,
        saved=record.saved,
        log=tuple(record.log),
        result=record.result,
    )


def _short_fields(record: JobRecord) -> dict[str, Any]:
    names = (field.name for field in fields(JobRow))
    return {name: getattr(record, name) for name in names} | {"state": JobState(record.state)}
