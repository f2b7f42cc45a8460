"""Walks pictures through a recipe: detect, rectify, enhance, read, decide.

A backend that fails leaves a failure, kept beside what the others did.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from pipeline.ensemble.strength import UNMEASURED, Strengths, load_strengths
from pipeline.ensemble.vote import decide
from pipeline.errors import BackendError, DegenerateQuad, WeightsError
from pipeline.flow.attempt import attempt, enhance_crops, read_crops
from pipeline.flow.doubles import without_doubles
from pipeline.flow.recipe import Recipe, Step
from pipeline.media.quality import hints
from pipeline.media.rectify import rectify
from pipeline.plate.colour import estimate_colour
from pipeline.plate.geometry import quad_from_box, quad_size
from pipeline.plate.types import (
    Detection,
    Frame,
    FrameResult,
    Inspection,
    ModelUse,
    PlateCrop,
    Reading,
    Stage,
    StageFailure,
)
from pipeline.pool import Pool

MARGIN = 0.08
"""Border left around a plate, as a share of its sides: detectors cut the outer characters now and then."""


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

    ``elapsed_ms`` holds each frame's share of the batch: detection by frames, the rest by plates. Where another version
    of a model is promoted meanwhile, the batch is worked again, so that each result is one set of models'.
    """
    models = _models(recipe, pool)
    while True:
        results = _inspect(frames, recipe, pool)
        before, models = models, _models(recipe, pool)
        if models == before:
            return [replace(result, models=models) for result in results]


def _models(recipe: Recipe, pool: Pool) -> tuple[ModelUse, ...]:
    """None where that cannot be told; the step that cannot run leaves a failure that says why."""
    try:
        return recipe.models(pool.config)
    except (BackendError, WeightsError):
        return ()


def _inspect(frames: Sequence[Frame], recipe: Recipe, pool: Pool) -> list[FrameResult]:
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
        strengths = load_strengths(pool.config.weights) if recipe.votes else UNMEASURED
        inspections = [_conclude(frames[plate.frame], plate, strengths) for plate in plates]

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
    found = attempt(Stage.DETECTOR, recipe.detector, pool, frames, lambda detector, batch: detector.detect(batch))
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
    crops = {}
    for n, made in enumerate(enhance_crops([plate.crop for plate in plates], chain, pool)):
        if isinstance(made, StageFailure):
            plates[n].failures.append(made)
        else:
            crops[n] = made
    return crops


def _read(plates: Sequence[_Plate], crops: dict[int, PlateCrop], readers: Sequence[Step], pool: Pool) -> None:
    for step in readers:
        for n, made in zip(crops, read_crops(list(crops.values()), step, pool), strict=True):
            if isinstance(made, StageFailure):
                plates[n].failures.append(made)
            else:
                plates[n].readings.append(made)


def _conclude(frame: Frame, plate: _Plate, strengths: Strengths) -> Inspection:
    colour, _ = estimate_colour(plate.crop.pixels)
    width, height = quad_size(plate.detection.quad)
    return Inspection(
        plate.detection,
        plate.crop,
        tuple(plate.readings),
        decide(plate.readings, colour, width / height, strengths),
        tuple(plate.failures),
        hints(frame, plate.detection.quad),
    )


@contextmanager
def _timed(spent: defaultdict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    spent[stage] += (time.perf_counter() - start) * 1000
