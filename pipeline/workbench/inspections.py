"""Looking up, showing, correcting, exporting and deleting what was read."""

from __future__ import annotations

from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import Found, InspectionView, Query


def search(bench: Workbench, query: Query) -> Found:
    """The inspections that match, newest first."""
    raise NotImplementedError


def sources(bench: Workbench) -> tuple[str, ...]:
    """Every source that an upload has, for the filter."""
    raise NotImplementedError


def get(bench: Workbench, inspection_id: int) -> InspectionView:
    """
    Raises:
        NotFound: no such inspection, or it was deleted.
    """
    raise NotImplementedError


def correct(bench: Workbench, inspection_id: int, truth: str, reviewer: str) -> InspectionView:
    """Keeps what a person says the plate reads, beside the raw reading; an empty ``truth`` says illegible.

    Spaces and hyphens are dropped and the text becomes NFC.

    Raises:
        NotFound: no such inspection.
    """
    raise NotImplementedError


def delete(bench: Workbench, inspection_id: int) -> None:
    """Really deletes it: row, review and, when nothing else needs it, the crop.

    Raises:
        NotFound: no such inspection.
    """
    raise NotImplementedError


def crop_png(bench: Workbench, inspection_id: int) -> bytes:
    """The rectified plate.

    Raises:
        NotFound: no such inspection.
    """
    raise NotImplementedError


def frame_jpeg(
    bench: Workbench, upload_id: int, recipe: str, chosen: int | None = None, max_side: int = 1600
) -> bytes:
    """The picture with the recipe's boxes and their texts drawn in, its longer side at most ``max_side`` pixels.

    Args:
        chosen: id of the inspection to draw with emphasis.

    Raises:
        NotFound: no such upload.
    """
    raise NotImplementedError


def verdict_json(bench: Workbench, inspection_id: int) -> str:
    """One verdict as indented JSON: file, text, confidence, characters, quad, formats, doubts, truth, recipe, date."""
    raise NotImplementedError


def table_csv(bench: Workbench, query: Query) -> bytes:
    """Everything the query finds, its limit aside, as UTF-8 with BOM, so that Excel opens it."""
    raise NotImplementedError
