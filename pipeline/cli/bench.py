"""``python -m pipeline bench``: what each stage costs, and how that compares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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


def bench(
    recipe: Annotated[str | None, typer.Option(help="Measure this recipe only.")] = None,
    set_: Settings = None,
    rounds: Annotated[int, typer.Option(min=1, help="Pictures of each kind.")] = 30,
    rivals: Annotated[
        bool, typer.Option(help="Also time other readers, and the detectors against picture size and plates.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Measure every stage, warm: medians in milliseconds; then our readers and detectors beside others, as ratios."""
    config = load_config()
    names = [recipe] if recipe else [choice.name for choice in recipe_choices(config)]
    chosen = [recipe_from(config, name, set_) for name in names]
    pool = open_pool(config)
    timings = _stages(pool, chosen, rounds)
    readers, costs = _rivals(config, pool, chosen, rounds) if rivals else ([], [])
    if as_json:
        print(json.dumps({"stages": _plain(timings), "readers": _plain(readers), "detection": _plain(costs)}))
        return
    print("\n".join(_stage_lines(timings, rounds, config.threads)))
    if rivals:
        print("\n" + "\n".join(_reader_lines(readers)))
        print("\n" + "\n".join(_detection_lines(costs, config.threads)))


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
