"""Looking up, showing, correcting, exporting and deleting what was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from pipeline.errors import MediaError, NotFound
from pipeline.media.decode import decode
from pipeline.media.draw import draw_quads, encode_jpeg, thumbnail
from pipeline.media.tables import write_table
from pipeline.plate.alphabet import normalise
from pipeline.plate.doubts import sentence
from pipeline.plate.types import Review
from pipeline.workbench import wire
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import Found, FoundPictures, InspectionFilter, InspectionRow, Order, StoredInspection

EVERYTHING = InspectionFilter()
COLUMNS = ("id", "file", "source", "text", "truth", "confidence", "formats", "doubts", "recipe", "reviewer", "created")


def search(
    bench: Workbench,
    wanted: InspectionFilter = EVERYTHING,
    order: Order = Order.NEWEST,
    limit: int | None = 50,
    offset: int = 0,
) -> Found:
    """One page of the inspections that match."""
    rows, total = bench.store.inspections.search(wanted, order, limit, offset)
    return Found(total, rows)


def pictures(bench: Workbench, limit: int | None = 50, offset: int = 0) -> FoundPictures:
    """One page of all stored pictures, newest first, whether they were read or not."""
    rows, total = bench.store.uploads.search(limit, offset)
    return FoundPictures(total, rows)


def days(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """``since`` and ``until`` of a filter for whole days of this machine's calendar, both included."""
    return (
        datetime.combine(first, time()).astimezone() if first else None,
        datetime.combine(last + timedelta(days=1), time()).astimezone() if last else None,
    )


def sources(bench: Workbench) -> tuple[str, ...]:
    """Every source that an upload has, for the filter."""
    return bench.store.uploads.sources()


def get(bench: Workbench, inspection_id: int) -> StoredInspection:
    """
    Raises:
        NotFound: no such inspection, or it was deleted.
        PictureGone: its crop is gone from the disk.
    """
    return bench.store.inspections.get(inspection_id)


def correct(bench: Workbench, inspection_id: int, truth: str, reviewer: str) -> StoredInspection:
    """Keeps what a person says the plate reads, beside the raw reading; an empty ``truth`` says illegible.

    Spaces and hyphens are dropped and the text becomes NFC. A case that waits for the answer has it now.

    Raises:
        NotFound: no such inspection.
    """
    text = normalise(truth)
    read = get(bench, inspection_id).inspection.verdict.text
    state = "unreadable" if not text else "confirmed" if text == read else "corrected"
    bench.store.reviews.add(Review(inspection_id, text, reviewer, state))
    bench.store.cases.close([inspection_id])
    return get(bench, inspection_id)


def delete(bench: Workbench, inspection_id: int) -> None:
    """Really deletes it: row, reviews and, when no other shows it, the crop.

    Raises:
        NotFound: no such inspection.
    """
    bench.store.inspections.delete(inspection_id)


def crop_png(bench: Workbench, shown: InspectionRow | StoredInspection) -> bytes:
    """The rectified plate; empty where it was deleted meanwhile, so that a list still shows the others."""
    try:
        return bench.store.blobs.get(shown.crop_sha256)
    except NotFound:
        return b""


def thumbnail_jpeg(bench: Workbench, sha256: str, side: int) -> bytes:
    """A stored picture for a list, its longer side at most ``side`` pixels; empty where it cannot be shown."""
    try:
        data = bench.store.blobs.get(sha256)
        return encode_jpeg(thumbnail(decode(data, max_pixels=bench.config.max_pixels, side=side).pixels, side))
    except (NotFound, MediaError):
        return b""


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
    full = decode(bench.store.blobs.get(sha256), max_pixels=bench.config.max_pixels).pixels
    pixels = thumbnail(full, max_side)
    scale = pixels.shape[1] / full.shape[1]
    drawn = draw_quads(
        pixels,
        [stored.inspection.detection.quad * scale for stored in inspections],
        [_shown_text(stored) for stored in inspections],
        chosen=next((n for n, stored in enumerate(inspections) if stored.id == chosen), None),
    )
    return encode_jpeg(drawn)


def _shown_text(stored: StoredInspection) -> str:
    return (stored.review.review.truth if stored.review else stored.inspection.verdict.text) or "?"


def verdict_json(bench: Workbench, inspection_id: int) -> str:
    """One verdict as indented JSON.

    Raises:
        NotFound: no such inspection.
    """
    return wire.verdict_json(get(bench, inspection_id)).model_dump_json(indent=2)


def table_csv(bench: Workbench, wanted: InspectionFilter = EVERYTHING, order: Order = Order.NEWEST) -> bytes:
    """Everything that matches, as UTF-8 with BOM, so that Excel opens it."""
    return write_table((_cells(row) for row in search(bench, wanted, order, limit=None).rows), COLUMNS)


def _cells(row: InspectionRow) -> dict[str, object]:
    return {
        "id": row.id,
        "file": row.name,
        "source": row.source,
        "text": row.text,
        "truth": row.truth,
        "confidence": round(row.confidence, 4),
        "formats": " ".join(row.formats),
        "doubts": " ".join(sentence(doubt) for doubt in row.doubts),
        "recipe": row.recipe,
        "reviewer": row.reviewer,
        "created": row.created.astimezone().isoformat(sep=" ", timespec="seconds"),
    }
