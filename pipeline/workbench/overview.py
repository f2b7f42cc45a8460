"""What the first page shows."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import Counts, InspectionFilter, InspectionRow, ResultRow


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts over the whole store, and short lists, newest first.

    Of a picture that several recipes worked, only the newest result is seen. ``doubtful`` inspections have a doubt, a
    failure or little confidence, and no review yet.
    """

    counts: Counts
    latest: tuple[InspectionRow, ...]
    doubtful: tuple[InspectionRow, ...]
    without_plate: tuple[ResultRow, ...]
    failed: tuple[ResultRow, ...]

    @property
    def empty(self) -> bool:
        return self.counts.uploads == 0


def overview(bench: Workbench, each: int = 8) -> Overview:
    """Lists of at most ``each`` entries."""
    store = bench.store
    return Overview(
        counts=store.counts(),
        latest=store.inspections.search(InspectionFilter(newest=True), limit=each)[0],
        doubtful=store.inspections.search(InspectionFilter(doubtful=True, reviewed=False, newest=True), limit=each)[0],
        without_plate=store.results.without_plate(each),
        failed=store.results.with_failures(each),
    )
