"""The shapes of the characters: ink masks from a folder of glyph pictures and from Korean fonts.

A glyph folder holds ``num*/``, ``char1*/`` and ``region_*/`` whose file names are the keys of a
Korean keyboard (``rk`` is 가); regions are the letters A–Q. Characters the folder lacks, and
everything where there is no folder, are drawn with a font.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import TrainingError
from pipeline.media.decode import decode
from pipeline.media.fonts import korean_fonts

Mask: TypeAlias = NDArray[np.uint8]
"""Ink as uint8 ``(height, width)``: 255 is full ink."""

HEIGHT = 96
"""Pixels a mask is high: twice what a plate of 520 mm needs when it is drawn 320 pixels wide."""

STROKES = (-2, -1, 0, 1)
"""Worn and fat paint: pixels by which a mask is eroded or dilated."""

_INITIALS = dict(
    zip("r s e f a q t d w c z x v g".split(), (0, 2, 3, 5, 6, 7, 9, 11, 12, 14, 15, 16, 17, 18), strict=True)
)
_VOWELS = {"k": 0, "o": 1, "j": 4, "p": 5, "h": 8, "n": 13}
_REGION_KEYS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQ",
        "서울 경기 인천 강원 충남 대전 충북 부산 울산 대구 경북 경남 전남 광주 전북 제주 세종".split(),
        strict=True,
    )
)


@dataclass(frozen=True)
class Glyphs:
    """All known shapes of a text (one character, or a region's two syllables side by side).

    ``pictured`` come from a folder, ``fonts`` draw whatever else is asked for.
    """

    pictured: dict[str, tuple[Mask, ...]]
    stacked: dict[str, tuple[Mask, ...]]
    fonts: tuple[Path, ...]
    font_share: float = 0.15
    _cache: dict[tuple[str, int, int, bool, bool], Mask] = field(default_factory=dict, repr=False, compare=False)

    def mask(
        self, text: str, rng: np.random.Generator, stroke: int = 0, stacked: bool = False, small: bool = False
    ) -> Mask:
        """One shape of ``text``, with ``stroke`` pixels of paint added or worn away; at half the size if ``small``."""
        shapes = (self.stacked if stacked else self.pictured).get(text, ())
        from_font = not shapes or (bool(self.fonts) and rng.random() < self.font_share)
        count = len(self.fonts) if from_font else len(shapes)
        pick = int(rng.integers(count))
        key = (text, pick + 1000 * from_font, stroke, stacked, small)
        if key not in self._cache:
            plain = _from_font(self.fonts[pick], text, stacked) if from_font else shapes[pick]
            drawn = _restroke(plain, stroke)
            half = (max(1, drawn.shape[1] // 2), max(1, drawn.shape[0] // 2))
            shrunk = cv2.resize(drawn, half, interpolation=cv2.INTER_AREA) if small else drawn
            self._cache[key] = np.asarray(shrunk, np.uint8)
        return self._cache[key]


@lru_cache(maxsize=4)
def load_glyphs(folder: Path | None) -> Glyphs:
    """Shapes from ``folder`` (and fonts for the rest), or from fonts alone when it is None.

    Raises:
        TrainingError: the folder holds no glyphs, or there is no Korean font.
        MediaError: a glyph picture cannot be opened.
    """
    fonts = tuple(korean_fonts())
    pictured: dict[str, list[Mask]] = {}
    stacked: dict[str, list[Mask]] = {}
    for path in sorted(folder.glob("*/*")) if folder else ():
        text = _text_of(path)
        if text is None:
            continue
        if path.parent.name == "region_py":
            stacked.setdefault(text, []).append(_from_picture(path, HEIGHT * 2))
            continue
        mask = _from_picture(path, HEIGHT)
        pictured.setdefault(text, []).append(mask)
        if len(text) == 2:  # a region's syllables also stand alone
            half = mask.shape[1] // 2
            pictured.setdefault(text[0], []).append(mask[:, :half])
            pictured.setdefault(text[1], []).append(mask[:, half:])
    if folder and not pictured:
        raise TrainingError(
            f"{folder} holds no glyph pictures (num/0.jpg, char1/rk.jpg …); name another folder or none"
        )
    if not fonts:
        raise TrainingError("no Korean font was found to draw with; install one: apt-get install fonts-nanum")
    return Glyphs(_freeze(pictured), _freeze(stacked), fonts)


def _freeze(shapes: dict[str, list[Mask]]) -> dict[str, tuple[Mask, ...]]:
    return {text: tuple(masks) for text, masks in shapes.items()}


def _text_of(path: Path) -> str | None:
    """The text a glyph picture shows, from its name: ``num/0.jpg``, ``char1/rk.jpg``, ``region_y/A.jpg``."""
    kind, key = path.parent.name, path.stem.removesuffix("_v")
    if kind.startswith("region") and key in _REGION_KEYS:
        return _REGION_KEYS[key]
    if kind.startswith("num") and key.isdigit():
        return key
    if kind.startswith("char") and len(key) == 2 and key[0] in _INITIALS and key[1] in _VOWELS:
        return chr(0xAC00 + (_INITIALS[key[0]] * 21 + _VOWELS[key[1]]) * 28)
    return None


def _from_picture(path: Path, height: int) -> Mask:
    grey = cv2.cvtColor(decode(path, max_pixels=4_000_000).pixels, cv2.COLOR_RGB2GRAY)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey.astype(np.int16) - int(np.median(border))).astype(np.float32)
    ink = np.clip(ink / max(float(np.percentile(ink, 98)), 1.0), 0, 1)
    width = max(1, round(grey.shape[1] * height / grey.shape[0]))
    return np.asarray(cv2.resize((ink * 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _from_font(font: Path, text: str, stacked: bool) -> Mask:
    """``text`` drawn to fill its cell as the pictured glyphs do: 8 % of margin around the ink."""
    if stacked:
        syllables = [_from_font(font, syllable, stacked=False) for syllable in text]
        return np.vstack([cv2.resize(mask, (HEIGHT, HEIGHT), interpolation=cv2.INTER_AREA) for mask in syllables])
    if len(text) > 1:
        return np.hstack([_from_font(font, syllable, stacked=False) for syllable in text])
    face = ImageFont.truetype(str(font), HEIGHT)
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (max(1, int(right - left)), max(1, int(bottom - top))))
    ImageDraw.Draw(image).text((-left, -top), text, font=face, fill=255)
    inner = round(HEIGHT * 0.88)
    width = max(4, round(min(image.width / image.height, 0.95) * inner))
    ink = cv2.resize(np.asarray(image), (width, inner), interpolation=cv2.INTER_AREA)
    side = round(HEIGHT * (0.14 if text == "1" else 0.05))
    above = (HEIGHT - inner) // 2
    return np.pad(np.asarray(ink, np.uint8), ((above, HEIGHT - inner - above), (side, side)))


def _restroke(mask: Mask, stroke: int) -> Mask:
    if stroke == 0:
        return mask
    kernel = np.ones((3, 3), np.uint8)
    change = cv2.dilate if stroke > 0 else cv2.erode
    return np.asarray(change(mask, kernel, iterations=abs(stroke)), np.uint8)
