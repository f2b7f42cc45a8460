"""What the first page shows."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.plate.types import StageFailure
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import InspectionView, Upload


@dataclass(frozen=True, slots=True)
class FailedPicture:
    upload: Upload
    failure: StageFailure


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts over the whole store, and short lists, newest first.

    ``doubtful`` are inspections with a doubt and no review; ``without_plate`` are pictures where none was found.
    """

    uploads: int
    inspections: int
    corrected: int
    doubtful_count: int
    latest: tuple[InspectionView, ...]
    doubtful: tuple[InspectionView, ...]
    without_plate: tuple[Upload, ...]
    failed: tuple[FailedPicture, ...]

    @property
    def empty(self) -> bool:
        return self.uploads == 0


def overview(bench: Workbench, each: int = 8) -> Overview:
    """Lists of at most ``each`` entries."""
    raise NotImplementedError
