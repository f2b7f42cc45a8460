"""Finds fonts that hold Hangul among the places where systems keep them."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import ConfigError

_BOLD = (
    "/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf",
    "/usr/share/fonts/truetype/nanum/NanumBarunGothicBold.ttf",
    "/usr/share/fonts/truetype/nanum/NanumSquareB.ttf",
    "/usr/share/fonts/truetype/nanum/NanumSquareRoundB.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "C:/Windows/Fonts/malgunbd.ttf",
)
_REGULAR = (
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "C:/Windows/Fonts/malgun.ttf",
)


def korean_fonts(bold: bool = True) -> tuple[Path, ...]:
    """Installed Korean fonts, those of the wanted weight first; ``PLATELOOP_FONT`` names one that comes before all.

    Raises:
        ConfigError: ``PLATELOOP_FONT`` names no file.
    """
    named = os.environ.get("PLATELOOP_FONT")
    if named and not Path(named).is_file():
        raise ConfigError(f"PLATELOOP_FONT={named!r} is no file; name a font with Hangul, or unset it")
    places = (*_BOLD, *_REGULAR) if bold else (*_REGULAR, *_BOLD)
    return tuple(path for path in map(Path, (named, *places) if named else places) if path.is_file())


def find_korean_font(bold: bool = False) -> Path | None:
    """The best installed Korean font, or None.

    Raises:
        ConfigError: ``PLATELOOP_FONT`` names no file.
    """
    return next(iter(korean_fonts(bold)), None)
