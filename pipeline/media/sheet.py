"""A table of pictures and coloured texts as one picture, to be sent on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import cv2
import numpy as np
from PIL import Image, ImageDraw

from pipeline.media.draw import Colour, korean_font
from pipeline.plate.types import Pixels

INK: Colour = (23, 32, 51)
SOFT: Colour = (86, 97, 120)
_LINE: Colour = (220, 226, 236)
_WASH: Colour = (244, 246, 250)
_TEXT, _PICTURE, _WIDEST, _PAD = 18, 48, 240, 12  # pixels: of letters, of a picture's height and width, around a cell
_LEADING = 26

Words = tuple[tuple[str, Colour], ...]
"""Pieces of a line and their colours."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A picture above lines of text; either may be missing."""

    picture: Pixels | None = None
    lines: tuple[Words, ...] = ()


def draw_sheet(head: Sequence[str], rows: Sequence[Sequence[SheetCell]], foot: str = "") -> Pixels:
    """A table with a line of titles; columns and rows are as large as what stands in them.

    Without a Korean font, texts lose their Hangul.
    """
    font, has_hangul = korean_font(_TEXT)
    table = [[SheetCell(lines=(((title, SOFT),),)) for title in head], *rows]
    pictures = [[_fitted(cell.picture) for cell in row] for row in table]

    def shown(text: str) -> str:
        return text if has_hangul else text.encode("ascii", "ignore").decode()

    def size(cell: SheetCell, picture: Pixels | None) -> tuple[int, int]:
        widths = [sum(int(font.getlength(shown(text))) + 1 for text, _ in line) for line in cell.lines]
        height = _LEADING * len(cell.lines) + (_PICTURE + 6 if picture is not None else 0)
        return max([picture.shape[1] if picture is not None else 0, *widths]), height

    sizes = [[size(cell, made) for cell, made in zip(*pair, strict=True)] for pair in zip(table, pictures, strict=True)]
    lefts = list(accumulate((max(w for w, _ in column) + 2 * _PAD for column in zip(*sizes, strict=True)), initial=0))
    tops = list(accumulate((max(h for _, h in row) + 2 * _PAD for row in sizes), initial=0))
    sheet = Image.new("RGB", (max(lefts[-1], 320), tops[-1] + (2 * _LEADING if foot else 0)), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, sheet.width, tops[1] - 1), fill=_WASH)
    for top, row, made in zip(tops, table, pictures, strict=False):
        pen.line((0, top, sheet.width, top), fill=_LINE)
        for left, cell, picture in zip(lefts, row, made, strict=False):
            y = top + _PAD
            if picture is not None:
                sheet.paste(Image.fromarray(picture), (left + _PAD, y))
                y += _PICTURE + 6
            for line in cell.lines:
                x = float(left + _PAD)
                for text, colour in line:
                    pen.text((x, y), shown(text), fill=colour, font=font)
                    x += font.getlength(shown(text))
                y += _LEADING
    pen.text((_PAD, tops[-1] + _LEADING // 2), shown(foot), fill=SOFT, font=font)
    return np.array(sheet)


def _fitted(picture: Pixels | None) -> Pixels | None:
    if picture is None:
        return None
    height, width = picture.shape[:2]
    scale = min(_PICTURE / height, _WIDEST / width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
