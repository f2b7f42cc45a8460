"""Checks what enhancing whole pictures does to finding vehicles and plates in them, and to the detail they hold.

A picture goes through a chain as if it were one large crop. What was measured is kept by the picture's content and all
that was done, so a check that was broken off goes on, and another one over the same pictures takes what there is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.detail import detail_kept
from pipeline.analysis.detections import FoundBox
from pipeline.analysis.downstream import CheckChain, CheckPicture, Measured
from pipeline.corpus.outlines import mask_of
from pipeline.corpus.set_files import SetFiles
from pipeline.errors import BackendUnavailable, BadSettings, MediaError
from pipeline.flow.attempt import enhance_crops
from pipeline.flow.recipe import Step, fingerprint_steps
from pipeline.media.decode import decode
from pipeline.media.draw import thumbnail
from pipeline.networks.yolo import YoloNetwork
from pipeline.plate.geometry import bounding_box, quad_from_box
from pipeline.plate.types import Frame, Pixels, PlateCrop, Stage, StageFailure
from pipeline.pool import Pool
from pipeline.registry import find_backend
from pipeline.store import CheckPlan, StoredCheck
from pipeline.weights import Manifest
from pipeline.workbench import jobs
from pipeline.workbench.bench import Config, Workbench
from pipeline.workbench.failure_sets import folder_of
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.picture_sets import PictureSet, open_pictures_of
from pipeline.workbench.ways import UNCHANGED, Way, chains

KIND = "downstream"
SIDE = 1600
"""Longest side, in pixels, at which pictures are enhanced and looked at; both detectors look at 960."""
_LOOK = 960
_WEAK = 0.05  # score of boxes that only the average precision counts
_OVERLAP = 0.6  # as vehicle_then_plate has it
_VEHICLES = (2, 3, 5, 7)  # car, motorcycle, bus and truck of COCO
_VERSION = 1  # of what is measured, and how

Progress = Callable[[int, int, str], object]


def find_chains(bench: Workbench, keys: Sequence[str]) -> tuple[Way, ...]:
    """The unchanged picture, then the chains of those keys, in their order.

    Raises:
        BadSettings: there is no such chain.
    """
    known = {way.key: way for way in chains(bench, {}, keys)}
    if unknown := next((key for key in keys if key not in known), None):
        raise BadSettings(f"there is no chain {unknown!r}; there are: {', '.join(known)}, and several joined by +")
    return tuple(known[key] for key in dict.fromkeys((UNCHANGED, *keys)))


def plan_check(bench: Workbench, place: str, keys: Sequence[str]) -> StoredCheck:
    """Looks through the set and notes down what is to be measured; the same check is taken up again.

    Args:
        keys: of chains, as :func:`ways.chains` has them; the unchanged picture goes before them.

    Raises:
        NotFound: there is no such set.
        MediaError: it holds no picture that can be opened.
        BadSettings, BackendUnavailable: there is no such chain, or it lacks something.
        StoreError: the state folder cannot be written.
    """
    known = open_pictures_of(bench, place)
    return bench.store.checks.start(make_plan(bench.config, known, find_chains(bench, keys), place))


def make_plan(config: Config, known: PictureSet, ways: Sequence[Way], place: str = "") -> CheckPlan:
    """
    Raises:
        BackendUnavailable: a chain lacks something.
    """
    for way in ways:
        if way.missing:
            raise BackendUnavailable(f"{way.key} cannot run: {way.missing}")
    made = tuple(CheckChain(way.key, way.title, _steps_json(way), _fingerprint(config, way.steps)) for way in ways)
    whole = (place, made, known.pictures)
    return CheckPlan(known.name, place, _sha256(whole), made, known.pictures, known.left_out)


def start_check(bench: Workbench, place: str, keys: Sequence[str]) -> StoredCheck:
    """Has the worker measure; a check that has ended already is given as it is.

    Raises:
        NotFound, MediaError, BadSettings, BackendUnavailable, StoreError: as :func:`plan_check`.
    """
    check = plan_check(bench, place, keys)
    if check.finished is None:
        take_up(bench, check.id)
    return check


def take_up(bench: Workbench, check_id: int) -> int:
    """Has the worker measure what is left of a check, and gives the job's id.

    Raises:
        NotFound: no such check.
    """
    plan = bench.store.checks.get(check_id).plan
    about = {"check": check_id, "name": plan.name, "chains": len(plan.chains) - 1}
    return jobs.start(bench, KIND, {"check": check_id}, about=about, total=plan.size)


def job_of(bench: Workbench, check_id: int) -> int | None:
    """The newest job of a check; None where it was deleted."""
    return next((row.id for row in jobs.recent(bench, None, KIND) if row.about.get("check") == check_id), None)


def delete_check(bench: Workbench, check_id: int) -> None:
    """Removes a check and stops whoever works it. The pictures stay where they lie.

    Raises:
        NotFound: no such check.
    """
    for row in jobs.active(bench, KIND):
        if row.about.get("check") == check_id:
            jobs.stop(bench, row.id)
    bench.store.checks.delete(check_id)


@jobs.handler(KIND)
def work_check(bench: Workbench, job: JobContext) -> Json:
    """The result counts the ``pictures``, and how often a chain ``failed``.

    Raises:
        BadSettings: the weights have changed since the check began.
    """
    check = bench.store.checks.get(job.arguments["check"])
    for chain in check.plan.chains:
        if _fingerprint(bench.config, _steps_of(chain)) != chain.fingerprint:
            raise BadSettings(
                f"'{chain.key}' or the detectors are no longer what check {check.id} began with; check anew"
            )
    paths = SetFiles.of(folder_of(bench.config, check.plan.place)).pictures
    known = bench.store.checks.measured(picture.sha256 for picture in check.plan.pictures)
    finder = Finder(bench.pool)
    done, failed = 0, 0
    for picture in check.plan.pictures:
        for key, made in finder.measure(check.plan, picture, paths.get(picture.file), known):
            bench.store.checks.keep(key, made)
            failed += made.failure is not None
        done += len(check.plan.chains)
        job.progress(done, check.plan.size, picture.file)
    bench.store.checks.finish(check.id)
    return {"pictures": len(check.plan.pictures), "failed": failed}


def key_of(chain: CheckChain, picture: CheckPicture) -> tuple[str, str]:
    """Under which the store keeps what was measured of a picture after a chain."""
    return picture.sha256, _sha256((chain.fingerprint, picture.outlines)) if picture.outlines else chain.fingerprint


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture as it was looked at, after a chain and back at its size; ``given`` is what the chain gave."""

    pixels: Pixels
    given: tuple[int, int]
    elapsed_ms: float


