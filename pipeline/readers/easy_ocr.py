"""EasyOCR: its recognition network fine-tuned on plates, which we ship, or its own Korean or English weights."""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
from pydantic import Field

from pipeline.config import Config
from pipeline.ensemble.calibrate import Calibration
from pipeline.errors import BackendUnavailable
from pipeline.networks.strips import LineNetwork, windows
from pipeline.networks.text import FRAMINGS
from pipeline.plate.alphabet import CHARACTERS, DIGITS, normalise
from pipeline.plate.grammar import parse
from pipeline.plate.types import Character, Pixels, PlateCrop, Reading, Stage
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest

_LANGUAGES = {"korean": ["ko", "en"], "english": ["en"]}
_FILES = {"korean": "korean_g2.pth", "english": "english_g2.pth"}
_LONGEST = 20  # widths per height; beyond it there is no plate


class EasyOCRSettings(BackendSettings):
    network: Literal["plates", "korean", "english"] = Field(
        "plates",
        description="fine-tuned on plates, or EasyOCR's own: Korean (korean_g2), or English for the digits alone",
    )
    framings: int = Field(
        3,
        ge=1,
        le=len(FRAMINGS),
        description="plates: looks at one that is hard to read, each framed a little differently",
    )
    sure: float = Field(0.95, ge=0, le=1, description="plates: confidence of the first look that makes others needless")
    beam: int = Field(8, ge=1, le=64, description="plates: texts followed at once while decoding")
    folder: str = Field("", description="Korean, English: folder of EasyOCR's weights; empty: where it keeps them")
    download: bool = Field(False, description="Korean: EasyOCR may fetch its weights (15 MB) when they are not there")


@register(
    Stage.READER, "easy_ocr", title="EasyOCR on plates", packages=("onnxruntime", "easyocr"), weights=("easy_ocr",)
)
class EasyOCRReader:
    """Reads lines: a short plate is taken for one line and for two, and the likelier text wins."""

    Settings: ClassVar[type[BackendSettings]] = EasyOCRSettings

    @classmethod
    def lacks(cls, settings: EasyOCRSettings, config: Config) -> str | None:
        if settings.network == "plates" or settings.download:
            return None
        path = _folder(settings) / _FILES[settings.network]
        if path.is_file():
            return None
        return f"{path} is not there; put it there, set download=true, or choose network=plates"

    def __init__(self, settings: EasyOCRSettings, config: Config) -> None:
        self._network: _Plates | _Official
        self._network = _Plates(settings, config) if settings.network == "plates" else _Official(settings, config)

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        """One reading a crop, in order; ``elapsed_ms`` is its share of the batch."""
        return self._network.read(crops)


class _Plates:
    """The network we ship. Its probabilities are calibrated."""

    def __init__(self, settings: EasyOCRSettings, config: Config) -> None:
        self._settings = settings
        self._network = LineNetwork(Manifest.of(config).verified("easy_ocr"), config.threads)
        measured = self._network.about.get("calibration", {})
        self._calibration = Calibration.of(measured.get(str(settings.framings), {}))

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        started = time.perf_counter()
        chosen = self._settings
        guesses = self._network.read([crop.pixels for crop in crops], chosen.framings, chosen.sure, chosen.beam)
        each = (time.perf_counter() - started) * 1000 / max(1, len(crops))
        return [
            self._calibration.reading(*guess, reader="easy_ocr", enhancer="+".join(crop.enhancers), elapsed_ms=each)
            for crop, guess in zip(crops, guesses, strict=True)
        ]


class _Official:
    """EasyOCR as its makers ship it, one line at a time; a line's characters are all as sure as the line."""

    def __init__(self, settings: EasyOCRSettings, config: Config) -> None:
        import easyocr  # type: ignore[import-untyped]
        import torch

        torch.set_num_threads(config.threads)
        folder = _folder(settings)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # torch finds its way to quantize out of date
                self._reader: Any = easyocr.Reader(
                    _LANGUAGES[settings.network],
                    gpu=False,
                    detector=False,
                    model_storage_directory=str(folder),
                    user_network_directory=str(config.home / "easyocr"),
                    download_enabled=settings.download,
                    verbose=False,
                )
        except OSError as error:  # not there, no network, or another file than the one whose MD5 EasyOCR knows
            raise BackendUnavailable(
                f"reader 'easy_ocr' cannot use {folder / _FILES[settings.network]} ({error}); "
                "replace it, set download=true where there is a network, or choose network=plates"
            ) from error
        self._allowed = "".join(DIGITS if settings.network == "english" else CHARACTERS)

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        return [self._read(crop) for crop in crops]

    def _read(self, crop: PlateCrop) -> Reading:
        started = time.perf_counter()
        found = self._characters(crop.pixels) if _may_hold_text(crop.pixels) else ()
        elapsed_ms = (time.perf_counter() - started) * 1000
        return Reading(found, "easy_ocr", "+".join(crop.enhancers), elapsed_ms)

    def _characters(self, pixels: Pixels) -> tuple[Character, ...]:
        """Read as one line and, where the crop is short, as two: a legal text wins, then the surer one."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        whole, *halves = (self._line(grey, *window) for window in windows(pixels))
        ways = [whole, tuple(character for half in halves for character in half)]
        return max(ways, key=_worth)

    def _line(self, grey: Any, top: float, bottom: float) -> tuple[Character, ...]:
        strip = grey[int(top * len(grey)) : max(int(top * len(grey)) + 1, round(bottom * len(grey)))]
        height, width = strip.shape
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = self._reader.recognize(
                strip, horizontal_list=[[0, width, 0, height]], free_list=[], allowlist=self._allowed
            )
        return tuple(
            Character(char, min(1.0, max(0.0, float(sure))))
            for _, text, sure in lines
            for char in normalise(text)
            if char in CHARACTERS
        )


def _worth(characters: tuple[Character, ...]) -> tuple[bool, float]:
    legal = bool(parse("".join(character.char for character in characters)).matches)
    return legal, sum(character.probability for character in characters) / max(1, len(characters))


def _folder(settings: EasyOCRSettings) -> Path:
    """Where EasyOCR's own weights are looked for."""
    if settings.folder:
        return Path(settings.folder).expanduser()
    english = importlib.util.find_spec("easyocr_en_models") if settings.network == "english" else None
    if english and english.origin:
        return Path(english.origin).parent / "models"
    return Path("~/.EasyOCR/model").expanduser()


def _may_hold_text(pixels: Pixels) -> bool:
    height, width = pixels.shape[:2]
    return height >= 4 and width >= 8 and width <= _LONGEST * height
