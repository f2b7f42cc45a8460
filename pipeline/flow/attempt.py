"""Has a backend work a batch. The one place that catches whatever a backend raises and makes a failure of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from pipeline.errors import PlateLoopError
from pipeline.flow.recipe import Step
from pipeline.plate.types import PlateCrop, Reading, Stage, StageFailure
from pipeline.pool import Pool

_log = logging.getLogger(__name__)
Item = TypeVar("Item")
Made = TypeVar("Made")


def prepare(stage: Stage, steps: Sequence[Step], pool: Pool) -> None:
    """Has the pool build what is not built yet, so that the time it takes is not counted as a crop's.

    What cannot be built says so when it is to work.
    """
    for step in steps:
        with suppress(Exception), pool.borrow(stage, step.name, step.parse(stage)):
            pass


def enhance_crops(crops: Sequence[PlateCrop], chain: Sequence[Step], pool: Pool) -> list[PlateCrop | StageFailure]:
    """What the enhancers of a chain, one after the other, make of each crop, or the first failure on its way."""
    results: list[PlateCrop | StageFailure] = list(crops)
    for step in chain:
        whole = [n for n, result in enumerate(results) if isinstance(result, PlateCrop)]
        batch = [result for result in results if isinstance(result, PlateCrop)]
        made = attempt(Stage.ENHANCER, step, pool, batch, lambda enhancer, crops: enhancer.enhance(crops))
        for n, result in zip(whole, made, strict=True):
            results[n] = result
    return results


def read_crops(crops: Sequence[PlateCrop], reader: Step, pool: Pool) -> list[Reading | StageFailure]:
    """What one reader sees on each crop."""
    return attempt(Stage.READER, reader, pool, crops, lambda backend, batch: backend.read(batch))


def attempt(
    stage: Stage, step: Step, pool: Pool, items: Sequence[Item], work: Callable[[Any, Sequence[Item]], list[Made]]
) -> list[Made | StageFailure]:
    """What a backend makes of each item, or its failure.

    A batch that fails is tried again one by one, so that a single bad item costs only itself.
    """
    if not items:
        return []

    def failure(error: Exception) -> StageFailure:
        _log.warning("%s '%s' failed: %s", stage, step.name, error)
        _log.debug("where it failed:", exc_info=error)
        return StageFailure(stage, step.name, _in_words(error))

    def work_batch(backend: Any, batch: Sequence[Item]) -> list[Made | StageFailure]:
        try:
            made = work(backend, batch)
            if len(made) != len(batch):
                raise ValueError(f"gave {len(made)} results for {len(batch)} items")
            return list(made)
        except Exception as error:
            return [failure(error)] if len(batch) == 1 else [r for item in batch for r in work_batch(backend, [item])]

    try:
        with pool.borrow(stage, step.name, step.parse(stage)) as backend:
            return work_batch(backend, items)
    except Exception as error:
        return [failure(error)] * len(items)


def _in_words(error: Exception) -> str:
    """Our own errors are sentences already; of a stranger's, its kind and its first line."""
    if isinstance(error, PlateLoopError):
        return str(error)
    first_line = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {first_line}"[:300].removesuffix(": ")
