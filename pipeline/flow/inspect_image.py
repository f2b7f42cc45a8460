"""Walks pictures through a recipe: detect, rectify, enhance, read, decide.

The one place that catches whatever a backend raises: a failure is kept beside what the others did.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pipeline.ensemble.vote import decide
from pipeline.errors import DegenerateQuad, PlateLoopError
from pipeline.flow.doubles import without_doubles
from pipeline.flow.recipe import Recipe, Step
from pipeline.media.quality import hints
from pipeline.media.rectify import rectify
from pipeline.plate.colour import estimate_colour
from pipeline.plate.geometry import quad_from_box, quad_size
from pipeline.plate.types import Detection, Frame, FrameResult, Inspection, PlateCrop, Reading, Stage, StageFailure
from pipeline.pool import Pool

MARGIN = 0.08
"""Border left around a plate, as a share of its sides: detectors cut the outer characters now and then."""

_log = logging.getLogger(__name__)
Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(slots=True)
class _Plate:
    """One plate on its way."""

    frame: int
    detection: Detection
    crop: PlateCrop
    readings: list[Reading] = field(default_factory=list)
    failures: list[StageFailure] = field(default_factory=list)


def inspect_frames(frames: Sequence[Frame], recipe: Recipe, pool: Pool) -> list[FrameResult]:
    """One result per frame, in the same order; no backend's error gets out.

    ``elapsed_ms`` holds each frame's share of the batch: detection by frames, the rest by plates.
    """
    spent: defaultdict[str, float] = defaultdict(float)
    failures: list[list[StageFailure]] = [[] for _ in frames]
    with _timed(spent, "detect"):
        detections = _detect(frames, recipe, pool, failures)
    with _timed(spent, "rectify"):
        plates = list(_rectify(frames, detections, failures))
    for chain in recipe.chains:
        with _timed(spent, "enhance"):
            crops = _enhance(plates, chain, pool)
        with _timed(spent, "read"):
            _read(plates, crops, recipe.readers, pool)
    with _timed(spent, "vote"):
        inspections = [_conclude(frames[plate.frame], plate) for plate in plates]

    counts = Counter(plate.frame for plate in plates)
    return [
        FrameResult(
            frame.sha256,
            tuple(inspection for inspection, plate in zip(inspections, plates, strict=True) if plate.frame == n),
            tuple(failures[n]),
            {
                stage: ms / len(frames) if stage == "detect" else ms * counts[n] / max(1, len(plates))
                for stage, ms in spent.items()
            },
        )
        for n, frame in enumerate(frames)
    ]


def _detect(
    frames: Sequence[Frame], recipe: Recipe, pool: Pool, failures: list[list[StageFailure]]
) -> list[list[Detection]]:
    if recipe.detector is None:
        return [[Detection(quad_from_box(0, 0, f.width, f.height), "plate", 1.0, "")] for f in frames]
    found = _run(Stage.DETECTOR, recipe.detector, pool, frames, lambda detector, batch: detector.detect(batch))
    detections: list[list[Detection]] = []
    for n, made in enumerate(found):
        if isinstance(made, StageFailure):
            failures[n].append(made)
            made = []
        detections.append(without_doubles([detection for detection in made if detection.kind == "plate"]))
    return detections


def _rectify(
    frames: Sequence[Frame], detections: list[list[Detection]], failures: list[list[StageFailure]]
) -> Iterator[_Plate]:
    for n, frame in enumerate(frames):
        for detection in detections[n]:
            try:
                yield _Plate(n, detection, rectify(frame, detection.quad, margin=MARGIN if detection.detector else 0))
            except DegenerateQuad as error:
                failures[n].append(StageFailure("rectify", detection.detector, str(error)))


def _enhance(plates: Sequence[_Plate], chain: Sequence[Step], pool: Pool) -> dict[int, PlateCrop]:
    """Each plate's enhanced crop by its number; a plate whose chain broke has a failure instead."""
    crops = {n: plate.crop for n, plate in enumerate(plates)}
    for step in chain:
        made = _run(Stage.ENHANCER, step, pool, list(crops.values()), lambda enhancer, batch: enhancer.enhance(batch))
        for n, crop in zip(list(crops), made, strict=True):
            if isinstance(crop, StageFailure):
                plates[n].failures.append(crop)
                del crops[n]
            else:
                crops[n] = crop
    return crops


def _read(plates: Sequence[_Plate], crops: dict[int, PlateCrop], readers: Sequence[Step], pool: Pool) -> None:
    for step in readers:
        made = _run(Stage.READER, step, pool, list(crops.values()), lambda reader, batch: reader.read(batch))
        for n, reading in zip(crops, made, strict=True):
            if isinstance(reading, StageFailure):
                plates[n].failures.append(reading)
            else:
                plates[n].readings.append(reading)


def _conclude(frame: Frame, plate: _Plate) -> Inspection:
    colour, _ = estimate_colour(plate.crop.pixels)
    width, height = quad_size(plate.detection.quad)
    return Inspection(
        plate.detection,
        plate.crop,
        tuple(plate.readings),
        decide(plate.readings, colour, width / height),
        tuple(plate.failures),
        hints(frame, plate.detection.quad),
    )


def _run(
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

    def attempt(backend: Any, batch: Sequence[Item]) -> list[Made | StageFailure]:
        try:
            made = work(backend, batch)
            if len(made) != len(batch):
                raise ValueError(f"gave {len(made)} results for {len(batch)} items")
            return list(made)
        except Exception as error:
            return [failure(error)] if len(batch) == 1 else [r for item in batch for r in attempt(backend, [item])]

    try:
        with pool.borrow(stage, step.name, step.parse(stage)) as backend:
            return attempt(backend, items)
    except Exception as error:
        return [failure(error)] * len(items)


def _in_words(error: Exception) -> str:
    """Our own errors are sentences already; of a stranger's, its kind and its first line."""
    if isinstance(error, PlateLoopError):
        return str(error)
    first_line = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {first_line}"[:300].removesuffix(": ")


@contextmanager
def _timed(spent: defaultdict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    spent[stage] += (time.perf_counter() - start) * 1000
