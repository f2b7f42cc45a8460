"""What pages and command line get to see. Most of it is what the store gives; it is named here once for all."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.store import Agreement as Agreement
from pipeline.store import Annotator as Annotator
from pipeline.store import Backlog as Backlog
from pipeline.store import Counts as Counts
from pipeline.store import Disagreement as Disagreement
from pipeline.store import Flag as Flag
from pipeline.store import GivenAnswer as GivenAnswer
from pipeline.store import InspectionFilter as InspectionFilter
from pipeline.store import InspectionRow as InspectionRow
from pipeline.store import JobRow as JobRow
from pipeline.store import JobState as JobState
from pipeline.store import LabelProject as LabelProject
from pipeline.store import LabelTask as LabelTask
from pipeline.store import Order as Order
from pipeline.store import OutboxCounts as OutboxCounts
from pipeline.store import PictureRow as PictureRow
from pipeline.store import ResultRow as ResultRow
from pipeline.store import StoredCase as StoredCase
from pipeline.store import StoredInspection as StoredInspection
from pipeline.store import StoredJob as StoredJob
from pipeline.store import StoredResult as StoredResult
from pipeline.store import StoredReview as StoredReview
from pipeline.store import StoredUpload as StoredUpload
from pipeline.store import TaskState as TaskState


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that could not be taken or worked; ``reason`` is a sentence that names it and says what to do.

    ``kind`` is for pages that have words of their own: the class in :mod:`pipeline.errors` that said so, or
    "ArchiveProblem" for a picture inside a zip, or "".
    """

    name: str
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class WorkedUpload:
    """An upload and what a recipe made of it; ``from_store`` when it had been worked before and nothing ran."""

    upload: StoredUpload
    result: StoredResult
    from_store: bool


@dataclass(frozen=True, slots=True)
class LostUpload:
    """An upload that was worked, but a file of it is gone from the disk; ``reason`` names it."""

    upload: StoredUpload
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search; ``total`` counts all that match."""

    total: int
    rows: tuple[InspectionRow, ...]


@dataclass(frozen=True, slots=True)
class FoundPictures:
    """One page of the stored pictures; ``total`` counts all."""

    total: int
    rows: tuple[PictureRow, ...]
