"""A comparison to take away: every cell as CSV, and the grid as a picture."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import MediaError, NotFound
from pipeline.media.decode import LONGEST_SIDE, decode
from pipeline.media.draw import Colour, encode_png
from pipeline.media.sheet import INK, SOFT, SheetCell, Words, draw_sheet
from pipeline.media.tables import write_table
from pipeline.plate.types import Pixels, Reading, StageFailure
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare import Grid
from pipeline.workbench.compare_scores import Difference, differences, is_right
from pipeline.workbench.plates import Plate
from pipeline.workbench.ways import Way

COLUMNS = (
    "id", "file", "verdict", "truth", "enhancer", "reader", "text", "exact", "confidence", "enhance_ms", "read_ms",
    "failure",
)  # fmt: skip
MOST_ROWS = 40
"""Plates on a picture; more would be a picture that nobody can open."""
_COLOURS: dict[Difference, Colour] = {
    Difference.SAME: INK,
    Difference.WRONG: (200, 35, 47),
    Difference.EXTRA: (200, 120, 0),
    Difference.MISSING: (160, 168, 184),
}
_RIGHT: Colour = (11, 107, 74)


def grid_csv(grid: Grid) -> bytes:
    """A row for each cell that is known, as UTF-8 with BOM, so that Excel opens it."""
    return write_table(_rows(grid), COLUMNS)


def _rows(grid: Grid) -> Iterator[dict[str, object]]:
    for plate, chain, reader in grid.comparison.cells():
        made, enhanced = grid.result(plate, chain, reader), grid.enhancement(plate, chain)
        if made is None or enhanced is None:
            continue
        row: dict[str, object] = {
            "id": plate.id,
            "file": plate.name,
            "verdict": plate.text,
            "truth": plate.truth,
            "enhancer": chain.key,
            "reader": reader.key,
            "enhance_ms": round(enhanced.elapsed_ms, 1),
        }
        if isinstance(made, Reading):
            right = is_right(plate, made)
            row |= {
                "text": made.text,
                "exact": None if right is None else int(right),
                "confidence": round(made.confidence, 4),
                "read_ms": round(made.elapsed_ms, 1),
            }
        else:
            row["failure"] = f"{made.stage} '{made.backend}': {made.reason}"
        yield row


def grid_png(bench: Workbench, grid: Grid) -> bytes:
    """The grid as it stands on the page: of one plate enhancers × readers, of several plates × enhancers."""
    several = len(grid.comparison.plates) > 1
    return encode_png(_many(bench, grid) if several else _one(bench, grid, grid.comparison.plates[0]))


def _one(bench: Workbench, grid: Grid, plate: Plate) -> Pixels:
    readers = grid.comparison.readers
    rows = [
        [_enhanced(bench, grid, plate, chain), *(_cell(grid, plate, chain, reader) for reader in readers)]
        for chain in grid.comparison.chains
    ]
    return draw_sheet([plate.reference, *(reader.title for reader in readers)], rows, plate.name)


def _enhanced(bench: Workbench, grid: Grid, plate: Plate, chain: Way) -> SheetCell:
    made = grid.enhancement(plate, chain)
    return SheetCell(_pixels(bench, made.picture_sha256 if made else None), (((chain.title, INK),),))


def _cell(grid: Grid, plate: Plate, chain: Way, reader: Way) -> SheetCell:
    made = grid.result(plate, chain, reader)
    if not isinstance(made, Reading):
        return SheetCell(lines=(_words(plate, made),))
    return SheetCell(lines=(_words(plate, made), ((f"{made.confidence:.0%} · {made.elapsed_ms:.0f} ms", SOFT),)))


def _many(bench: Workbench, grid: Grid) -> Pixels:
    plates, readers = grid.comparison.plates[:MOST_ROWS], grid.comparison.readers
    rows = [
        [
            SheetCell(_pixels(bench, plate.crop_sha256), (((plate.reference or "?", INK),),)),
            *(_stack(bench, grid, plate, chain) for chain in grid.comparison.chains),
        ]
        for plate in plates
    ]
    order = "  /  ".join(reader.title for reader in readers)
    foot = f"{order}   ·   {len(plates)} of {len(grid.comparison.plates)}"
    return draw_sheet(["", *(chain.title for chain in grid.comparison.chains)], rows, foot)


def _stack(bench: Workbench, grid: Grid, plate: Plate, chain: Way) -> SheetCell:
    made = grid.enhancement(plate, chain)
    lines = tuple(_words(plate, grid.result(plate, chain, reader)) for reader in grid.comparison.readers)
    return SheetCell(_pixels(bench, made.picture_sha256 if made else None), lines)


def _words(plate: Plate, made: Reading | StageFailure | None) -> Words:
    if not isinstance(made, Reading):
        return (("failed" if made else "…", SOFT),)
    if not made.text:
        return (("–", SOFT),)
    if not plate.reference:
        return ((made.text, INK),)
    if is_right(plate, made):
        return ((made.text, _RIGHT),)
    return tuple((piece.text, _COLOURS[piece.difference]) for piece in differences(made.text, plate.reference))


def _pixels(bench: Workbench, sha256: str | None) -> Pixels | None:
    try:
        return decode(bench.store.blobs.get(sha256), max_pixels=LONGEST_SIDE**2).pixels if sha256 else None
    except (NotFound, MediaError):
        return None
