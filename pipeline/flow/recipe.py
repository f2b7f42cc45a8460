"""What to run on a picture: a detector, chains of enhancers, readers, and the settings of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from pipeline.config import Config
from pipeline.ensemble.strength import load_strengths, strengths_sha256
from pipeline.errors import BadSettings, UnknownRecipe, WeightsError
from pipeline.plate.types import ModelUse, Stage
from pipeline.registry import BackendSettings, find_backend
from pipeline.weights import Manifest

# Raised whenever the same recipe would give another result although no setting and no weights changed.
FLOW_VERSION = 5


class Step(BaseModel):
    """One backend and those of its settings that differ from their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    settings: dict[str, Any] = Field(default_factory=dict)

    def parse(self, stage: Stage) -> BackendSettings:
        """All settings, defaults filled in.

        Raises:
            UnknownBackend, BadSettings: from the registry.
        """
        return find_backend(stage, self.name).parse_settings(self.settings)


class Recipe(BaseModel):
    """Every reader reads what every chain of enhancers makes of a crop.

    Without a detector each picture is taken for a plate as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    detector: Step | None
    chains: tuple[tuple[Step, ...], ...] = ((Step(name="unchanged"),),)
    readers: tuple[Step, ...]

    def steps(self) -> Iterator[tuple[Stage, Step]]:
        """Every step, in the order in which a plate meets them."""
        if self.detector:
            yield Stage.DETECTOR, self.detector
        for chain in self.chains:
            for step in chain:
                yield Stage.ENHANCER, step
        for step in self.readers:
            yield Stage.READER, step

    @property
    def votes(self) -> bool:
        """Whether a plate gets several readings, which what was measured of the readers then weighs."""
        return len(self.chains) * len(self.readers) > 1

    def missing(self, config: Config) -> str | None:
        """What keeps the first unusable step from running, or None."""
        for stage, step in self.steps():
            if reason := find_backend(stage, step.name).missing(config, step.parse(stage)):
                return f"{stage} '{step.name}' cannot run: {reason}"
        try:
            if self.votes:
                load_strengths(config.weights)
        except WeightsError as error:
            return f"what was measured of the readers cannot be used: {error}"
        return None

    def for_crops(self) -> Recipe:
        """The same recipe for pictures that are plates already."""
        return self.model_copy(update={"name": f"{self.name} (crops)", "detector": None})

    def fingerprint(self, config: Config) -> str:
        """Hex sha256 over all that decides the result: full settings, weights and the flow's version, not the name.

        Raises:
            UnknownBackend, BadSettings: a step names a backend or a value that does not exist.
            MissingWeights: the manifest, or a row that a step needs, is missing.
        """
        whole = {
            "flow": FLOW_VERSION,
            "detector": _describe(Stage.DETECTOR, self.detector, config) if self.detector else None,
            "chains": [[_describe(Stage.ENHANCER, step, config) for step in chain] for chain in self.chains],
            "readers": [_describe(Stage.READER, step, config) for step in self.readers],
            "strengths": strengths_sha256(config.weights) if self.votes else None,
        }
        return _sha256(whole)

    def models(self, config: Config) -> tuple[ModelUse, ...]:
        """The weights that work in it now, each once, in the order of the steps.

        Raises:
            UnknownBackend: a step names a backend that does not exist.
            MissingWeights: the manifest, or a row that a step needs, is missing.
        """
        names = dict.fromkeys(name for stage, step in self.steps() for name in find_backend(stage, step.name).weights)
        manifest = Manifest.of(config) if names else None
        return tuple(ModelUse(n, manifest.version(n), manifest.row(n).sha256) for n in names) if manifest else ()

    def with_setting(self, assignment: str) -> Recipe:
        """The recipe with ``stage.backend.setting=value`` applied wherever that backend stands.

        Raises:
            BadSettings: not of that shape, no such step in the recipe, or a value that is not allowed.
        """
        path, equals, value = (part.strip() for part in assignment.partition("="))
        target, _, setting = path.rpartition(".")
        if not (target and setting and equals):
            raise BadSettings(f"{assignment!r} is no setting; write it as reader.crnn.setting=value")
        known = dict.fromkeys(f"{stage}.{step.name}" for stage, step in self.steps())
        if target not in known:
            raise BadSettings(f"{assignment!r}: recipe '{self.name}' has no {target}; it has: {', '.join(known)}")

        def change(stage: Stage, step: Step) -> Step:
            if f"{stage}.{step.name}" != target:
                return step
            changed = Step(name=step.name, settings={**step.settings, setting: value})
            changed.parse(stage)  # refuses what is not allowed
            return changed

        return Recipe(
            name=f"{self.name}, {path}={value}",
            detector=self.detector and change(Stage.DETECTOR, self.detector),
            chains=tuple(tuple(change(Stage.ENHANCER, step) for step in chain) for chain in self.chains),
            readers=tuple(change(Stage.READER, step) for step in self.readers),
        )


def fingerprint_steps(stage: Stage, steps: Sequence[Step], config: Config) -> str:
    """Hex sha256 over all that decides what these steps make of a crop, one after the other.

    Raises:
        UnknownBackend, BadSettings, MissingWeights: as :meth:`Recipe.fingerprint`.
    """
    return _sha256({"flow": FLOW_VERSION, str(stage): [_describe(stage, step, config) for step in steps]})


def _sha256(whole: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _describe(stage: Stage, step: Step, config: Config) -> dict[str, Any]:
    weights = find_backend(stage, step.name).weights
    manifest = Manifest.of(config) if weights else None
    return {
        "name": step.name,
        "settings": step.parse(stage).model_dump(mode="json"),
        "weights": [manifest.row(name).sha256 for name in weights] if manifest else [],
    }


BUILT_IN = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="thorough",
            detector=Step(name="yolo_corners"),
            readers=(Step(name="crnn", settings={"framings": 3}),),
        ),
        Recipe(
            name="fast",
            detector=Step(name="yolo_corners", settings={"size": 640}),
            readers=(Step(name="crnn"),),
        ),
        Recipe(
            name="ensemble",
            detector=Step(name="yolo_corners"),
            chains=((Step(name="unchanged"),), (Step(name="deblur"),)),
            readers=(Step(name="crnn", settings={"framings": 3}), Step(name="char_yolo"), Step(name="easy_ocr")),
        ),
    )
}
DEFAULT_RECIPE = "thorough"


def find_recipe(name: str, saved: Mapping[str, Recipe] = MappingProxyType({})) -> Recipe:
    """A built-in recipe, else one of those that somebody ``saved``.

    Raises:
        UnknownRecipe: lists the names that exist.
    """
    known = {**saved, **BUILT_IN}
    if name not in known:
        raise UnknownRecipe(f"there is no recipe '{name}'; there are: {', '.join((*BUILT_IN, *saved))}")
    return known[name]
