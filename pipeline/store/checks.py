"""Checks of what chains of enhancers do to a second task, and what was measured for them, kept by content.

The pictures themselves stay where they lie: only their sha256 and what was found on them are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from pipeline.analysis.downstream import CheckChain, CheckPicture, Measured
from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record
from pipeline.store.tables import CheckRecord, MeasurementRecord

MeasurementKey = tuple[str, str]
"""sha256 of the picture, fingerprint of all that was done and looked for."""


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """``chains`` begin with the unchanged picture; ``left_out`` are sentences about files that cannot be used."""

    name: str
    place: str
    fingerprint: str
    chains: tuple[CheckChain, ...]
    pictures: tuple[CheckPicture, ...]
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.chains) * len(self.pictures)


@dataclass(frozen=True, slots=True)
class StoredCheck:
    id: int
    plan: CheckPlan
    created: datetime
    finished: datetime | None


class Checks:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def start(self, plan: CheckPlan) -> StoredCheck:
        """The newest check of the same fingerprint where there is one.

        Raises:
            StoreError: the state folder cannot be written.
        """
        same = select(CheckRecord).where(CheckRecord.fingerprint == plan.fingerprint).order_by(CheckRecord.id.desc())
        with self._database.write() as session:
            record = session.scalars(same).first()
            if record is None:
                record = CheckRecord(
                    name=clean_text(plan.name),
                    place=plan.place,
                    fingerprint=plan.fingerprint,
                    chains=plan.chains,
                    left_out=plan.left_out,
                    pictures=plan.pictures,
                    created=self._clock(),
                )
                session.add(record)
                session.flush()
            return _stored(record)

    def get(self, check_id: int) -> StoredCheck:
        """
        Raises:
            NotFound: no such check.
        """
        with self._database.read() as session:
            return _stored(find_record(session, CheckRecord, check_id))

    def list(self) -> tuple[StoredCheck, ...]:
        """Newest first."""
        with self._database.read() as session:
            return tuple(map(_stored, session.scalars(select(CheckRecord).order_by(CheckRecord.id.desc()))))

    def finish(self, check_id: int) -> None:
        """
        Raises:
            NotFound: no such check.
            StoreError: the state folder cannot be written.
        """
        with self._database.write() as session:
            record = find_record(session, CheckRecord, check_id)
            record.finished = record.finished or self._clock()

    def delete(self, check_id: int) -> None:
        """Removes a check, and what was measured on pictures that no other check holds.

        Raises:
            NotFound: no such check.
        """
        with self._database.erase() as session:
            record = find_record(session, CheckRecord, check_id)
            others = session.scalars(select(CheckRecord.pictures).where(CheckRecord.id != check_id))
            held = {picture.sha256 for pictures in others for picture in pictures}
            for sha256 in {picture.sha256 for picture in record.pictures} - held:
                session.execute(delete(MeasurementRecord).where(MeasurementRecord.picture_sha256 == sha256))
            session.delete(record)
        self._database.scrub()

    def measured(self, pictures: Iterable[str]) -> dict[MeasurementKey, Measured]:
        """Everything that is known of those pictures."""
        table = MeasurementRecord
        wanted = select(table.picture_sha256, table.fingerprint, table.measured).where(
            table.picture_sha256.in_(set(pictures))
        )
        with self._database.read() as session:
            return {(sha256, fingerprint): measured for sha256, fingerprint, measured in session.execute(wanted)}

    def keep(self, key: MeasurementKey, measured: Measured) -> None:
        """A failure gives way to whatever comes later.

        Raises:
            StoreError: the state folder cannot be written.
        """
        sha256, fingerprint = key
        same = select(MeasurementRecord).filter_by(picture_sha256=sha256, fingerprint=fingerprint)
        with self._database.write() as session:
            record = session.scalar(same)
            if record is None or record.measured.failure:
                record = record or MeasurementRecord(picture_sha256=sha256, fingerprint=fingerprint)
                record.measured, record.created = measured, self._clock()
                session.add(record)


def _stored(record: CheckRecord) -> StoredCheck:
    plan = CheckPlan(record.name, record.place, record.fingerprint, record.chains, record.pictures, record.left_out)
    return StoredCheck(record.id, plan, record.created, record.finished)
