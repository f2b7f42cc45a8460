"""Options that several commands share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from pipeline.config import Config
from pipeline.errors import BadSettings, UnknownRecipe
from pipeline.flow.recipe import Recipe
from pipeline.workbench.recipes import DEFAULT_RECIPE as DEFAULT_RECIPE
from pipeline.workbench.recipes import choose_recipe

RecipeName = Annotated[str, typer.Option("--recipe", help="One of those that the command `recipes` lists.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="STAGE.BACKEND.SETTING=VALUE", help="Change a setting, as reader.crnn.beam=4."),
]


def recipe_from(config: Config, name: str, settings: Sequence[str] | None) -> Recipe:
    """
    Raises:
        typer.BadParameter: there is no such recipe, setting or value.
        BackendUnavailable: a step of it lacks something.
    """
    try:
        return choose_recipe(config, name, settings or ())
    except (UnknownRecipe, BadSettings) as error:
        raise typer.BadParameter(str(error)) from error
