"""What chains of enhancers made of crops, and what readers saw there: kept by content, so that it is computed once.

A crop is named by its sha256, a chain and a reader by their fingerprints. It all goes with the crop: when the last
inspection that shows it is deleted, :mod:`pipeline.store.garbage` drops what was made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pipeline.media.draw import encode_png
from pipeline.plate.types import PlateCrop, Reading, StageFailure
from pipeline.store.blobs import Blobs
from pipeline.store.engine import Database
from pipeline.store.tables import CellRecord, EnhancementRecord, InspectionRecord

_RECENT = 2000  # rows whose times tell what something costs
EnhancementKey = tuple[str, str]
"""sha256 of the crop, fingerprint of the chain."""
CellKey = tuple[str, str, str]
"""The same, and the fingerprint of the reader."""


@dataclass(frozen=True, slots=True)
class Enhancement:
    """``picture_sha256`` names a PNG; a failure has none. ``elapsed_ms`` is the whole chain's."""

    picture_sha256: str | None
    lines: int
    enhancers: tuple[str, ...]
    elapsed_ms: float
    failure: StageFailure | None = None


class Comparisons:
    def __init__(self, database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def enhancements(self, crops: Iterable[str], chains: Iterable[str]) -> dict[EnhancementKey, Enhancement]:
        """Those that are known of every crop with every chain."""
        table = EnhancementRecord
        wanted = select(table).where(table.crop_sha256.in_(set(crops)), table.chain.in_(set(chains)))
        with self._database.read() as session:
            return {(r.crop_sha256, r.chain): _enhancement(r) for r in session.scalars(wanted)}

    def cells(
        self, crops: Iterable[str], chains: Iterable[str], readers: Iterable[str]
    ) -> dict[CellKey, Reading | StageFailure]:
        """Those that are known of every crop with every chain and reader."""
        table = CellRecord
        wanted = select(table.crop_sha256, table.chain, table.reader, table.reading, table.failure).where(
            table.crop_sha256.in_(set(crops)), table.chain.in_(set(chains)), table.reader.in_(set(readers))
        )
        with self._database.read() as session:
            rows = session.execute(wanted).all()
        return {
            (crop, chain, reader): made for crop, chain, reader, *either in rows if (made := either[0] or either[1])
        }

    def keep_enhancement(self, key: EnhancementKey, made: PlateCrop | StageFailure, elapsed_ms: float) -> Enhancement:
        """A failure gives way to whatever comes later. Nothing is kept of a crop that no inspection shows any more.

        Raises:
            StoreError: the state folder cannot be written.
        """
        if isinstance(made, StageFailure):
            png, enhancement = b"", Enhancement(None, 0, (), elapsed_ms, made)
        else:
            png = encode_png(made.pixels)
            enhancement = Enhancement(self._blobs.put(png), made.lines, made.enhancers, elapsed_ms)
        crop, chain = key
        with self._database.write() as session:
            if not _is_shown(session, crop):
                return enhancement
            if png:
                self._blobs.put(png)  # a deletion may have come between
            record = session.scalar(select(EnhancementRecord).filter_by(crop_sha256=crop, chain=chain))
            if record is None or record.failure:
                record = record or EnhancementRecord(crop_sha256=crop, chain=chain)
                for column in fields(Enhancement):
                    setattr(record, column.name, getattr(enhancement, column.name))
                record.created = self._clock()
                session.add(record)
        return enhancement

    def keep_cells(self, made: Mapping[CellKey, Reading | StageFailure], elapsed_ms: float) -> None:
        """Readings or failures that took ``elapsed_ms`` each; see :meth:`keep_enhancement`.

        Raises:
            StoreError: the state folder cannot be written.
        """
        now = self._clock()
        with self._database.write() as session:
            for (crop, chain, reader), result in made.items():
                same = select(CellRecord).filter_by(crop_sha256=crop, chain=chain, reader=reader)
                record = session.scalar(same)
                if not _is_shown(session, crop) or (record and not record.failure):
                    continue
                record = record or CellRecord(crop_sha256=crop, chain=chain, reader=reader)
                record.reading = result if isinstance(result, Reading) else None
                record.failure = result if isinstance(result, StageFailure) else None
                record.elapsed_ms, record.created = elapsed_ms, now
                session.add(record)

    def chain_costs(self, chains: Iterable[str]) -> dict[str, float]:
        """Mean milliseconds a crop of those chains that ran lately."""
        return self._costs(EnhancementRecord, EnhancementRecord.chain, set(chains))

    def reader_costs(self, readers: Iterable[str]) -> dict[str, float]:
        """Mean milliseconds a crop of those readers that ran lately."""
        return self._costs(CellRecord, CellRecord.reader, set(readers))

    def _costs(self, table: Any, name: Any, wanted: set[str]) -> dict[str, float]:
        newest = select(func.max(table.id)).scalar_subquery()
        means: Select[str, float] = (
            select(name, func.avg(table.elapsed_ms)).where(table.id > newest - _RECENT, name.in_(wanted)).group_by(name)
        )
        with self._database.read() as session:
            return {fingerprint: float(ms) for fingerprint, ms in session.execute(means)}


def _enhancement(record: EnhancementRecord) -> Enhancement:
    return Enhancement(record.picture_sha256, record.lines, record.enhancers, record.elapsed_ms, record.failure)


def _is_shown(session: Session, crop_sha256: str) -> bool:
    shown = select(InspectionRecord.id).where(InspectionRecord.crop_sha256 == crop_sha256).exists()
    return bool(session.scalar(select(shown)))
