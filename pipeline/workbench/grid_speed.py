"""Measures a comparison as the page Compare runs it: one plate with everything there is, cold, and opened again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from pydantic import BaseModel

from pipeline.config import Config
from pipeline.flow.inspect_image import MARGIN
from pipeline.media.draw import encode_png
from pipeline.media.rectify import rectify
from pipeline.plate.types import Frame
from pipeline.synth.scenes import draw_example_scene
from pipeline.workbench.bench import Workbench, open_pool
from pipeline.workbench.compare import Comparison, compute, known
from pipeline.workbench.plates import Taken, find_plates, take_pictures
from pipeline.workbench.ways import chains, readers


class GridTiming(BaseModel):
    """Seconds until the ``first`` cell and until the ``whole`` grid, no model loaded before, and to open it ``again``.

    ``left_out`` says of each enhancer and reader that cannot run here, or would send the plate away, why.
    """

    chains: int
    readers: int
    failed: int
    first: float
    whole: float
    again: float
    left_out: dict[str, str]


def measure_grid(config: Config) -> GridTiming:
    """One drawn plate with every enhancer and every reader of this machine, in a state folder that is thrown away.

    Raises:
        TrainingError: there is no Korean font to draw the plate with.
        BackendUnavailable: the default recipe, with which the plate is read beforehand, lacks something.
    """
    scene = draw_example_scene(1)
    crop = rectify(Frame(scene.pixels, ""), scene.plates[0].quad, margin=MARGIN)
    with (
        TemporaryDirectory() as home,
        closing(Workbench.open(config.model_copy(update={"home": Path(home)}))) as bench,
    ):
        taken = take_pictures(bench, [("plate.png", encode_png(crop.pixels))])
        plates = find_plates(bench, [number for item in taken if isinstance(item, Taken) for number in item.plates])
        everything = chains(bench, {}), readers(bench, {})
        left_out = {
            way.key: way.missing or "it asks another machine"
            for ways in everything
            for way in ways
            if way.missing or way.remote
        }
        usable = [tuple(way for way in ways if way.key not in left_out) for ways in everything]
        wanted = Comparison(plates[:1], *usable)
        return _measure(replace(bench, pool=open_pool(config)), wanted, left_out)


def _measure(bench: Workbench, wanted: Comparison, left_out: dict[str, str]) -> GridTiming:
    start = perf_counter()
    grid, first = known(bench, wanted), 0.0
    for _ in compute(bench, grid):
        first = first or perf_counter() - start
    whole = perf_counter() - start
    start = perf_counter()
    failed = known(bench, wanted).failed
    again = perf_counter() - start
    return GridTiming(
        chains=len(wanted.chains),
        readers=len(wanted.readers),
        failed=failed,
        first=round(first, 3),
        whole=round(whole, 3),
        again=round(again, 3),
        left_out=left_out,
    )
