"""Measures how long each stage takes, warm, on pictures of our own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from pydantic import BaseModel

from pipeline.errors import BackendError
from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe
from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.media.rectify import rectify
from pipeline.plate.types import Frame, Pixels
from pipeline.pool import Pool
from pipeline.store import Store
from pipeline.synth.scenes import draw_example_scene

WARM_UP = 3


class Timing(BaseModel):
    """Median milliseconds by stage; ``whole`` is the median from the file's bytes to the stored verdict."""

    recipe: str
    picture: str
    width: int
    height: int
    plates: int
    stages: dict[str, float]
    whole: float


def measure(
    pool: Pool, recipe: Recipe, rounds: int = 30, progress: Callable[[], object] = lambda: None
) -> list[Timing]:
    """One plate by itself and a scene end to end, one picture at a time, stored in a folder that is thrown away.

    Args:
        progress: called after each of the ``2 * (rounds + WARM_UP)`` rounds.

    Raises:
        TrainingError: there is no Korean font to draw the scene with.
        BackendError: a backend failed.
    """
    scene = draw_example_scene(1)
    plate = rectify(Frame(scene.pixels, ""), scene.plates[0].quad)
    with (
        TemporaryDirectory() as home,
        closing(Store.open(pool.config.model_copy(update={"home": Path(home)}))) as store,
    ):
        return [
            _measure(name, pixels, pool, chosen, store, rounds, progress)
            for name, pixels, chosen in (("plate", plate.pixels, recipe.for_crops()), ("scene", scene.pixels, recipe))
        ]


def _measure(
    name: str, pixels: Pixels, pool: Pool, recipe: Recipe, store: Store, rounds: int, progress: Callable[[], object]
) -> Timing:
    picture = encode_jpeg(pixels)
    fingerprint = recipe.fingerprint(pool.config)
    stages: defaultdict[str, list[float]] = defaultdict(list)
    wholes: list[float] = []
    plates = 0
    for number in range(WARM_UP + rounds):
        data = picture + number.to_bytes(4)  # decoders stop before it, but to the store each picture is new
        start = perf_counter()
        frame = decode(data, name, max_pixels=pool.config.max_pixels)
        decoded = perf_counter()
        result = inspect_frames([frame], recipe, pool)[0]
        inspected = perf_counter()
        store.uploads.add(name, data, frame, "bench")
        store.results.save(result, recipe.name, fingerprint)
        stored = perf_counter()
        progress()
        for failure in result.all_failures:
            raise BackendError(f"{failure.stage} '{failure.backend}' failed: {failure.reason}")
        plates = len(result.inspections)
        if number >= WARM_UP:
            spent = {"decode": (decoded - start) * 1000, **result.elapsed_ms, "store": (stored - inspected) * 1000}
            for stage, ms in spent.items():
                stages[stage].append(ms)
            wholes.append((stored - start) * 1000)
    return Timing(
        recipe=recipe.name,
        picture=name,
        width=frame.width,
        height=frame.height,
        plates=plates,
        stages={stage: round(median(spent), 2) for stage, spent in stages.items()},
        whole=round(median(wholes), 2),
    )
