"""Runs of a recipe over a labelled set, written picture by picture, so that one that was broken off goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.analysis.outcome import Outcome, OutcomeKind
from pipeline.analysis.summary import Summary
from pipeline.corpus.problems import SetProblem
from pipeline.store.blobs import Blobs
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record
from pipeline.store.garbage import drop_unnamed
from pipeline.store.tables import ImageRecord, InspectionRecord, RunItemRecord, RunRecord, UploadRecord


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What is to be read: a set of that fingerprint, found at ``place``, by a recipe."""

    name: str
    place: str
    form: str
    set_fingerprint: str
    recipe: str
    recipe_json: str
    fingerprint: str
    total: int
    problems: tuple[SetProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredRun:
    """``items`` counts its plates; ``summary`` and ``finished`` are None until all pictures are read."""

    id: int
    plan: RunPlan
    done: int
    items: int
    summary: Summary | None
    created: datetime
    finished: datetime | None


@dataclass(frozen=True, slots=True)
class RunItem:
    """A plate to be kept. ``crop`` is a PNG that no inspection holds; ``shape`` is what :mod:`analysis.shape` gives."""

    outcome: Outcome
    shape: bytes = b""
    crop: bytes = b""
    crop_sha256: str | None = None
    image_sha256: str | None = None
    inspection_id: int | None = None
    elapsed_ms: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class StoredItem:
    """A plate of a run. ``upload_id`` is of its picture's newest upload, where there is one."""

    id: int
    run_id: int
    outcome: Outcome
    shape: bytes
    crop_sha256: str | None
    inspection_id: int | None
    upload_id: int | None
    elapsed_ms: float
    problem: str


class Runs:
    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def start(self, plan: RunPlan) -> StoredRun:
        """A new run, of which nothing is read yet.

        Raises:
            StoreError: the state folder cannot be written.
        """
        values = {name: getattr(plan, name) for name in RunPlan.__dataclass_fields__}
        values["name"] = clean_text(plan.name)
        record = RunRecord(**values, done=0, summary=None, created=self._clock(), finished=None)
        with self._database.write() as session:
            session.add(record)
            session.flush()
            return _stored_run(session, record)

    def get(self, run_id: int) -> StoredRun:
        """
        Raises:
            NotFound: no such run.
        """
        with self._database.read() as session:
            return _stored_run(session, find_record(session, RunRecord, run_id))

    def list(self) -> tuple[StoredRun, ...]:
        """Newest first."""
        with self._database.read() as session:
            records = session.scalars(select(RunRecord).order_by(RunRecord.id.desc()))
            return tuple(_stored_run(session, record) for record in records)

    def advance(self, run_id: int, start: int, done: int, items: Sequence[RunItem]) -> bool:
        """Keep the plates of pictures ``start`` to ``done`` of the set's order, all of them or none.

        False, and nothing is written, where the run does not stand at ``start``: somebody else has been there.

        Raises:
            NotFound: no such run.
            StoreError: the state folder cannot be written.
        """
        for item in items:
            if item.crop:
                self._blobs.put(item.crop)
        with self._database.write() as session:
            record = find_record(session, RunRecord, run_id)
            if record.done != start:
                return False
            for item in items:
                self._insert(session, run_id, item)
            record.done = done
        return True

    def finish(self, run_id: int, summary: Summary) -> StoredRun:
        """
        Raises:
            NotFound: no such run.
        """
        with self._database.write() as session:
            record = find_record(session, RunRecord, run_id)
            record.summary = summary
            record.finished = record.finished or self._clock()
            session.flush()
            return _stored_run(session, record)

    def items(self, run_id: int) -> tuple[StoredItem, ...]:
        """Its plates in the order in which they were read; none where there is no such run."""
        return self._items(RunItemRecord.run_id == run_id)

    def find_items(self, ids: Sequence[int]) -> tuple[StoredItem, ...]:
        """Those that still exist, in the order of the ids."""
        found = {item.id: item for item in self._items(RunItemRecord.id.in_(ids))} if ids else {}
        return tuple(found[n] for n in ids if n in found)

    def delete(self, run_id: int) -> None:
        """Remove a run and its plates; its pictures and what was read on them stay.

        Raises:
            NotFound: no such run.
        """
        with self._database.erase() as session:
            record = find_record(session, RunRecord, run_id)
            crops = select(RunItemRecord.crop_sha256).where(RunItemRecord.run_id == run_id)
            candidates = [sha256 for sha256 in session.scalars(crops) if sha256]
            session.delete(record)
        drop_unnamed(self._database, self._blobs, candidates)
        self._database.scrub()

    def _insert(self, session: Session, run_id: int, item: RunItem) -> None:
        """What was deleted meanwhile is not brought back: then the plate has no picture, or is not kept at all."""
        outcome = item.outcome
        if item.image_sha256 and session.get(ImageRecord, item.image_sha256) is None:
            return
        inspection_id, crop_sha256 = item.inspection_id, item.crop_sha256
        if inspection_id is not None and session.get(InspectionRecord, inspection_id) is None:
            return
        if item.crop:
            crop_sha256 = self._blobs.put(item.crop)  # a deletion may have come between
        session.add(
            RunItemRecord(
                run_id=run_id,
                file=clean_text(outcome.file),
                plate=outcome.plate,
                kind=outcome.kind,
                truth=clean_text(outcome.truth),
                read=outcome.read,
                confidence=outcome.confidence,
                exact=outcome.exact,
                found=outcome.found,
                abstains=outcome.abstains,
                characters=outcome.characters,
                measures=outcome.measures,
                crop_sha256=crop_sha256,
                shape=item.shape,
                image_sha256=item.image_sha256,
                inspection_id=inspection_id,
                elapsed_ms=item.elapsed_ms,
                problem=clean_text(item.problem),
            )
        )

    def _items(self, condition: ColumnElement[bool]) -> tuple[StoredItem, ...]:
        newest = (
            select(func.max(UploadRecord.id))
            .where(UploadRecord.image_sha256 == RunItemRecord.image_sha256)
            .correlate(RunItemRecord)
            .scalar_subquery()
        )
        rows = select(RunItemRecord, newest).where(condition).order_by(RunItemRecord.id)
        with self._database.read() as session:
            return tuple(_stored_item(record, upload_id) for record, upload_id in session.execute(rows))


def _stored_run(session: Session, record: RunRecord) -> StoredRun:
    items = session.scalar(select(func.count()).select_from(RunItemRecord).where(RunItemRecord.run_id == record.id))
    plan = RunPlan(**{name: getattr(record, name) for name in RunPlan.__dataclass_fields__})
    return StoredRun(record.id, plan, record.done, items or 0, record.summary, record.created, record.finished)


def _stored_item(record: RunItemRecord, upload_id: int | None) -> StoredItem:
    outcome = Outcome(
        record.file,
        record.plate,
        OutcomeKind(record.kind),
        record.truth,
        record.read,
        record.confidence,
        record.found,
        record.abstains,
        record.characters,
        record.measures,
    )
    return StoredItem(
        record.id,
        record.run_id,
        outcome,
        record.shape,
        record.crop_sha256,
        record.inspection_id,
        upload_id,
        record.elapsed_ms,
        record.problem,
    )
