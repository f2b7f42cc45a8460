"""The recipes one can choose, and the choice made ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.errors import BackendUnavailable
from pipeline.flow.recipe import BUILT_IN, Recipe, find_recipe
from pipeline.flow.recipe import DEFAULT_RECIPE as DEFAULT_RECIPE


@dataclass(frozen=True, slots=True)
class RecipeChoice:
    """``name`` is stable and a key of the words; ``missing`` says why it cannot run, or is None."""

    recipe: Recipe
    missing: str | None

    @property
    def name(self) -> str:
        return self.recipe.name


def recipe_choices(config: Config) -> tuple[RecipeChoice, ...]:
    """The default first."""
    return tuple(RecipeChoice(recipe, recipe.missing(config)) for recipe in BUILT_IN.values())


def choose_recipe(config: Config, name: str, settings: Sequence[str] = ()) -> Recipe:
    """A recipe that can run, with ``stage.backend.setting=value`` applied.

    Raises:
        UnknownRecipe: there is no recipe of that name.
        BadSettings: a setting that the recipe does not have, or a value that is not allowed.
        BackendUnavailable: a step lacks something; the message says what and how to get it.
    """
    recipe = find_recipe(name)
    for assignment in settings:
        recipe = recipe.with_setting(assignment)
    if reason := recipe.missing(config):
        raise BackendUnavailable(reason)
    return recipe
