"""``python -m pipeline recipes`` and ``backends``: what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.flow.recipe import Step
from pipeline.plate.types import Stage
from pipeline.workbench.recipes import recipe_choices
from pipeline.workbench.system import backend_states


def recipes() -> None:
    """List the recipes, the default first, the saved ones last."""
    rows = [
        (choice.name, ", ".join(_step(stage, step) for stage, step in choice.recipe.steps()), choice.missing or "ready")
        for choice in recipe_choices(load_config())
    ]
    _print(("recipe", "steps", "state"), rows)


def backends() -> None:
    """List the detectors, enhancers and readers, and what each lacks."""
    rows = [
        (str(state.stage), state.name, state.title, state.missing or "ready") for state in backend_states(load_config())
    ]
    _print(("stage", "name", "title", "state"), rows)


def _step(stage: Stage, step: Step) -> str:
    settings = " ".join(f"{name}={value}" for name, value in step.settings.items())
    return f"{stage} {step.name} {settings}".rstrip()


def _print(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("\n".join(table(head, rows, numbers_from=len(head))))
