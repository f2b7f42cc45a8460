"""Enhances only plates that are read better for it, by rules that were measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from pipeline.analysis.when_to_enhance import Chain, read_rules, rule_for
from pipeline.config import Config
from pipeline.media.quality import look_of
from pipeline.plate.types import PlateCrop, Stage
from pipeline.registry import BackendSettings, find_backend, register
from pipeline.weights import Manifest


class AutoSettings(BackendSettings):
    """There is nothing to set."""


@register(Stage.ENHANCER, "auto", title="Auto", weights=("auto_rules",))
class AutoEnhancer:
    """Looks at brightness, sharpness and size. A plate that no rule of ``weights/auto-rules.json`` holds for stays.

    ``python -m pipeline tune auto --ship`` measures the rules anew, for other readers or enhancers.
    """

    Settings: ClassVar[type[BackendSettings]] = AutoSettings

    def __init__(self, settings: AutoSettings, config: Config) -> None:
        path = Manifest.of(config).verified("auto_rules")
        self._rules = read_rules(path.read_text(encoding="utf-8"))
        wanted = {name: find_backend(Stage.ENHANCER, name) for rule in self._rules for name in rule.chain}
        self._enhancers: dict[str, Any] = {name: b.build(b.settings(), config) for name, b in wanted.items()}

    def enhance(self, crops: Sequence[PlateCrop]) -> list[PlateCrop]:
        """The crops, those enhanced that are read better for it."""
        return [self._enhance(crop) for crop in crops]

    def _enhance(self, crop: PlateCrop) -> PlateCrop:
        rule = rule_for(self._rules, look_of(crop))
        made = self._through(rule.chain, crop) if rule else crop
        return replace(made, enhancers=(*crop.enhancers, "auto"))

    def _through(self, chain: Chain, crop: PlateCrop) -> PlateCrop:
        for name in chain:
            (crop,) = self._enhancers[name].enhance([crop])
        return crop
