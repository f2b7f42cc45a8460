"""What plates can be compared in: single enhancers, chains of them, saved chains, and readers."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import BackendError, BadSettings, WeightsError
from pipeline.flow.recipe import Step, fingerprint_steps
from pipeline.plate.types import Stage
from pipeline.registry import Backend, backends, find_backend
from pipeline.registry import BackendSettings as BackendSettings
from pipeline.weights import Manifest
from pipeline.workbench.bench import Config, Workbench
from pipeline.workbench.recipes import saved_recipes

UNCHANGED = "unchanged"
"""The enhancer that all others are compared with."""
Settings = Mapping[tuple[Stage, str], Mapping[str, object]]
"""What differs from the defaults, by stage and backend."""


@dataclass(frozen=True, slots=True)
class Way:
    """A chain of enhancers, or a reader.

    ``key`` names it in addresses: a backend, several joined by ``+``, or a saved recipe, with ``#2`` for its second
    chain. ``title`` is in English. ``missing`` says why it cannot run, or is None; only then is there a fingerprint.
    A ``remote`` one sends pictures to another machine.
    """

    key: str
    stage: Stage
    steps: tuple[Step, ...]
    title: str
    fingerprint: str = ""
    missing: str | None = None
    saved: bool = False
    remote: bool = False


def parse_settings(assignments: Sequence[str]) -> Settings:
    """``enhancer.contrast.limit=4`` and the like, as an address and the command line hold them.

    Raises:
        BadSettings: names the first that cannot be used.
    """
    settings: dict[tuple[Stage, str], dict[str, object]] = {}
    for assignment in assignments:
        path, equals, value = assignment.partition("=")
        stage, name, setting, *more = (*path.split("."), "", "")
        if not (equals and setting and stage in set(Stage)) or any(more):
            raise BadSettings(f"{assignment!r} is no setting; write it as reader.crnn.setting=value")
        settings.setdefault((Stage(stage), name), {})[setting] = value
    for (its_stage, name), values in settings.items():
        find_backend(its_stage, name).parse_settings(dict(values))
    return settings


def spelled(settings: Settings) -> tuple[str, ...]:
    """As :func:`parse_settings` takes them."""
    return tuple(
        f"{stage}.{name}.{setting}={value}"
        for (stage, name), values in settings.items()
        for setting, value in values.items()
    )


def assignments(stage: Stage, name: str, chosen: BackendSettings) -> tuple[str, ...]:
    """Those of a backend's settings that differ from their defaults, as :func:`parse_settings` takes them."""
    defaults = find_backend(stage, name).settings().model_dump(mode="json")
    values = chosen.model_dump(mode="json")
    return spelled({(stage, name): {key: value for key, value in values.items() if value != defaults[key]}})


def chains(bench: Workbench, settings: Settings, more: Sequence[str] = ()) -> tuple[Way, ...]:
    """Every enhancer by itself, ``unchanged`` first, then the saved chains, then those of ``more`` that are others.

    Args:
        more: keys of chains put together ad hoc, such as ``zero_dce+grayscale``; what is no chain is left out.
    """
    singles = sorted(backends(Stage.ENHANCER), key=lambda name: name != UNCHANGED)
    ways = {name: _way(bench.config, Stage.ENHANCER, name, [name], settings) for name in singles}
    for recipe in saved_recipes(bench.config, bench.store):
        for number, steps in enumerate(recipe.chains, start=1):
            key = recipe.name if number == 1 else f"{recipe.name}#{number}"
            title = key if len(recipe.chains) == 1 else f"{recipe.name} · {_title(steps)}"
            ways.setdefault(key, _ready(bench.config, Way(key, Stage.ENHANCER, steps, title, saved=True)))
    for key in more:
        names = key.split("+")
        if key not in ways and set(names) <= set(singles):
            ways[key] = _way(bench.config, Stage.ENHANCER, key, names, settings)
    return tuple(ways.values())


def readers(bench: Workbench, settings: Settings) -> tuple[Way, ...]:
    """Every reader, those that send nothing away first."""
    made = [
        replace(_way(bench.config, Stage.READER, name, [name], settings), remote=_is_remote(backend))
        for name, backend in backends(Stage.READER).items()
    ]
    return tuple(sorted(made, key=lambda way: way.remote))


def enhancers() -> frozenset[str]:
    """The names of all enhancers; a chain is several of them joined by ``+``."""
    return frozenset(backends(Stage.ENHANCER))


def backend_title(stage: Stage, name: str) -> str:
    """In English."""
    return find_backend(stage, name).title


def settings_model(stage: Stage, name: str) -> type[BackendSettings]:
    """The pydantic model of a backend's settings."""
    return find_backend(stage, name).settings


def guess_cost(way: Way, config: Config) -> float:
    """Milliseconds that a plate may take with what was never measured here: only good enough to bring into an order."""
    return sum(_guess(find_backend(way.stage, step.name), config) for step in way.steps)


def import_cost(way: Way) -> float:
    """Milliseconds that packages which are not loaded yet may take before anything is worked; a guess, too."""
    backends = {find_backend(way.stage, step.name) for step in way.steps}
    return sum(500.0 for backend in backends for package in backend.packages if package not in sys.modules)


def _guess(backend: Backend, config: Config) -> float:
    if _is_remote(backend):
        return 2000.0
    manifest = Manifest.of(config) if backend.weights else None
    files = [manifest.path(name) for name in backend.weights] if manifest else []
    size = sum(file.stat().st_size for file in files)
    return 1.0 + 100.0 * len(backend.programs) + 20.0 * size / 2**20


def _is_remote(backend: Backend) -> bool:
    """A reader without weights and program can only ask somebody else."""
    return backend.stage is Stage.READER and not (backend.weights or backend.programs)


def _way(config: Config, stage: Stage, key: str, names: Sequence[str], settings: Settings) -> Way:
    steps = tuple(Step(name=name, settings=dict(settings.get((stage, name), {}))) for name in names)
    return _ready(config, Way(key, stage, steps, " + ".join(find_backend(stage, name).title for name in names)))


def _ready(config: Config, way: Way) -> Way:
    """With its fingerprint, or with what it lacks."""
    try:
        lacks = (find_backend(way.stage, step.name).missing(config, step.parse(way.stage)) for step in way.steps)
        missing = next(filter(None, lacks), None)
        fingerprint = "" if missing else fingerprint_steps(way.stage, way.steps, config)
    except (BackendError, WeightsError) as error:
        missing, fingerprint = str(error), ""
    return replace(way, fingerprint=fingerprint, missing=missing)


def _title(steps: Sequence[Step]) -> str:
    known = backends(Stage.ENHANCER)
    return " + ".join(known[step.name].title if step.name in known else step.name for step in steps)
