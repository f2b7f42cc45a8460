"""Finds fonts that hold Hangul among the places where systems keep them."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

_PLACES = (
    "/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf",
    "/usr/share/fonts/truetype/nanum/NanumBarunGothicBold.ttf",
    "/usr/share/fonts/truetype/nanum/NanumSquareB.ttf",
    "/usr/share/fonts/truetype/nanum/NanumSquareRoundB.ttf",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "C:/Windows/Fonts/malgunbd.ttf",
    "C:/Windows/Fonts/malgun.ttf",
)


@lru_cache(maxsize=1)
def korean_fonts() -> tuple[Path, ...]:
    """Installed Korean fonts, bold ones first; ``PLATELOOP_FONT`` names one that comes before all."""
    named = os.environ.get("PLATELOOP_FONT")
    places = ((named,) if named else ()) + _PLACES
    return tuple(path for path in map(Path, places) if path.is_file())


def find_korean_font() -> Path | None:
    """The best installed Korean font, or None."""
    return next(iter(korean_fonts()), None)
