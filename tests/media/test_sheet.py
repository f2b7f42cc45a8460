from __future__ import annotations

import numpy as np
import pytest

from pipeline.media import fonts
from pipeline.media.sheet import INK, SheetCell, draw_sheet
from pipeline.plate.types import Pixels

GREEN, RED = (22, 163, 74), (200, 35, 47)


def share_of(pixels: Pixels, colour: tuple[int, int, int]) -> float:
    return float((pixels == colour).all(axis=2).mean())


def test_pictures_and_coloured_pieces_stand_in_their_cells() -> None:
    picture = np.full((64, 200, 3), (10, 20, 200), np.uint8)
    rows = [[SheetCell(picture, ((("원본", INK),),)), SheetCell(lines=((("12", INK), ("거", RED), ("3456", INK)),))]]
    sheet = draw_sheet(["12가3456", "CRNN"], rows, "a.png")
    left, right = np.split(sheet, [174], axis=1)
    assert share_of(left, (10, 20, 200)) > 0.05
    assert share_of(right, (10, 20, 200)) == 0
    assert share_of(right, RED) > 0
    assert share_of(left, RED) == 0


def test_a_sheet_is_as_large_as_what_stands_in_it() -> None:
    short, long = (SheetCell(lines=(((text, INK),),)) for text in ("1", "서울12가3456 " * 4))
    assert draw_sheet(["a"], [[long]]).shape[1] > draw_sheet(["a"], [[short]]).shape[1]
    one, five = (draw_sheet(["a"], [[short]] * rows).shape[0] for rows in (1, 5))
    assert five == one + 4 * (one - draw_sheet(["a"], []).shape[0])


def test_a_tiny_and_a_huge_picture_are_fitted() -> None:
    for size in ((1, 1), (2000, 30), (30, 4000)):
        cell = SheetCell(np.full((*size, 3), (10, 20, 200), np.uint8))
        sheet = draw_sheet(["a"], [[cell]])
        assert max(sheet.shape) < 500
        assert share_of(sheet, (10, 20, 200)) > 0


def test_without_a_korean_font_the_rest_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "korean_fonts", lambda bold=True: ())
    sheet = draw_sheet(["가"], [[SheetCell(lines=((("12가3456", RED),),))]])
    assert share_of(sheet, RED) > 0 or (sheet[..., 0] > sheet[..., 1] + 30).any()
