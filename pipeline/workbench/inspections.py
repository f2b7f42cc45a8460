"""Looking up, showing, correcting, exporting and deleting what was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import Found, InspectionFilter, InspectionRow, Order, StoredInspection


def search(
    bench: Workbench,
    wanted: InspectionFilter = InspectionFilter(),
    order: Order = Order.NEWEST,
    limit: int | None = 50,
    offset: int = 0,
) -> Found:
    """One page of the inspections that match."""
    raise NotImplementedError


def days(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """``since`` and ``until`` of a filter for whole days of this machine's calendar, both included."""
    raise NotImplementedError


def sources(bench: Workbench) -> tuple[str, ...]:
    """Every source that an upload has, for the filter."""
    raise NotImplementedError


def get(bench: Workbench, inspection_id: int) -> StoredInspection:
    """
    Raises:
        NotFound: no such inspection, or it was deleted.
    """
    raise NotImplementedError


def correct(bench: Workbench, inspection_id: int, truth: str, reviewer: str) -> StoredInspection:
    """Keeps what a person says the plate reads, beside the raw reading; an empty ``truth`` says illegible.

    Spaces and hyphens are dropped and the text becomes NFC.

    Raises:
        NotFound: no such inspection.
    """
    raise NotImplementedError


def delete(bench: Workbench, inspection_id: int) -> None:
    """Really deletes it: row, reviews and, when no other shows it, the crop.

    Raises:
        NotFound: no such inspection.
    """
    raise NotImplementedError


def crop_png(bench: Workbench, shown: InspectionRow | StoredInspection) -> bytes:
    """The rectified plate.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    raise NotImplementedError


def frame_jpeg(
    bench: Workbench,
    sha256: str,
    inspections: Sequence[StoredInspection] = (),
    chosen: int | None = None,
    max_side: int = 1600,
) -> bytes:
    """A stored picture with the boxes and texts of inspections drawn in, its longer side at most ``max_side`` pixels.

    Args:
        chosen: id of the inspection to draw with emphasis.

    Raises:
        NotFound: no such picture.
    """
    raise NotImplementedError


def verdict_json(bench: Workbench, inspection_id: int) -> str:
    """One verdict as indented JSON: file, text, confidence, characters, quad, formats, doubts, truth, recipe, date.

    Raises:
        NotFound: no such inspection.
    """
    raise NotImplementedError


def table_csv(bench: Workbench, wanted: InspectionFilter = InspectionFilter(), order: Order = Order.NEWEST) -> bytes:
    """Everything that matches, as UTF-8 with BOM, so that Excel opens it."""
    raise NotImplementedError
