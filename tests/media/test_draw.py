from __future__ import annotations

import numpy as np
import pytest

from pipeline.media import fonts
from pipeline.media.decode import decode
from pipeline.media.draw import ACCENT, draw_quads, encode_jpeg, encode_png, thumbnail
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Pixels
from tests.media.pictures import LIMIT, corners

BLUE, GREEN = (37, 99, 235), (22, 163, 74)


def grey(width: int = 640, height: int = 480) -> Pixels:
    return np.full((height, width, 3), 128, np.uint8)


def share_of(pixels: Pixels, colour: tuple[int, int, int]) -> float:
    return float((pixels == colour).all(axis=2).mean())


def test_plates_are_outlined_in_their_colours_and_the_picture_is_left_alone() -> None:
    picture = grey()
    drawn = draw_quads(
        picture, [quad_from_box(50, 50, 200, 100), quad_from_box(300, 300, 500, 350)], ["", ""], [BLUE, GREEN]
    )
    assert (picture == 128).all()
    assert share_of(drawn[40:110], BLUE) > 0
    assert share_of(drawn[290:360], GREEN) > 0
    assert (drawn[60:90, 60:190] == 128).all(), "the plate itself stays free"


def test_without_quads_the_picture_comes_back_as_a_copy() -> None:
    picture = grey()
    drawn = draw_quads(picture, [], [])
    assert np.array_equal(drawn, picture)
    assert not np.shares_memory(drawn, picture)


def test_lines_grow_with_the_picture() -> None:
    small = draw_quads(grey(640, 480), [quad_from_box(100, 100, 300, 200)], [""])
    large = draw_quads(grey(2560, 1920), [quad_from_box(400, 400, 1200, 800)], [""])
    upper_lines = [share_of(small[:150, 200:201], ACCENT) * 150, share_of(large[:600, 800:801], ACCENT) * 600]
    assert upper_lines[1] >= 2 * upper_lines[0] > 0


def test_the_chosen_plate_is_drawn_bolder() -> None:
    quads = [quad_from_box(50, 50, 200, 100), quad_from_box(50, 300, 200, 350)]
    drawn = draw_quads(grey(), quads, ["", ""], chosen=1)
    assert share_of(drawn[240:], ACCENT) > 1.5 * share_of(drawn[:240], ACCENT)


@pytest.mark.parametrize("box", [(0, 0, 640, 480), (-50, -20, 60, 30), (600, 450, 700, 500), (0, 470, 640, 480)])
def test_a_label_stays_inside_the_picture(box: tuple[float, float, float, float]) -> None:
    with_label = draw_quads(grey(), [quad_from_box(*box)], ["12GA3456"])
    without = draw_quads(grey(), [quad_from_box(*box)], [""])
    rows, columns = np.nonzero((with_label != without).any(axis=2))
    assert np.ptp(columns) > 80, "the whole chip is there"
    assert np.ptp(rows) >= 18


def test_labels_of_neighbours_do_not_cover_each_other() -> None:
    quads = [quad_from_box(100, 100, 200, 130), quad_from_box(120, 135, 220, 165)]
    both = draw_quads(grey(), quads, ["11GA1111", "22GA2222"], [BLUE, GREEN])
    alone = [
        draw_quads(grey(), [quad], ["33GA3333"], [colour]) for quad, colour in zip(quads, (BLUE, GREEN), strict=True)
    ]
    for picture, colour in zip(alone, (BLUE, GREEN), strict=True):
        assert share_of(both, colour) > 0.8 * share_of(picture, colour)


def test_korean_labels_are_drawn_where_a_font_has_them() -> None:
    if fonts.find_korean_font() is None:
        pytest.skip("no Korean font is installed; on Debian: apt-get install fonts-nanum")
    quad = quad_from_box(100, 100, 300, 150)
    assert not np.array_equal(draw_quads(grey(), [quad], ["12가3456"]), draw_quads(grey(), [quad], ["12나3456"]))


def test_without_a_korean_font_a_plate_shows_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLATELOOP_FONT", raising=False)
    for places in ("_BOLD", "_REGULAR", "_FOLDERS"):
        monkeypatch.setattr(fonts, places, ())
    quads = [quad_from_box(100, 100, 300, 150), quad_from_box(100, 300, 300, 350)]
    assert np.array_equal(draw_quads(grey(), quads, ["12가3456", "서울"]), draw_quads(grey(), quads, ["1", "2"]))


@pytest.mark.parametrize(
    ("side", "expected"), [(24, (16, 24, 3)), (48, (32, 48, 3)), (1000, (32, 48, 3)), (1, (1, 1, 3))]
)
def test_a_thumbnail_fits_and_is_never_enlarged(side: int, expected: tuple[int, int, int]) -> None:
    assert thumbnail(corners(48, 32), side).shape == expected


def test_png_keeps_every_pixel_and_jpeg_nearly() -> None:
    assert np.array_equal(decode(encode_png(corners()), max_pixels=LIMIT).pixels, corners())
    jpeg = decode(encode_jpeg(corners(), quality=95), max_pixels=LIMIT).pixels
    assert np.abs(jpeg.astype(int) - corners()).mean() < 5
    assert len(encode_jpeg(corners(), 20)) < len(encode_jpeg(corners(), 95))
