"""What the first plate needs, made ready before anybody waits for it."""

from __future__ import annotations

from pipeline.flow.attempt import prepare
from pipeline.flow.recipe import find_recipe
from pipeline.plate.types import Stage
from pipeline.workbench import ways
from pipeline.workbench.bench import Workbench

_RECIPE = "fast"  # its reader is in every recipe of ours


def warm_up(bench: Workbench) -> None:
    """Finds the backends and opens our reader's network, in about a second; what cannot be opened is left out."""
    ways.chains(bench, {})
    ways.readers(bench, {})
    prepare(Stage.READER, find_recipe(_RECIPE).readers, bench.pool)