class Finder:
    """Enhances pictures and looks for vehicles and plates on them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._vehicles = YoloNetwork(Manifest.of(pool.config).verified("yolo_coco"), pool.config.threads, _VEHICLES)

    def measure(
        self,
        plan: CheckPlan,
        picture: CheckPicture,
        path: Path | None,
        known: dict[tuple[str, str], Measured],
    ) -> list[tuple[tuple[str, str], Measured]]:
        """What is not known yet of a picture, for every chain of the plan; failures count as not known."""
        keys = {key_of(chain, picture): chain for chain in plan.chains}
        owed = {key: chain for key, chain in keys.items() if key not in known or known[key].failure}
        if not owed:
            return []
        try:
            pixels = open_picture(self._pool.config, picture, path)
        except MediaError as error:
            return [(key, Measured((0, 0), failure=str(error))) for key in owed]
        return [(key, self._measured(pixels, picture, chain)) for key, chain in owed.items()]

    def _measured(self, pixels: Pixels, picture: CheckPicture, chain: CheckChain) -> Measured:
        height, width = pixels.shape[:2]
        looked = enhance_picture(self._pool, pixels, chain)
        if isinstance(looked, StageFailure):
            return Measured((width, height), failure=f"{looked.backend}: {looked.reason}")
        inside = None
        if picture.outlines:
            mask = mask_of(picture.outlines, (width, height), scale_of(picture))
            inside = detail_kept(pixels, looked.pixels, mask) if mask.any() else None
        return Measured(
            (width, height),
            looked.given,
            float(cv2.cvtColor(looked.pixels, cv2.COLOR_RGB2GRAY).mean()),
            self._find_vehicles(looked.pixels),
            self._find_plates(looked.pixels, picture.sha256),
            detail_kept(pixels, looked.pixels),
            inside,
            looked.elapsed_ms,
        )

    def _find_vehicles(self, pixels: Pixels) -> tuple[FoundBox, ...]:
        [(boxes, scores)] = self._vehicles.find([pixels], _LOOK, _WEAK, _OVERLAP)
        rows = zip(_rounded(boxes), scores.tolist(), strict=True)
        return tuple(FoundBox((x1, y1, x2, y2), round(min(1.0, score), 4)) for (x1, y1, x2, y2), score in rows)

    def _find_plates(self, pixels: Pixels, sha256: str) -> tuple[FoundBox, ...]:
        settings = find_backend(Stage.DETECTOR, "yolo_plate").parse_settings({"size": _LOOK, "confidence": _WEAK})
        with self._pool.borrow(Stage.DETECTOR, "yolo_plate", settings) as detector:
            [found] = detector.detect([Frame(pixels, sha256)])
        return tuple(FoundBox(bounding_box(its.quad), round(its.score, 4)) for its in found)


def open_picture(config: Config, picture: CheckPicture, path: Path | None) -> Pixels:
    """As it is looked at: no side longer than :data:`SIDE`.

    Raises:
        MediaError: it is gone, cannot be opened or has changed since the check began.
    """
    if path is None:
        raise MediaError(f"{picture.file} is no longer in its folder; put it back, or check anew")
    frame = decode(path, picture.file, max_pixels=config.max_pixels, side=SIDE)
    if frame.sha256 != picture.sha256:
        raise MediaError(f"{picture.file} has changed since the check began; check anew")
    return thumbnail(frame.pixels, SIDE)


def scale_of(picture: CheckPicture) -> float:
    """From the picture's own pixels to those in which it is looked at."""
    return min(1.0, SIDE / max(picture.size))


