"""``python -m pipeline bench``: what each stage costs, and how that compares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import BaseModel
from tqdm import tqdm

from pipeline.cli.options import Settings, recipe_from
from pipeline.cli.table import table
from pipeline.config import Config, load_config
from pipeline.flow.recipe import Recipe
from pipeline.pool import Pool
from pipeline.workbench.bench import open_pool
from pipeline.workbench.full_store import fill_store
from pipeline.workbench.grid_speed import GridTiming, measure_grid
from pipeline.workbench.page_speed import time_pages
from pipeline.workbench.recipes import recipe_choices
from pipeline.workbench.rivals import (
    DetectionCost,
    ReaderTiming,
    detection_rounds,
    time_detection,
    time_readers,
)
from pipeline.workbench.speed import WARM_UP, Timing, measure

_READERS = 3


app = typer.Typer(help="What each stage and each page costs on this machine.", invoke_without_command=True)


@app.callback()
def bench(
    context: typer.Context,
    recipe: Annotated[str | None, typer.Option(help="Measure this recipe only.")] = None,
    set_: Settings = None,
    rounds: Annotated[int, typer.Option(min=1, help="Pictures of each kind.")] = 30,
    rivals: Annotated[
        bool, typer.Option(help="Also time other readers, and the detectors against picture size and plates.")
    ] = True,
    grid: Annotated[
        bool, typer.Option(help="Also time one plate with every enhancer and reader, as the page Compare does.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Measure every stage, warm: medians in milliseconds; then our readers and detectors beside others, as ratios."""
    if context.invoked_subcommand:
        return
    config = load_config()
    names = [recipe] if recipe else [choice.name for choice in recipe_choices(config) if not choice.saved]
    chosen = [recipe_from(config, name, set_) for name in names]
    grids = [measure_grid(config)] if grid else []  # before anything is loaded
    pool = open_pool(config)
    timings = _stages(pool, chosen, rounds)
    readers, costs = _rivals(config, pool, chosen, rounds) if rivals else ([], [])
    if as_json:
        print(
            json.dumps(
                {
                    "stages": _plain(timings),
                    "readers": _plain(readers),
                    "detection": _plain(costs),
                    "grid": _plain(grids),
                }
            )
        )
        return
    print("\n".join(_stage_lines(timings, rounds, config.threads)))
    if rivals:
        print("\n" + "\n".join(_reader_lines(readers)))
        print("\n" + "\n".join(_detection_lines(costs, config.threads)))
    for timing in grids:
        print("\n" + "\n".join(_grid_lines(timing)))


@app.command("pages")
def pages(
    count: Annotated[int, typer.Option(min=1, help="Stored plates to fill a state folder with.")] = 10_000,
    keep: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="State folder to fill, and to measure over as it is once it is filled."),
    ] = None,
) -> None:
    """Seconds that every page takes to answer over a state folder full of drawn plates; thrown away unless kept."""
    with TemporaryDirectory() as temporary:
        config = load_config().model_copy(update={"home": keep or Path(temporary) / "home"})
        if not config.home.is_dir():
            with tqdm(total=count, unit="plate", disable=None, leave=False) as bar:
                fill_store(config, count, bar.update)
        with tqdm(unit="page", disable=None, leave=False) as bar:
            timings = time_pages(config, bar.update)
    rows = [(t.page, f"{t.first:.2f}", f"{t.again:.2f}", f"{t.work:.2f}") for t in timings]
    print("\n".join(table(("page", "first", "again", "of it work"), rows)))
    print("seconds until the page has answered: opened first, opened again, and how much of that the processor worked")
    for timing in timings:
        if timing.trouble:
            print(f"{timing.page}: {timing.trouble}")


def _stages(pool: Pool, recipes: Sequence[Recipe], rounds: int) -> list[Timing]:
    with tqdm(total=len(recipes) * 2 * (WARM_UP + rounds), unit="picture", disable=None, leave=False) as bar:
        return [timing for recipe in recipes for timing in measure(pool, recipe, rounds, bar.update)]


def _rivals(
    config: Config, pool: Pool, recipes: Sequence[Recipe], rounds: int
) -> tuple[list[ReaderTiming], list[DetectionCost]]:
    with tqdm(total=_READERS * rounds, unit="crop", disable=None, leave=False) as bar:
        readers = time_readers(config, rounds, bar.update)
    few = max(1, rounds // 3)
    with tqdm(total=detection_rounds(few), unit="picture", disable=None, leave=False) as bar:
        return readers, time_detection(pool, recipes, few, bar.update)


def _plain(rows: Sequence[BaseModel]) -> list[dict[str, object]]:
    return [row.model_dump() for row in rows]


def _stage_lines(timings: Sequence[Timing], rounds: int, threads: int) -> Iterator[str]:
    stages = list(dict.fromkeys(stage for timing in timings for stage in timing.stages))
    yield from table(("recipe", "picture", "plates", *stages, "whole"), [_row(t, stages) for t in timings])
    yield f"medians of {rounds} in ms; {threads} threads"


def _row(timing: Timing, stages: list[str]) -> tuple[str, ...]:
    spent = (f"{timing.stages[stage]:.1f}" if stage in timing.stages else "-" for stage in stages)
    size = f"{timing.picture} {timing.width}×{timing.height}"
    return (timing.recipe, size, str(timing.plates), *spent, f"{timing.whole:.1f}")


def _reader_lines(readers: Sequence[ReaderTiming]) -> Iterator[str]:
    rows = [
        (reader.reader, "-", "-", "-")
        if reader.missing
        else (reader.reader, f"{reader.ms:.2f}", f"{reader.ratio:.1f}", f"{reader.exact} of {reader.n}")
        for reader in readers
    ]
    yield from table(("reader", "ms a crop", "times ours", "exact"), rows)
    yield "medians, one crop at a time, on one thread; the crops are drawn, clear and upright"
    yield from (f"{reader.reader}: {reader.missing}" for reader in readers if reader.missing)


def _detection_lines(costs: Sequence[DetectionCost], threads: int) -> Iterator[str]:
    rows = [
        (f"{cost.width}×{cost.height}", str(cost.found), cost.detector, f"{cost.ms:.1f}", f"{cost.ratio:.2f}")
        for cost in costs
    ]
    yield from table(("picture", "found", "detector", "ms", "times plain"), rows, numbers_from=3)
    yield f"medians, in turn; {threads} threads"


def _grid_lines(timing: GridTiming) -> Iterator[str]:
    head = ("grid", "failed", "first cell", "whole", "again")
    seconds = (f"{value:.2f}" for value in (timing.first, timing.whole, timing.again))
    yield from table(head, [(f"{timing.chains} × {timing.readers}", str(timing.failed), *seconds)])
    yield "seconds for one plate with every enhancer and reader, no model loaded before, and opened again"
    yield from (f"left out: {name}: {reason}" for name, reason in timing.left_out.items())
