"""Options that several commands share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

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
Assignments = Annotated[list[str] | None, typer.Option("--set", help="Any other setting, as NAME=VALUE.")]
Model = TypeVar("Model", bound=BaseModel)


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


def assigned(model: type[Model], given: Mapping[str, Any], assignments: Sequence[str] | None) -> Model:
    """Settings as ``given``, over them what NAME=VALUE pairs say.

    Raises:
        typer.BadParameter: there is no such setting, or it does not take that value.
    """
    try:
        return model.model_validate({**given, **dict(map(_pair, assignments or ()))})
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{first['loc'][0]}={first['input']!r}: {first['msg']}") from error


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE; for example: --set batch=64")
    return name, value
