"""Tesseract 5 with its Korean model: knows nothing of plates, and is kept as an honest baseline."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from pipeline.config import Config
from pipeline.errors import BackendUnavailable
from pipeline.plate.alphabet import CHARACTERS, normalise
from pipeline.plate.types import Character, Pixels, PlateCrop, Reading, Stage
from pipeline.registry import BackendSettings, register

_LANGUAGE = "kor"
_HEIGHT, _BORDER = 96, 16  # pixels; letters of some 30 pixels on a quiet border are what it reads best
_LONGEST = 20  # widths per height; beyond it there is no plate


class TesseractSettings(BackendSettings):
    page: Literal["7", "6", "11", "13"] = Field(
        "6", description="page segmentation: 7 one line, 6 a block of lines, 11 sparse text, 13 a raw line"
    )
    timeout: float = Field(10.0, gt=0, le=120, description="seconds for one plate")


@register(Stage.READER, "tesseract", title="Tesseract 5", programs=("tesseract",), packages=("pytesseract",))
class TesseractReader:
    """Each character is as sure as the word it stands in; what no plate bears is left out."""

    Settings: ClassVar[type[BackendSettings]] = TesseractSettings

    def __init__(self, settings: TesseractSettings, config: Config) -> None:
        import pytesseract  # type: ignore[import-untyped]

        self._program: Any = pytesseract
        self._settings = settings
        if _LANGUAGE not in pytesseract.get_languages():
            raise BackendUnavailable(
                "reader 'tesseract' lacks its Korean model; install it: apt-get install tesseract-ocr-kor"
            )

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        """One reading a crop, in order. A process runs for each."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: PlateCrop) -> Reading:
        started = time.perf_counter()
        characters = tuple(self._characters(crop.pixels)) if _may_hold_text(crop.pixels) else ()
        elapsed_ms = (time.perf_counter() - started) * 1000
        return Reading(characters, "tesseract", "+".join(crop.enhancers), elapsed_ms)

    def _characters(self, pixels: Pixels) -> Iterator[Character]:
        words = self._program.image_to_data(
            _prepared(pixels),
            lang=_LANGUAGE,
            config=f"--oem 1 --psm {self._settings.page}",
            timeout=self._settings.timeout,
            output_type=self._program.Output.DICT,
        )
        for text, confidence in zip(words["text"], words["conf"], strict=True):
            for char in normalise(text):
                if char in CHARACTERS:
                    yield Character(char, min(1.0, max(0.0, float(confidence) / 100)))


def _may_hold_text(pixels: Pixels) -> bool:
    height, width = pixels.shape[:2]
    return height >= 4 and width >= 8 and width <= _LONGEST * height


def _prepared(pixels: Pixels) -> Pixels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    width = max(8, round(grey.shape[1] * _HEIGHT / grey.shape[0]))
    large = cv2.resize(grey, (width, _HEIGHT), interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_REPLICATE)
    return np.asarray(framed, np.uint8)
