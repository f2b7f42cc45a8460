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
# Where scripts/setup looks, too, before it installs a font.
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_NAMES = ("Nanum*.[ot]t[cf]", "NotoSansCJK*.[ot]t[cf]")


def korean_fonts(bold: bool = True) -> tuple[Path, ...]:
    """Installed Korean fonts, those of the wanted weight first; ``PLATELOOP_FONT`` names one that comes before all.

    Where none of the fonts that suit plates is installed, any other of their families will do.

    Raises:
        ConfigError: ``PLATELOOP_FONT`` names no file.
    """
    named = os.environ.get("PLATELOOP_FONT")
    if named and not Path(named).is_file():
        raise ConfigError(f"PLATELOOP_FONT={named!r} is no file; name a font with Hangul, or unset it")
    places = (*_BOLD, *_REGULAR) if bold else (*_REGULAR, *_BOLD)
    installed = [path for path in map(Path, places) if path.is_file()] or _relatives(bold)
    return (Path(named), *installed) if named else tuple(installed)


def find_korean_font(bold: bool = False) -> Path | None:
    """The best installed Korean font, or None.

    Raises:
        ConfigError: ``PLATELOOP_FONT`` names no file.
    """
    return next(iter(korean_fonts(bold)), None)


def _relatives(bold: bool) -> list[Path]:
    """Whatever Nanum or Noto font lies below the folders of fonts, those of the wanted weight first."""
    folders = [Path(folder).expanduser() for folder in _FOLDERS]
    found = sorted({path for folder in folders for name in _NAMES for path in folder.rglob(name)})
    return sorted(found, key=lambda path: ("Bold" in path.name) != bold)
