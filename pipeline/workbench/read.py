"""Reads pictures from the command line: batch after batch, remembered where there is a store."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipeline.config import Config
from pipeline.errors import MediaError, NotFound, StoreError
from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe
from pipeline.media.folder import image_files
from pipeline.media.source import display_name
from pipeline.plate.types import FrameResult
from pipeline.pool import Pool
from pipeline.store import Store
from pipeline.workbench.analyze import has_failures
from pipeline.workbench.incoming import Picture, open_pictures
from pipeline.workbench.views import FileProblem

_log = logging.getLogger(__name__)
Item = TypeVar("Item")

SOURCE = "command line"
BATCH = 8
# Four pictures of a phone. Two batches are held, the one that is read and the one decoded meanwhile.
BATCH_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """A picture and what was read on it; its failures are in the result."""

    name: str
    result: FrameResult


def find_pictures(paths: Sequence[Path]) -> tuple[list[tuple[str, Path]], list[FileProblem]]:
    """The files named and the pictures below the folders named, and a problem for each path that leads nowhere."""
    found: list[tuple[str, Path]] = []
    problems: list[FileProblem] = []
    for path in paths:
        try:
            found += [(display_name(file), file) for file in image_files([path])]
        except MediaError as error:
            problems.append(FileProblem(display_name(path), str(error)))
    return found, problems


def open_store(config: Config) -> Store | None:
    """The store, or None where it cannot be opened; that is logged, and reading goes on without it."""
    try:
        return Store.open(config)
    except StoreError as error:
        _log.warning("results are not kept: %s", error)
        return None


def read_pictures(
    sources: Iterable[tuple[str, Path]], recipe: Recipe, pool: Pool, store: Store | None
) -> Iterator[ReadPicture | FileProblem]:
    """Every picture in order. Memory stays that of two batches, however many there are.

    With a store, what it knows is not worked again, and what is new is kept. Should the store fail on the way, that is
    logged and reading goes on without it.

    Raises:
        UnknownBackend, BadSettings, WeightsError: the recipe cannot run at all.
    """
    recipe.fingerprint(pool.config)  # refuses what cannot run at all
    keeper = _Keeper(store, recipe, pool.config)
    for batch in _ahead(_batches(open_pictures(sources, pool.config))):
        pictures = [item for item in batch if isinstance(item, Picture)]
        results = {picture.frame.sha256: result for picture in pictures if (result := keeper.recall(picture))}
        unknown = {p.frame.sha256: p.frame for p in pictures if p.frame.sha256 not in results}
        for made in inspect_frames(list(unknown.values()), recipe, pool):
            keeper.keep(made)
            results[made.sha256] = made
        for item in batch:
            yield ReadPicture(item.name, results[item.frame.sha256]) if isinstance(item, Picture) else item


class _Keeper:
    """The store as reading needs it; once it fails, it is done without."""

    def __init__(self, store: Store | None, recipe: Recipe, config: Config) -> None:
        self._store = store
        self._recipe = recipe
        self._config = config

    def recall(self, picture: Picture) -> FrameResult | None:
        """Keeps the picture, and gives what was made of it before, whole and without failures."""
        if self._store is None:
            return None
        try:
            self._store.uploads.add(picture.name, picture.data, picture.frame, SOURCE)
            known = self._store.results.find(picture.frame.sha256, self._recipe.fingerprint(self._config))
        except NotFound:
            return None  # a crop is gone from the disk
        except StoreError as error:
            self._give_up(error)
            return None
        if known is None or has_failures(known) or len(known.inspections) < known.plates:
            return None
        inspections = tuple(stored.inspection for stored in known.inspections)
        return FrameResult(known.sha256, inspections, known.failures, known.elapsed_ms, known.models)

    def keep(self, result: FrameResult) -> None:
        if self._store is None:
            return
        try:
            self._store.results.save(result, self._recipe.name, self._recipe.fingerprint(self._config))
        except NotFound:
            pass  # somebody deleted the picture meanwhile, and meant it
        except StoreError as error:
            self._give_up(error)

    def _give_up(self, error: StoreError) -> None:
        _log.warning("results are no longer kept: %s", error)
        self._store = None


def _batches(items: Iterable[Picture | FileProblem]) -> Iterator[list[Picture | FileProblem]]:
    batch: list[Picture | FileProblem] = []
    pixels = 0
    for item in items:
        batch.append(item)
        pixels += item.frame.width * item.frame.height if isinstance(item, Picture) else 0
        if len(batch) == BATCH or pixels >= BATCH_PIXELS:
            yield batch
            batch, pixels = [], 0
    if batch:
        yield batch


def _ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items; the next one is made in a thread while this one is worked."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        upcoming = thread.submit(next, items, None)
        while (item := upcoming.result()) is not None:
            upcoming = thread.submit(next, items, None)
            yield item