def enhance_picture(pool: Pool, pixels: Pixels, chain: CheckChain) -> Looked | StageFailure:
    """The whole picture sent through a chain, and back to the size it had."""
    height, width = pixels.shape[:2]
    steps = _steps_of(chain)
    began = time.perf_counter()
    [made] = enhance_crops([PlateCrop(pixels, quad_from_box(0, 0, width, height))], steps, pool)
    if isinstance(made, StageFailure):
        return made
    elapsed_ms = (time.perf_counter() - began) * 1000
    given = made.pixels.shape[1], made.pixels.shape[0]
    if given == (width, height):
        return Looked(made.pixels, given, elapsed_ms)
    way = cv2.INTER_AREA if given[0] > width else cv2.INTER_CUBIC
    return Looked(np.asarray(cv2.resize(made.pixels, (width, height), interpolation=way), np.uint8), given, elapsed_ms)


def _steps_json(way: Way) -> str:
    return json.dumps([step.model_dump(mode="json") for step in way.steps])


def _steps_of(chain: CheckChain) -> list[Step]:
    return [Step.model_validate(step) for step in json.loads(chain.steps)]


def _rounded(boxes: NDArray[np.float32]) -> list[list[float]]:
    return [[round(value, 1) for value in row] for row in boxes.tolist()]


def _fingerprint(config: Config, steps: Sequence[Step]) -> str:
    """Over all that decides what is measured after these steps: their settings, all weights, and how it is done."""
    manifest = Manifest.of(config)
    weights = [manifest.row(name).sha256 for name in ("yolo_coco", "yolo_plate")]
    return _sha256((fingerprint_steps(Stage.ENHANCER, steps, config), weights, SIDE, _VERSION))


def _sha256(whole: object) -> str:
    return hashlib.sha256(repr(whole).encode()).hexdigest()
