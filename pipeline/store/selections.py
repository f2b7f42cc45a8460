"""Plates that somebody put together, under a name and an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.store.columns import clean_text
from pipeline.store.engine import Database, find_record
from pipeline.store.tables import InspectionRecord, RunItemRecord, SelectionRecord


@dataclass(frozen=True, slots=True)
class StoredSelection:
    """``items`` are plates of runs, ``inspections`` stored plates, theirs among them; those deleted since are gone.

    ``origin`` says in a few words where it comes from.
    """

    id: int
    name: str
    origin: str
    items: tuple[int, ...]
    inspections: tuple[int, ...]
    created: datetime


class Selections:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, name: str, origin: str, *, items: Sequence[int] = (), inspections: Sequence[int] = ()
    ) -> StoredSelection:
        """
        Raises:
            StoreError: the state folder cannot be written.
        """
        record = SelectionRecord(
            name=clean_text(name),
            origin=clean_text(origin),
            items=tuple(dict.fromkeys(items)),
            inspections=tuple(dict.fromkeys(inspections)),
            created=self._clock(),
        )
        with self._database.write() as session:
            session.add(record)
            session.flush()
            number = record.id
        return self.get(number)

    def get(self, selection_id: int) -> StoredSelection:
        """
        Raises:
            NotFound: no such selection.
        """
        with self._database.read() as session:
            record = find_record(session, SelectionRecord, selection_id)
            items = set(session.scalars(select(RunItemRecord.id).where(RunItemRecord.id.in_(record.items))))
            theirs = select(RunItemRecord.inspection_id).where(RunItemRecord.id.in_(record.items))
            wanted = dict.fromkeys([*record.inspections, *(n for n in session.scalars(theirs) if n is not None)])
            known = set(session.scalars(select(InspectionRecord.id).where(InspectionRecord.id.in_(wanted))))
            return StoredSelection(
                record.id,
                record.name,
                record.origin,
                tuple(n for n in record.items if n in items),
                tuple(n for n in wanted if n in known),
                record.created,
            )

    def list(self) -> tuple[StoredSelection, ...]:
        """Newest first."""
        with self._database.read() as session:
            ids = list(session.scalars(select(SelectionRecord.id).order_by(SelectionRecord.id.desc())))
        return tuple(self.get(number) for number in ids)

    def delete(self, selection_id: int) -> None:
        """Its plates stay.

        Raises:
            NotFound: no such selection.
        """
        with self._database.erase() as session:
            session.delete(find_record(session, SelectionRecord, selection_id))
        self._database.scrub()
