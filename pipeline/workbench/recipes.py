"""The recipes one can choose, built in or saved by somebody, and the choice made ready."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.errors import BackendError, BackendUnavailable, BadRecipe, UnknownRecipe, WeightsError
from pipeline.flow import recipe as recipes
from pipeline.flow.recipe import BUILT_IN, Recipe, Step
from pipeline.flow.recipe import DEFAULT_RECIPE as DEFAULT_RECIPE
from pipeline.plate.types import Stage
from pipeline.registry import backends
from pipeline.store import Store

_NAME = re.compile(r"[\w][\w .-]{0,39}")


@dataclass(frozen=True, slots=True)
class RecipeChoice:
    """``name`` is stable, and a key of the words where it is built in; ``missing`` says why it cannot run, or None."""

    recipe: Recipe
    missing: str | None
    saved: bool = False

    @property
    def name(self) -> str:
        return self.recipe.name


def recipe_choices(config: Config, store: Store | None = None) -> tuple[RecipeChoice, ...]:
    """The default first, the saved ones last; without a ``store``, those saved in the installation's own."""
    built_in = (RecipeChoice(recipe, recipe.missing(config)) for recipe in BUILT_IN.values())
    saved = (RecipeChoice(recipe, _missing(recipe, config), saved=True) for recipe in saved_recipes(config, store))
    return (*built_in, *saved)


def _missing(recipe: Recipe, config: Config) -> str | None:
    """Of a saved recipe a backend may be gone altogether."""
    try:
        recipe.fingerprint(config)
        return recipe.missing(config)
    except (BackendError, WeightsError) as error:
        return str(error)


def saved_recipes(config: Config, store: Store | None = None) -> tuple[Recipe, ...]:
    """The oldest first; none where there is no store yet, and none is made."""
    if store is not None:
        return tuple(Recipe.model_validate({**recipe, "name": name}) for name, recipe in store.recipes.all().items())
    if not (config.home / "plateloop.db").is_file():
        return ()
    with closing(Store.open(config)) as opened:
        return saved_recipes(config, opened)


def find_recipe(config: Config, name: str, store: Store | None = None) -> Recipe:
    """A built-in recipe, else a saved one.

    Raises:
        UnknownRecipe: lists the names that exist.
    """
    saved = {} if name in BUILT_IN else {recipe.name: recipe for recipe in saved_recipes(config, store)}
    return recipes.find_recipe(name, saved)


def choose_recipe(config: Config, name: str, settings: Sequence[str] = (), store: Store | None = None) -> Recipe:
    """A recipe that can run, with ``stage.backend.setting=value`` applied.

    Raises:
        UnknownRecipe: there is no recipe of that name.
        BadSettings: a setting that the recipe does not have, or a value that is not allowed.
        BackendUnavailable: a step lacks something; the message says what and how to get it.
    """
    recipe = find_recipe(config, name, store)
    for assignment in settings:
        recipe = recipe.with_setting(assignment)
    if reason := recipe.missing(config):
        raise BackendUnavailable(reason)
    return recipe


def save_recipe(
    store: Store, name: str, chains: Sequence[Sequence[Step]], readers: Sequence[Step], detector: Step | None = None
) -> Recipe:
    """Keeps a recipe under a name that no other has; without a ``detector``, with that of the default recipe.

    Raises:
        BadRecipe: the name is taken or cannot be one, or there is no chain or no reader.
        UnknownBackend, BadSettings: a step names a backend or a value that does not exist.
        StoreError: the state folder cannot be written.
    """
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not _NAME.fullmatch(name):
        raise BadRecipe(f"{name!r} cannot name a recipe; take up to 40 letters, digits, spaces, dots and hyphens")
    if name in BUILT_IN or name in backends(Stage.ENHANCER):
        raise BadRecipe(f"'{name}' is a name of PlateLoop's own; choose another")
    if not readers or not all(chains) or not chains:
        raise BadRecipe(f"recipe '{name}' needs a reader and an enhancer ('unchanged' will do); choose them first")
    recipe = Recipe(
        name=name,
        detector=detector or BUILT_IN[DEFAULT_RECIPE].detector,
        chains=tuple(tuple(chain) for chain in chains),
        readers=tuple(readers),
    )
    for stage, step in recipe.steps():
        step.parse(stage)
    if not store.recipes.add(name, recipe.model_dump(mode="json", exclude={"name"})):
        raise BadRecipe(f"a recipe '{name}' is saved already; choose another name, or delete it first")
    return recipe


def delete_recipe(store: Store, name: str) -> None:
    """What the recipe made stays.

    Raises:
        UnknownRecipe: none of that name is saved.
    """
    if not store.recipes.delete(name):
        raise UnknownRecipe(f"no recipe '{name}' is saved; it may have been deleted already")
