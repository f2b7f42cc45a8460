"""Times our reader beside other people's on the same crops, and our detectors beside plain YOLOv8n, each in one run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel

from pipeline.analysis.metrics import exact
from pipeline.config import Config
from pipeline.flow.recipe import Recipe, Step
from pipeline.networks.yolo import YoloNetwork
from pipeline.plate.types import Frame, PlateCrop, Stage
from pipeline.pool import Pool
from pipeline.registry import find_backend
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.parts import SceneParts
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.synth.scenes import Scene, SceneStyle, View, draw_scene
from pipeline.weights import Manifest

WARM_UP = 3
_READERS = {
    "crnn": Step(name="crnn"),
    "easy_ocr": Step(name="easy_ocr"),
    "tesseract": Step(name="tesseract"),
    "EasyOCR english_g2": Step(name="easy_ocr", settings={"network": "english"}),
}
"""What is timed, ours first."""
_STYLE = PhotoStyle(tilted=0.0, hard=0.0, tight=1.0, blank=0.0)
_SEED = 60_001
_WIDTHS = (640, 1280, 1920, 3840)
_CARS = (0, 1, 6)


class ReaderTiming(BaseModel):
    """``ms`` is the median for one crop on one thread, ``ratio`` that over ours, ``exact`` of ``n`` crops were right.

    ``missing`` says why a reader could not be timed; it has no numbers then.
    """

    reader: str
    ms: float = 0.0
    ratio: float = 0.0
    exact: int = 0
    n: int = 0
    missing: str | None = None


class DetectionCost(BaseModel):
    """Median milliseconds to detect, for one picture; ``ratio`` is over plain YOLOv8n at 640 in the same run."""

    width: int
    height: int
    found: int
    detector: str
    ms: float
    ratio: float


def time_readers(config: Config, count: int = 60, progress: Callable[[], object] = lambda: None) -> list[ReaderTiming]:
    """Ours, Tesseract, and EasyOCR as it comes, one crop at a time, each held to one thread.

    Args:
        progress: called after each crop of each reader.
    """
    shapes = load_glyphs(config.shared_folder("glyphs"))
    photos = [photograph(shapes, (), _SEED, index, _STYLE) for index in range(count)]
    crops = [PlateCrop(photo.pixels, photo.quad) for photo in photos]
    timings: list[ReaderTiming] = []
    with TemporaryDirectory() as home, _one_thread():
        single = config.model_copy(update={"threads": 1, "home": Path(home)})  # EasyOCR makes folders there
        for name, step in _READERS.items():
            reads = _reads(step, single)
            if isinstance(reads, str):
                timings.append(ReaderTiming(reader=name, missing=reads))
                continue
            spent, right = [], 0
            for crop in crops[:WARM_UP]:
                reads(crop)
            for crop, photo in zip(crops, photos, strict=True):
                start = time.perf_counter()
                text = reads(crop)
                spent.append((time.perf_counter() - start) * 1000)
                right += exact(photo.text, text)
                progress()
            ms = median(spent)
            ours = timings[0].ms if timings else ms
            timings.append(ReaderTiming(reader=name, ms=round(ms, 2), ratio=round(ms / ours, 2), exact=right, n=count))
    return timings


def time_detection(
    pool: Pool, recipes: Sequence[Recipe], rounds: int = 10, progress: Callable[[], object] = lambda: None
) -> list[DetectionCost]:
    """Each recipe's detector against picture size and number of plates, beside YOLOv8n at 640, in turn."""
    plain = YoloNetwork(Manifest.of(pool.config).verified("yolo_plate"), pool.config.threads)
    costs: list[DetectionCost] = []
    for scene in (_scene(pool.config, cars, width) for width in _WIDTHS for cars in _CARS):
        frame = Frame(scene.pixels, "")
        ways: dict[str, Callable[[Frame], int]] = {
            "plain YOLOv8n at 640": lambda frame: len(plain.find([frame.pixels], 640, 0.25, 0.45)[0][1])
        }
        for recipe in recipes:
            if recipe.detector:
                ways[recipe.name] = _detector(pool, recipe)
        spent: dict[str, list[float]] = {name: [] for name in ways}
        found: dict[str, int] = {}
        for number in range(WARM_UP + rounds):
            for name, detect in ways.items():  # in turn, so that a machine that slows down slows all of them
                start = time.perf_counter()
                found[name] = detect(frame)
                if number >= WARM_UP:
                    spent[name].append((time.perf_counter() - start) * 1000)
            progress()
        least = median(spent["plain YOLOv8n at 640"])
        for name, its in spent.items():
            ms = median(its)
            costs.append(
                DetectionCost(
                    width=frame.width,
                    height=frame.height,
                    found=found[name],
                    detector=name,
                    ms=round(ms, 1),
                    ratio=round(ms / least, 2),
                )
            )
    return costs


def detection_rounds(rounds: int) -> int:
    """How often :func:`time_detection` reports progress."""
    return len(_WIDTHS) * len(_CARS) * (WARM_UP + rounds)


def _detector(pool: Pool, recipe: Recipe) -> Callable[[Frame], int]:
    step = recipe.detector
    assert step
    settings = step.parse(Stage.DETECTOR)

    def detect(frame: Frame) -> int:
        with pool.borrow(Stage.DETECTOR, step.name, settings) as backend:
            return len(backend.detect([frame])[0])

    return detect


def _scene(config: Config, cars: int, width: int) -> Scene:
    """A drawn scene with about so many cars."""
    style = SceneStyle(1280, 720, (View.DASHCAM,), ("long_7",), empty=0.0 if cars else 1.0, night=0.0, spoiled=False)
    shapes = load_glyphs(config.shared_folder("glyphs"))
    for index in range(200):
        scene = draw_scene(SceneParts(), shapes, _SEED, index, style)
        if abs(len(scene.plates) - cars) <= (cars > 1):
            break
    size = (width, width * 9 // 16)
    how = cv2.INTER_AREA if width < scene.pixels.shape[1] else cv2.INTER_LINEAR
    return Scene(np.asarray(cv2.resize(scene.pixels, size, interpolation=how), np.uint8), scene.plates, scene.view)


def _reads(step: Step, config: Config) -> Callable[[PlateCrop], str] | str:
    backend, settings = find_backend(Stage.READER, step.name), step.parse(Stage.READER)
    if reason := backend.missing(config, settings):
        return reason
    reader = backend.build(settings, config)
    return lambda crop: str(reader.read([crop])[0].text)


@contextmanager
def _one_thread() -> Any:
    """OpenCV, torch and Tesseract on one thread each; as they were afterwards."""
    import torch

    before, threads, limit = cv2.getNumThreads(), torch.get_num_threads(), os.environ.get("OMP_THREAD_LIMIT")
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        yield
    finally:
        cv2.setNumThreads(before)
        torch.set_num_threads(threads)
        if limit is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = limit
