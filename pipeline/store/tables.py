"""The tables: an image has uploads and results, a result has inspections, an inspection has reviews.

A change here needs a step in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Double, ForeignKey, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from pipeline.plate.types import Doubt, Quad, Reading, SlotVote, StageFailure
from pipeline.store.columns import Corners, Moment, Values

# Every constraint has a name, so that a later migration can drop it.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# Ids stand in deep links, so the id of a deleted row must never be given to another. PostgreSQL
# behaves so by itself; SQLite is asked to, and others ignore it.
_FRESH_IDS = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, float: Double, datetime: Moment, Quad: Corners}


class ImageRecord(Base):
    """A picture whose bytes are a blob."""

    __tablename__ = "images"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    created: Mapped[datetime]

    uploads: Mapped[list[UploadRecord]] = relationship(
        back_populates="image", order_by="UploadRecord.id.desc()", passive_deletes="all"
    )


class UploadRecord(Base):
    """That somebody brought a picture under a name."""

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("image_sha256", "name", "source"), _FRESH_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_sha256: Mapped[str] = mapped_column(ForeignKey("images.sha256", ondelete="CASCADE"))
    name: Mapped[str]
    source: Mapped[str]
    created: Mapped[datetime]

    image: Mapped[ImageRecord] = relationship(back_populates="uploads")


class ResultRecord(Base):
    """What one recipe made of one image; ``plates`` counts what it found, whatever was deleted since."""

    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("image_sha256", "fingerprint"), _FRESH_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_sha256: Mapped[str] = mapped_column(ForeignKey("images.sha256", ondelete="CASCADE"))
    recipe: Mapped[str]
    fingerprint: Mapped[str]
    plates: Mapped[int]
    failed: Mapped[bool]
    failures: Mapped[tuple[StageFailure, ...]] = mapped_column(Values(tuple[StageFailure, ...]))
    elapsed_ms: Mapped[dict[str, float]] = mapped_column(Values(dict[str, float]))
    created: Mapped[datetime]

    image: Mapped[ImageRecord] = relationship()
    inspections: Mapped[list[InspectionRecord]] = relationship(
        back_populates="result", order_by="InspectionRecord.position", passive_deletes="all"
    )


class InspectionRecord(Base):
    """One plate. What a search asks for stands first: SQLite need not walk through the long columns for it."""

    __tablename__ = "inspections"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(index=True)
    confidence: Mapped[float] = mapped_column(index=True)
    flagged: Mapped[bool]  # it has doubts or failures
    created: Mapped[datetime] = mapped_column(index=True)
    crop_sha256: Mapped[str] = mapped_column(String(64), index=True)
    formats: Mapped[tuple[str, ...]] = mapped_column(Values(tuple[str, ...]))
    doubts: Mapped[tuple[Doubt, ...]] = mapped_column(Values(tuple[Doubt, ...]))
    failures: Mapped[tuple[StageFailure, ...]] = mapped_column(Values(tuple[StageFailure, ...]))
    hints: Mapped[tuple[Doubt, ...]] = mapped_column(Values(tuple[Doubt, ...]))
    kind: Mapped[str]
    score: Mapped[float]
    detector: Mapped[str]
    quad: Mapped[Quad]
    crop_quad: Mapped[Quad]
    crop_lines: Mapped[int]
    enhancers: Mapped[tuple[str, ...]] = mapped_column(Values(tuple[str, ...]))
    slots: Mapped[tuple[SlotVote, ...]] = mapped_column(Values(tuple[SlotVote, ...]))
    readings: Mapped[tuple[Reading, ...]] = mapped_column(Values(tuple[Reading, ...]))

    result: Mapped[ResultRecord] = relationship(back_populates="inspections")
    reviews: Mapped[list[ReviewRecord]] = relationship(order_by="ReviewRecord.id", passive_deletes="all")


class ReviewRecord(Base):
    """One answer of one person; the newest counts."""

    __tablename__ = "reviews"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id", ondelete="CASCADE"), index=True)
    truth: Mapped[str]
    quad: Mapped[Quad | None] = mapped_column(Corners)
    reviewer: Mapped[str]
    state: Mapped[str]
    created: Mapped[datetime]
