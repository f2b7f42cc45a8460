"""The plates that are compared: stored inspections, found by id or made of pictures that somebody brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe
from pipeline.plate.types import Frame
from pipeline.store import StoredResult
from pipeline.workbench.bench import Workbench
from pipeline.workbench.incoming import open_pictures
from pipeline.workbench.recipes import DEFAULT_RECIPE, choose_recipe
from pipeline.workbench.views import FileProblem, InspectionFilter, InspectionRow

MOST_PLATES = 200
"""Compared at once; with seven chains and six readers these are 8,400 cells."""
# Of the 99 real crops the detector finds no plate on the 26 smallest, which are 56 to 189 pixels wide.
_SMALL_WIDTH, _SMALL_ASPECT = 400, 1.2
_LONG_ASPECT = 2.5  # no camera's picture is as long as that


@dataclass(frozen=True, slots=True)
class Plate:
    """A stored plate. ``truth`` is what a person says it reads: "" that nobody can read it, None that nobody said."""

    id: int
    name: str
    text: str
    truth: str | None
    confidence: float
    formats: tuple[str, ...]
    crop_sha256: str
    crop_lines: int

    @property
    def reference(self) -> str:
        """What readings are held against: the truth, else the verdict. Nothing where nobody could read it."""
        return self.text if self.truth is None else self.truth


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was brought, and the ids of the plates in it."""

    name: str
    plates: tuple[int, ...]


def find_plates(bench: Workbench, inspection_ids: Sequence[int]) -> tuple[Plate, ...]:
    """The stored plates of those ids in their order, at most :data:`MOST_PLATES`; deleted ones are left out."""
    wanted = tuple(dict.fromkeys(inspection_ids))[:MOST_PLATES]
    rows, _ = bench.store.inspections.search(InspectionFilter(ids=wanted), limit=None)
    order = {number: place for place, number in enumerate(wanted)}
    return tuple(_plate(row) for row in sorted(rows, key=lambda row: order[row.id]))


def selected_plates(bench: Workbench, selection_id: int) -> tuple[int, ...]:
    """The ids of the stored plates of a selection.

    Raises:
        NotFound: no such selection.
    """
    return bench.store.selections.get(selection_id).inspections


def take_pictures(
    bench: Workbench, files: Iterable[tuple[str, bytes]], source: str = "browser"
) -> Iterator[Taken | FileProblem]:
    """Stores each picture with the plates that the default recipe finds in it; known ones come from the store.

    A picture in which no plate is found, but which has the shape of one, is taken for a plate as it is. What cannot be
    taken is a problem, and the others go on.

    Args:
        files: name and content of each; a zip gives one item for every picture in it.

    Raises:
        BackendUnavailable: the default recipe lacks something.
        StoreError: the state folder cannot be written.
    """
    recipe = choose_recipe(bench.config, DEFAULT_RECIPE)
    for picture in open_pictures(files, bench.config):
        if isinstance(picture, FileProblem):
            yield picture
            continue
        bench.store.uploads.add(picture.name, picture.data, picture.frame, source)
        result = inspect_stored(bench, picture.frame, recipe)
        if not result.plates and not result.failures and _looks_like_a_plate(picture.frame):
            result = inspect_stored(bench, picture.frame, recipe.for_crops())
        yield Taken(picture.name, tuple(stored.id for stored in result.inspections))


def inspect_stored(bench: Workbench, frame: Frame, recipe: Recipe) -> StoredResult:
    """What a recipe makes of a stored picture; where it was worked before and nothing failed, out of the store.

    Raises:
        NotFound: the picture is not stored, or was deleted meanwhile.
        StoreError: the state folder cannot be written.
    """
    known = bench.store.results.find(frame.sha256, recipe.fingerprint(bench.config))
    if known and not known.failures:
        return known
    made = inspect_frames([frame], recipe, bench.pool)[0]
    return bench.store.results.save(made, recipe.name, recipe.fingerprint(bench.config))


def _looks_like_a_plate(frame: Frame) -> bool:
    aspect = frame.width / frame.height
    return aspect >= _LONG_ASPECT or (aspect >= _SMALL_ASPECT and frame.width <= _SMALL_WIDTH)


def _plate(row: InspectionRow) -> Plate:
    return Plate(row.id, row.name, row.text, row.truth, row.confidence, row.formats, row.crop_sha256, row.crop_lines)
