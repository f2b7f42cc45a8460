"""``python -m pipeline bench``: milliseconds per stage."""

from __future__ import annotations

from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.cli.options import Settings, recipe_from
from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench.bench import open_pool
from pipeline.workbench.recipes import recipe_choices
from pipeline.workbench.speed import WARM_UP, Timing, measure


def bench(
    recipe: Annotated[str | None, typer.Option(help="Measure this recipe only.")] = None,
    set_: Settings = None,
    rounds: Annotated[int, typer.Option(min=1, help="Pictures of each kind.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Measure every stage, warm: medians in milliseconds for one plate and for a 1280×720 scene."""
    config = load_config()
    names = [recipe] if recipe else [choice.name for choice in recipe_choices(config)]
    chosen = [recipe_from(config, name, set_) for name in names]
    pool = open_pool(config)
    with tqdm(total=len(chosen) * 2 * (WARM_UP + rounds), unit="picture", disable=None, leave=False) as bar:
        timings = [timing for recipe in chosen for timing in measure(pool, recipe, rounds, bar.update)]
    if as_json:
        print(f"[{', '.join(timing.model_dump_json() for timing in timings)}]")
        return
    stages = list(dict.fromkeys(stage for timing in timings for stage in timing.stages))
    print("\n".join(table(("recipe", "picture", "plates", *stages, "whole"), [_row(t, stages) for t in timings])))
    print(f"medians of {rounds} in ms; {config.threads} threads")


def _row(timing: Timing, stages: list[str]) -> tuple[str, ...]:
    spent = (f"{timing.stages[stage]:.1f}" if stage in timing.stages else "-" for stage in stages)
    size = f"{timing.picture} {timing.width}×{timing.height}"
    return (timing.recipe, size, str(timing.plates), *spent, f"{timing.whole:.1f}")
