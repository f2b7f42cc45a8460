from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.media.decode import decode
from pipeline.media.fonts import find_korean_font
from pipeline.media.quality import hints
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Frame, Pixels, Quad

PLATE = quad_from_box(100, 80, 360, 135)
WHITE, BLACK = (236, 236, 236), (20, 20, 20)
COLOURS = {
    "white": (WHITE, BLACK),
    "yellow": ((235, 175, 0), BLACK),
    "green": ((0, 90, 60), WHITE),
    "navy": ((20, 30, 90), WHITE),
    "orange": ((225, 95, 20), WHITE),
    "pure": ((255, 255, 255), (0, 0, 0)),
}


def plate(background: tuple[int, int, int], ink: tuple[int, int, int]) -> Pixels:
    """A plate of 520×110 pixels with its border and characters."""
    picture = Image.new("RGB", (520, 110), background)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((3, 3, 516, 106), 8, outline=ink, width=3)
    font = find_korean_font(bold=True)
    face = ImageFont.truetype(font, 84) if font else ImageFont.load_default(84)
    pen.text((260, 55), "12가3456" if font else "12A3456", fill=ink, font=face, anchor="mm")
    return np.array(picture)


def scene(pixels: Pixels, quad: Quad = PLATE) -> Frame:
    """A grey street of 480×240 pixels with the plate inside the upright ``quad``."""
    street = np.full((240, 480, 3), 90, np.uint8)
    (x1, y1), (x2, y2) = quad[0].astype(int), quad[2].astype(int)
    street[y1:y2, x1:x2] = cv2.resize(pixels, (x2 - x1, y2 - y1), interpolation=cv2.INTER_AREA)
    return Frame(street, "0" * 64)


def codes(frame: Frame, quad: Quad = PLATE) -> list[str]:
    return [hint.code for hint in hints(frame, quad)]


def darkened(frame: Frame, factor: float, lift: float = 0.0) -> Frame:
    return Frame((frame.pixels * factor + lift).astype(np.uint8), frame.sha256)


def blurred(frame: Frame, sigma: float) -> Frame:
    return Frame(cv2.GaussianBlur(frame.pixels, (0, 0), sigma), frame.sha256)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("height", [24, 40, 110, 200])
def test_a_clean_plate_gives_no_hint(colour: str, height: int) -> None:
    quad = quad_from_box(4, 4, 4 + min(470, round(height * 4.7)), 4 + height)
    assert codes(scene(plate(*COLOURS[colour]), quad), quad) == []


def test_a_picture_of_just_the_plate_is_not_cut_off() -> None:
    frame = Frame(plate(WHITE, BLACK), "0" * 64)
    assert codes(frame, quad_from_box(0, 0, 520, 110)) == []


def test_a_small_plate_says_how_high_it_is() -> None:
    quad = quad_from_box(100, 80, 185, 98)
    (hint,) = hints(scene(plate(WHITE, BLACK), quad), quad)
    assert (hint.code, hint.about) == ("too_small", (("height_px", "18"),))


def test_a_dark_picture_is_told() -> None:
    assert codes(darkened(scene(plate(WHITE, BLACK)), 0.2)) == ["too_dark"]


def test_a_bright_picture_is_told() -> None:
    assert codes(darkened(scene(plate(WHITE, BLACK)), 0.3, 178)) == ["too_bright"]


def test_low_contrast_is_told() -> None:
    assert codes(darkened(scene(plate(WHITE, BLACK)), 0.12, 100)) == ["low_contrast"]


@pytest.mark.parametrize("colour", ["white", "green", "yellow"])
def test_a_picture_out_of_focus_is_told(colour: str) -> None:
    sharp = scene(plate(*COLOURS[colour]))
    assert codes(blurred(sharp, 0.02 * 55)) == []
    assert codes(blurred(sharp, 0.10 * 55)) == ["out_of_focus"]


def test_noise_does_not_pass_for_focus() -> None:
    soft = blurred(scene(plate(WHITE, BLACK)), 0.12 * 55)
    noise = np.random.default_rng(3).normal(0, 6, soft.pixels.shape)
    assert codes(Frame(np.clip(soft.pixels + noise, 0, 255).astype(np.uint8), soft.sha256)) == ["out_of_focus"]


@pytest.mark.parametrize(
    "points",
    [
        [(100, 60), (300, 190), (275, 220), (75, 95)],  # turned by 33°
        [(100, 80), (300, 80), (330, 120), (130, 120)],  # sheared by 37°
        [(100, 60), (300, 90), (300, 130), (100, 140)],  # the right side half as high as the left
    ],
)
def test_a_steep_angle_is_told(points: list[tuple[float, float]]) -> None:
    assert "steep_angle" in codes(scene(plate(WHITE, BLACK)), np.array(points, np.float32))


def test_a_plate_turned_a_little_is_not_steep() -> None:
    quad = np.array([(100, 80), (350, 125), (340, 180), (90, 135)], np.float32)
    assert "steep_angle" not in codes(scene(plate(WHITE, BLACK)), quad)


@pytest.mark.parametrize("box", [(0, 80, 200, 130), (300, 80, 480, 130), (100, 0, 300, 50), (100, 190, 300, 241)])
def test_a_plate_at_one_edge_of_the_picture_is_cut_off(box: tuple[float, float, float, float]) -> None:
    assert "cut_off" in codes(scene(plate(WHITE, BLACK)), quad_from_box(*box))


def test_few_of_the_real_crops_raise_a_hint_and_most_do_when_blurred(shared: Path) -> None:
    """The figures in the module's text, kept honest."""
    folder = shared / "data" / "real"
    with (folder / "labels.csv").open(encoding="utf-8-sig") as table:
        files = [row["file"] for row in csv.DictReader(table) if row["kind"] == "plate_crop"]
    told, told_blurred = 0, 0
    for file in files:
        frame = decode(folder / file, max_pixels=10_000_000)
        whole = quad_from_box(0, 0, frame.width, frame.height)
        told += bool(codes(frame, whole))
        told_blurred += "out_of_focus" in codes(blurred(frame, 0.08 * frame.height), whole)
    assert told <= 0.06 * len(files)
    assert told_blurred >= 0.85 * len(files)
