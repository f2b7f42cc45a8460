"""The tables: an image has uploads and results, a result has inspections, an inspection has reviews and, where somebody
is to look at it, a case; a case has a task wherever it is labelled outside. Jobs stand apart, and so do runs over
labelled sets with their plates, and trainings with the versions that came of them.

A change here needs a step in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from pipeline.analysis.downstream import CheckChain, CheckPicture, Measured
from pipeline.analysis.guard import ModelComparison
from pipeline.analysis.outcome import Measures
from pipeline.analysis.summary import Summary
from pipeline.corpus.problems import SetProblem
from pipeline.plate.types import Doubt, ModelUse, Quad, Reading, SlotVote, StageFailure
from pipeline.store.columns import Corners, Moment, Values
from pipeline.store.given_answers import GivenAnswer

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
    models: Mapped[tuple[ModelUse, ...]] = mapped_column(Values(tuple[ModelUse, ...]))
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
    reviews: Mapped[list[ReviewRecord]] = relationship(
        order_by="ReviewRecord.id",
        primaryjoin="(ReviewRecord.inspection_id == InspectionRecord.id) & ReviewRecord.withdrawn.is_(None)",
        viewonly=True,
    )


class ReviewRecord(Base):
    """One answer of one person; the newest that is not withdrawn counts.

    ``source`` says where it was given, and ``outside_id`` under which name it is known there.
    """

    __tablename__ = "reviews"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id", ondelete="CASCADE"), index=True)
    truth: Mapped[str]
    quad: Mapped[Quad | None] = mapped_column(Corners)
    reviewer: Mapped[str]
    state: Mapped[str]
    source: Mapped[str]
    outside_id: Mapped[str] = mapped_column(index=True)
    created: Mapped[datetime]
    withdrawn: Mapped[datetime | None]


class CaseRecord(Base):
    """A plate that a person is to look at: open until it has an answer.

    ``claimed_by`` has it to themselves until ``claimed_until``; whoever stands in ``skipped_by`` is not given it again.
    """

    __tablename__ = "cases"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id", ondelete="CASCADE"), unique=True)
    hardness: Mapped[float]
    likeness: Mapped[str]  # cases of one likeness are of one kind, so that a queue can mix kinds
    origin: Mapped[str]
    claimed_by: Mapped[str]
    claimed_until: Mapped[datetime | None]
    created: Mapped[datetime]
    closed: Mapped[datetime | None] = mapped_column(index=True)
    reasons: Mapped[tuple[Doubt, ...]] = mapped_column(Values(tuple[Doubt, ...]))
    skipped_by: Mapped[tuple[str, ...]] = mapped_column(Values(tuple[str, ...]))

    inspection: Mapped[InspectionRecord] = relationship()


class LabelProjectRecord(Base):
    """A project of a Label Studio. ``number`` and ``born`` are what its server says, wherever that is to be reached.

    ``key`` begins the name under which our cases are known there: no other state folder has the same.
    """

    __tablename__ = "label_projects"
    __table_args__ = (UniqueConstraint("number", "born"), _FRESH_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    born: Mapped[str]
    title: Mapped[str]
    key: Mapped[str]
    pulled_to: Mapped[datetime | None]  # the server's time up to which its answers are known
    pulled: Mapped[datetime | None]
    created: Mapped[datetime]


class LabelTaskRecord(Base):
    """The outbox: a case that is to be, or is, a task of a project.

    ``number`` is the task's at the server, ``area`` (x1, y1, x2, y2) the part of the source picture it shows.
    """

    __tablename__ = "label_tasks"
    __table_args__ = (UniqueConstraint("case_id", "project_id"), _FRESH_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    project_id: Mapped[int] = mapped_column(ForeignKey("label_projects.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    number: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int]
    picture: Mapped[str]
    disputed: Mapped[bool]
    problem: Mapped[str]
    changed: Mapped[datetime]
    area: Mapped[tuple[int, int, int, int]] = mapped_column(Values(tuple[int, int, int, int]))
    answers: Mapped[tuple[GivenAnswer, ...]] = mapped_column(Values(tuple[GivenAnswer, ...]))

    case: Mapped[CaseRecord] = relationship()


class JobRecord(Base):
    """Work for the worker. The long columns stand last and are loaded only where one job is opened."""

    __tablename__ = "jobs"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    sameness: Mapped[str] = mapped_column(String(64), index=True)  # sha256 of kind and arguments
    state: Mapped[str] = mapped_column(index=True)
    done: Mapped[int]
    total: Mapped[int]
    message: Mapped[str]
    attempts: Mapped[int]
    asked_to_stop: Mapped[bool]
    claimed_by: Mapped[str]
    created: Mapped[datetime]
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    heartbeat: Mapped[datetime | None]
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    saved: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    log: Mapped[list[str]] = mapped_column(JSON, deferred=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)


class RunRecord(Base):
    """One recipe over one labelled set; ``done`` of ``total`` pictures are read, in the set's order."""

    __tablename__ = "runs"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    place: Mapped[str]
    form: Mapped[str]
    set_fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    recipe: Mapped[str]
    recipe_json: Mapped[str]
    fingerprint: Mapped[str]
    total: Mapped[int]
    done: Mapped[int]
    problems: Mapped[tuple[SetProblem, ...]] = mapped_column(Values(tuple[SetProblem, ...]))
    summary: Mapped[Summary | None] = mapped_column(Values(Summary | None))
    created: Mapped[datetime]
    finished: Mapped[datetime | None]


