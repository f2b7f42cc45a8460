"""The state folder: one database, one folder of blobs, and what they hold by noun."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

from pipeline.config import Config
from pipeline.errors import StoreError
from pipeline.store.annotators import Annotators
from pipeline.store.answers import Answers
from pipeline.store.blobs import Blobs
from pipeline.store.cases import Cases
from pipeline.store.checks import Checks
from pipeline.store.comparisons import Comparisons
from pipeline.store.counts import Counts, count_all
from pipeline.store.engine import Database
from pipeline.store.faults import folder_fault
from pipeline.store.garbage import collect, is_due
from pipeline.store.inspections import Inspections
from pipeline.store.jobs import Jobs
from pipeline.store.models import Models
from pipeline.store.outbox import Outbox
from pipeline.store.outside_answers import OutsideAnswers
from pipeline.store.recipes import Recipes
from pipeline.store.results import Results
from pipeline.store.reviews import Reviews
from pipeline.store.runs import Runs
from pipeline.store.schedules import Schedules
from pipeline.store.selections import Selections
from pipeline.store.snapshots import Snapshots
from pipeline.store.uploads import Uploads

LEFT_BEHIND_AFTER = 3600.0
"""Seconds after which a blob without a row is nobody's: no process takes that long from the one to the other."""


@dataclass(frozen=True, slots=True)
class Store:
    """Everything PlateLoop remembers; may be shared by threads, and opened by several processes."""

    blobs: Blobs
    uploads: Uploads
    results: Results
    inspections: Inspections
    reviews: Reviews
    answers: Answers
    cases: Cases
    outbox: Outbox
    outside_answers: OutsideAnswers
    annotators: Annotators
    jobs: Jobs
    runs: Runs
    selections: Selections
    snapshots: Snapshots
    comparisons: Comparisons
    checks: Checks
    recipes: Recipes
    models: Models
    schedules: Schedules
    _database: Database
    _clock: Callable[[], datetime]

    @classmethod
    def open(cls, config: Config, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Self:
        """Open the state folder, made where it is not there, brought up to date where it is old.

        Raises:
            StoreError: the folder cannot be written, or a newer PlateLoop has written it.
        """
        blobs = Blobs(config.home / "blobs")
        with _alone(config.home):
            database = Database(config.database_url, config.home)
            database.migrate()
        store = cls(
            blobs,
            Uploads(database, blobs, clock),
            Results(database, blobs, clock),
            Inspections(database, blobs),
            Reviews(database, clock),
            Answers(database),
            Cases(database, clock),
            Outbox(database, clock),
            OutsideAnswers(database, clock),
            Annotators(database, clock),
            Jobs(database, clock),
            Runs(database, blobs, clock),
            Selections(database, clock),
            Snapshots(database),
            Comparisons(database, blobs, clock),
            Checks(database, clock),
            Recipes(database, clock),
            Models(database, clock),
            Schedules(database, clock),
            database,
            clock,
        )
        with suppress(StoreError):  # it stays owed; a full disk must not keep anybody from deleting
            database.scrub()
        if is_due(config.home):
            store.collect_garbage()
        return store

    def counts(self, zone: tzinfo | None = None) -> Counts:
        """``zone`` says when a day begins, the machine's own where None."""
        with self._database.read() as session:
            return count_all(session, self._clock(), zone)

    def collect_garbage(self, untouched_for: float = LEFT_BEHIND_AFTER) -> int:
        """Drop what killed processes left in the blobs; gives the number of blobs that no row named.

        Args:
            untouched_for: seconds; younger blobs stay, their rows may be on the way.

        Raises:
            StoreError: the state folder cannot be written.
        """
        return collect(self._database, self.blobs, untouched_for)

    def close(self) -> None:
        self._database.close()


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time: neither SQLite's switch to WAL nor a migration waits politely for another."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "opening.lock").open("w")
    except OSError as error:
        raise folder_fault(error, home) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
