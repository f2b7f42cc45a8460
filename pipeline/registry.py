"""Finds the backends: each is one file in ``pipeline/detectors``, ``enhancers`` or ``readers``.

Listing them imports those files but builds nothing, so no heavy package is loaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.config import Config
from pipeline.errors import BackendUnavailable, BadSettings, UnknownBackend, WeightsError
from pipeline.plate.types import Stage
from pipeline.weights import Manifest


class BackendSettings(BaseModel):
    """Base of every backend's settings: flat, frozen, nothing unknown let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Backend:
    """One entry of the table of backends."""

    stage: Stage
    name: str
    title: str
    factory: Callable[[Any, Config], Any]
    settings: type[BackendSettings]
    programs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()

    def missing(self, config: Config, settings: BackendSettings | None = None) -> str | None:
        """What keeps it from running and how to get it, or None when it is usable.

        A class with ``lacks(settings, config)`` is asked what these settings, else its defaults, need besides.
        """
        for program in self.programs:
            if shutil.which(program) is None:
                return f"the program '{program}' is not on the PATH; install it"
        for package in self.packages:
            if importlib.util.find_spec(package) is None:
                return f"the Python package '{package}' is not installed; run: make setup"
        for name in self.weights:
            try:
                Manifest.of(config).verified(name)
            except WeightsError as error:
                return str(error)
        lacks: Callable[[BackendSettings, Config], str | None] | None = getattr(self.factory, "lacks", None)
        return lacks(settings or self.settings(), config) if lacks else None

    def parse_settings(self, values: dict[str, Any]) -> BackendSettings:
        """
        Raises:
            BadSettings: names the first value that is not allowed.
        """
        try:
            return self.settings.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadSettings(
                f"{self.stage} '{self.name}': setting {where}={first.get('input')!r} cannot be used: {first['msg']}"
            ) from error

    def build(self, settings: BackendSettings, config: Config) -> Any:
        """A ready backend.

        Raises:
            BackendUnavailable: with the sentence of :meth:`missing`.
        """
        if reason := self.missing(config, settings):
            raise BackendUnavailable(f"{self.stage} '{self.name}' cannot run: {reason}")
        return self.factory(settings, config)


_backends: dict[tuple[Stage, str], Backend] = {}
Factory = TypeVar("Factory", bound=type)


def register(
    stage: Stage,
    name: str,
    *,
    title: str,
    programs: tuple[str, ...] = (),
    packages: tuple[str, ...] = (),
    weights: tuple[str, ...] = (),
) -> Callable[[Factory], Factory]:
    """Class decorator. The class has ``Settings`` and takes ``(settings, config)``."""

    def add(factory: Factory) -> Factory:
        known = _backends.get((stage, name))
        if known and known.factory.__module__ != factory.__module__:
            raise ValueError(f"{stage} '{name}' is registered twice: {known.factory.__module__}, {factory.__module__}")
        _backends[stage, name] = Backend(stage, name, title, factory, factory.Settings, programs, packages, weights)  # type: ignore[attr-defined]
        return factory

    return add


@cache
def _import_backends(stage: Stage) -> None:
    folder = importlib.import_module(f"pipeline.{stage}s")
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")


def backends(stage: Stage) -> dict[str, Backend]:
    """Every backend of a stage by name, in alphabetical order."""
    _import_backends(stage)
    return {name: _backends[s, name] for s, name in sorted(_backends) if s == stage}


def find_backend(stage: Stage, name: str) -> Backend:
    """
    Raises:
        UnknownBackend: lists the names that exist.
    """
    known = backends(stage)
    if name not in known:
        raise UnknownBackend(f"there is no {stage} '{name}'; there are: {', '.join(known) or 'none'}")
    return known[name]
