"""Our own reader: a CRNN trained on plates drawn by :mod:`pipeline.synth`, held to the grammar of plates."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from pipeline.config import Config
from pipeline.ensemble.calibrate import Calibration
from pipeline.networks.text import FRAMINGS, TextNetwork
from pipeline.plate.types import PlateCrop, Reading, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest


class CRNNSettings(BackendSettings):
    framings: int = Field(
        1,
        ge=1,
        le=len(FRAMINGS),
        description="looks at a plate that is hard to read, each framed a little differently",
    )
    sure: float = Field(0.95, ge=0, le=1, description="confidence of the first look that makes others needless")
    beam: int = Field(8, ge=1, le=64, description="texts followed at once while decoding")


@register(Stage.READER, "crnn", title="PlateLoop CRNN", packages=("onnxruntime",), weights=("crnn",))
class CRNNReader:
    """Reads one- and two-line plates; upright or tilted up to 35 degrees. Its probabilities are calibrated."""

    Settings: ClassVar[type[BackendSettings]] = CRNNSettings

    def __init__(self, settings: CRNNSettings, config: Config) -> None:
        self._settings = settings
        self._network = TextNetwork(Manifest.of(config).verified("crnn"), config.threads)
        measured = self._network.about.get("calibration", {})
        self._calibration = Calibration.of(measured.get(str(settings.framings), {}))

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        """One reading a crop, in order; ``elapsed_ms`` is its share of the batch."""
        started = time.perf_counter()
        chosen = self._settings
        guesses = self._network.read([crop.pixels for crop in crops], chosen.framings, chosen.sure, chosen.beam)
        each = (time.perf_counter() - started) * 1000 / max(1, len(crops))
        return [
            self._calibration.reading(*guess, reader="crnn", enhancer="+".join(crop.enhancers), elapsed_ms=each)
            for crop, guess in zip(crops, guesses, strict=True)
        ]
