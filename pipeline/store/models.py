"""Trainings and the versions of networks that came of them: which served when, made so by whom, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.analysis.guard import ModelComparison
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record
from pipeline.store.jobs import Json, plain_json
from pipeline.store.tables import PromotionRecord, TrainingRecord, VersionRecord

PROMOTE, ROLL_BACK = "promote", "roll_back"


@dataclass(frozen=True, slots=True)
class StoredTraining:
    """``snapshot`` is the title of the data set, ``base`` the version that was trained on; ``folder`` lies in
    ``models/``. ``finished`` is None until there is a version, whose numbers ``result`` holds.
    """

    id: int
    network: str
    snapshot_id: int | None
    snapshot: str
    base: str
    settings: Json
    folder: str
    job_id: int | None
    created: datetime
    finished: datetime | None
    result: Json


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """``sha256`` is of the file that serves; ``comparison`` with the champion of its time is None until it is made.

    A ``retired`` one is offered no longer.
    """

    id: int
    network: str
    number: int
    sha256: str
    trainable_sha256: str
    training_id: int | None
    origin: str
    comparison: ModelComparison | None
    created: datetime
    retired: datetime | None

    @property
    def label(self) -> str:
        """Its name, and that of its folder in ``models/``."""
        return version_label(self.network, self.number)


@dataclass(frozen=True, slots=True)
class Promotion:
    """From ``created`` on, ``version_id`` served, None for the shipped weights; ``kind`` is promote or roll_back."""

    id: int
    network: str
    version_id: int | None
    kind: str
    reviewer: str
    reason: str
    created: datetime


def version_label(network: str, number: int) -> str:
    return f"{network}-{number}"


class Models:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def begin(self, network: str, snapshot_id: int | None, snapshot: str, base: str, settings: Json) -> StoredTraining:
        """A new training, with a folder of its own.

        Raises:
            StoreError: the state folder cannot be written.
        """
        record = TrainingRecord(
            network=network,
            snapshot_id=snapshot_id,
            snapshot=clean_text(snapshot),
            base=base,
            settings=plain_json(settings),
            folder="",
            job_id=None,
            created=self._clock(),
            finished=None,
            result={},
        )
        with self._database.write() as session:
            session.add(record)
            session.flush()
            record.folder = f"training-{record.id}"
            return _training(record)

    def has_job(self, training_id: int, job_id: int) -> None:
        """Notes down which job trains it.

        Raises:
            NotFound: no such training.
        """
        with self._database.write() as session:
            find_record(session, TrainingRecord, training_id).job_id = job_id

    def finish(self, training_id: int, result: Json) -> StoredTraining:
        """
        Raises:
            NotFound: no such training.
        """
        with self._database.write() as session:
            record = find_record(session, TrainingRecord, training_id)
            record.finished = record.finished or self._clock()
            record.result = plain_json(result)
            return _training(record)

    def training(self, training_id: int) -> StoredTraining:
        """
        Raises:
            NotFound: no such training.
        """
        with self._database.read() as session:
            return _training(find_record(session, TrainingRecord, training_id))

    def trainings(self) -> tuple[StoredTraining, ...]:
        """Newest first."""
        with self._database.read() as session:
            records = session.scalars(select(TrainingRecord).order_by(TrainingRecord.id.desc()))
            return tuple(map(_training, records))

    def forget(self, training_id: int) -> None:
        """Removes a training; versions that came of it stay.

        Raises:
            NotFound: no such training.
        """
        with self._database.write() as session:
            session.delete(find_record(session, TrainingRecord, training_id))

    def next_number(self, network: str) -> int:
        with self._database.read() as session:
            return _next_number(session, network)

    def add(
        self, network: str, number: int, sha256: str, trainable_sha256: str, origin: str, training_id: int | None = None
    ) -> StoredVersion:
        """A version under a number of :meth:`next_number`; the same again gives the one that is there.

        Raises:
            StoreError: the state folder cannot be written, or the number is another's.
        """
        values = {"network": network, "number": number, "sha256": sha256, "trainable_sha256": trainable_sha256}
        same = select(VersionRecord).filter_by(**values)
        with self._database.write() as session:
            record = session.scalar(same)
            if record is None:
                record = VersionRecord(
                    **values, origin=clean_text(origin), training_id=training_id, created=self._clock()
                )
                session.add(record)
                session.flush()
            return _version(record)

    def get(self, version_id: int) -> StoredVersion:
        """
        Raises:
            NotFound: no such version.
        """
        with self._database.read() as session:
            return _version(find_record(session, VersionRecord, version_id))

    def versions(self, network: str | None = None) -> tuple[StoredVersion, ...]:
        """Newest first; those of one network where it is named."""
        rows = select(VersionRecord).order_by(VersionRecord.id.desc())
        with self._database.read() as session:
            return tuple(map(_version, session.scalars(rows.filter_by(network=network) if network else rows)))

    def compared(self, version_id: int, comparison: ModelComparison) -> StoredVersion:
        """Keeps a comparison in place of an earlier one.

        Raises:
            NotFound: no such version.
        """
        with self._database.write() as session:
            record = find_record(session, VersionRecord, version_id)
            record.comparison = comparison
            session.flush()
            return _version(record)

    def retire(self, version_id: int, retired: bool = True) -> StoredVersion:
        """
        Raises:
            NotFound: no such version.
        """
        with self._database.write() as session:
            record = find_record(session, VersionRecord, version_id)
            record.retired = self._clock() if retired else None
            session.flush()
            return _version(record)

    def promote(self, network: str, version_id: int | None, kind: str, reviewer: str, reason: str) -> Promotion:
        """
        Raises:
            NotFound: no such version.
        """
        record = PromotionRecord(
            network=network,
            version_id=version_id,
            kind=kind,
            reviewer=clean_text(reviewer),
            reason=clean_text(reason),
            created=self._clock(),
        )
        with self._database.write() as session:
            if version_id is not None:
                find_record(session, VersionRecord, version_id)
            session.add(record)
            session.flush()
            return _promotion(record)

    def history(self, network: str | None = None) -> tuple[Promotion, ...]:
        """Newest first."""
        rows = select(PromotionRecord).order_by(PromotionRecord.id.desc())
        with self._database.read() as session:
            return tuple(map(_promotion, session.scalars(rows.filter_by(network=network) if network else rows)))


def _next_number(session: Session, network: str) -> int:
    return 1 + (session.scalar(select(func.max(VersionRecord.number)).where(VersionRecord.network == network)) or 0)


def _training(record: TrainingRecord) -> StoredTraining:
    return StoredTraining(**{name: getattr(record, name) for name in StoredTraining.__dataclass_fields__})


def _version(record: VersionRecord) -> StoredVersion:
    return StoredVersion(**{name: getattr(record, name) for name in StoredVersion.__dataclass_fields__})


def _promotion(record: PromotionRecord) -> Promotion:
    return Promotion(**{name: getattr(record, name) for name in Promotion.__dataclass_fields__})