class RunItemRecord(Base):
    """One plate of a run. A plate whose picture is deleted goes with it."""

    __tablename__ = "run_items"
    __table_args__ = (UniqueConstraint("run_id", "file", "plate"), _FRESH_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    file: Mapped[str]
    plate: Mapped[int]
    kind: Mapped[str]
    truth: Mapped[str]
    read: Mapped[str]
    confidence: Mapped[float]
    exact: Mapped[bool]
    found: Mapped[bool]
    abstains: Mapped[bool]
    characters: Mapped[tuple[float, ...]] = mapped_column(Values(tuple[float, ...]))
    measures: Mapped[Measures] = mapped_column(Values(Measures))
    crop_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    shape: Mapped[bytes] = mapped_column(LargeBinary)
    image_sha256: Mapped[str | None] = mapped_column(ForeignKey("images.sha256", ondelete="CASCADE"), index=True)
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id", ondelete="SET NULL"), index=True)
    elapsed_ms: Mapped[float]
    problem: Mapped[str]


class SelectionRecord(Base):
    """Plates that somebody put together under a name; ids of plates deleted since lead nowhere."""

    __tablename__ = "selections"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    origin: Mapped[str]
    items: Mapped[tuple[int, ...]] = mapped_column(Values(tuple[int, ...]))
    inspections: Mapped[tuple[int, ...]] = mapped_column(Values(tuple[int, ...]))
    created: Mapped[datetime]


class SnapshotRecord(Base):
    """A frozen data set; what it holds lies in ``folder``, inside that of all data sets."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("name", "version"), _FRESH_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str]
    counts: Mapped[dict[str, int]] = mapped_column(Values(dict[str, int]))
    left_out: Mapped[dict[str, int]] = mapped_column(Values(dict[str, int]))
    created: Mapped[datetime]


class TrainingRecord(Base):
    """One training of one network; its checkpoint and its log lie in ``folder``, inside that of the state's models."""

    __tablename__ = "trainings"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id", ondelete="SET NULL"))
    snapshot: Mapped[str]  # its title, which stays
    base: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    folder: Mapped[str]
    job_id: Mapped[int | None]  # a job may be deleted, and what it has made stays
    created: Mapped[datetime]
    finished: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class VersionRecord(Base):
    """One version of a network that was made here; its files lie in the folder of its name."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("network", "number"), _FRESH_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # of what serves
    trainable_sha256: Mapped[str] = mapped_column(String(64))
    training_id: Mapped[int | None] = mapped_column(ForeignKey("trainings.id", ondelete="SET NULL"), index=True)
    origin: Mapped[str]
    comparison: Mapped[ModelComparison | None] = mapped_column(Values(ModelComparison | None))
    created: Mapped[datetime]
    retired: Mapped[datetime | None]


class PromotionRecord(Base):
    """That a version was made the one that serves, or that this was taken back. No version stands for the shipped."""

    __tablename__ = "promotions"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))
    kind: Mapped[str]
    reviewer: Mapped[str]
    reason: Mapped[str]
    created: Mapped[datetime]


class ScheduleRecord(Base):
    """What the worker does by itself: one row, or none where nobody has set anything."""

    __tablename__ = "schedules"

    id: Mapped[int] = mapped_column(primary_key=True)
    pull_minutes: Mapped[int]
    retrain_answers: Mapped[int]
    data_set: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    pulled: Mapped[datetime | None]
    retrained: Mapped[datetime | None]


class EnhancementRecord(Base):
    """What a chain of enhancers made of a crop: a picture, or a failure."""

    __tablename__ = "enhancements"
    __table_args__ = (UniqueConstraint("crop_sha256", "chain"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    crop_sha256: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))  # its fingerprint
    picture_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    lines: Mapped[int]
    enhancers: Mapped[tuple[str, ...]] = mapped_column(Values(tuple[str, ...]))
    elapsed_ms: Mapped[float]
    failure: Mapped[StageFailure | None] = mapped_column(Values(StageFailure | None))
    created: Mapped[datetime]


class CellRecord(Base):
    """What a reader saw on what a chain made of a crop: a reading, or a failure."""

    __tablename__ = "cells"
    __table_args__ = (UniqueConstraint("crop_sha256", "chain", "reader"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    crop_sha256: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))
    reader: Mapped[str] = mapped_column(String(64))  # its fingerprint
    elapsed_ms: Mapped[float]
    reading: Mapped[Reading | None] = mapped_column(Values(Reading | None))
    failure: Mapped[StageFailure | None] = mapped_column(Values(StageFailure | None))
    created: Mapped[datetime]


class CheckRecord(Base):
    """What chains of enhancers are checked for on a set of pictures. The long columns stand last."""

    __tablename__ = "checks"
    __table_args__ = _FRESH_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    place: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    created: Mapped[datetime]
    finished: Mapped[datetime | None]
    chains: Mapped[tuple[CheckChain, ...]] = mapped_column(Values(tuple[CheckChain, ...]))
    left_out: Mapped[tuple[str, ...]] = mapped_column(Values(tuple[str, ...]))
    pictures: Mapped[tuple[CheckPicture, ...]] = mapped_column(Values(tuple[CheckPicture, ...]))


class MeasurementRecord(Base):
    """What a chain did to a picture as a whole. Nothing of the picture itself is kept."""

    __tablename__ = "measurements"
    __table_args__ = (UniqueConstraint("picture_sha256", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    picture_sha256: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]
    measured: Mapped[Measured] = mapped_column(Values(Measured))


class RecipeRecord(Base):
    """A recipe that somebody saved under a name."""

    __tablename__ = "recipes"

    name: Mapped[str] = mapped_column(primary_key=True)
    recipe: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[datetime]
