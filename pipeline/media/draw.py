"""Draws the plates that were found into a picture, and turns pixels into files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TypeAlias, cast

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.media.fonts import find_korean_font
from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.plate.types import Pixels, Quad

Colour: TypeAlias = tuple[int, int, int]
Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

ACCENT: Colour = (255, 196, 0)
_DARK, _LIGHT = (17, 24, 39), (255, 255, 255)


def draw_quads(
    pixels: Pixels,
    quads: Sequence[Quad],
    labels: Sequence[str],
    colours: Sequence[Colour] | None = None,
    *,
    chosen: int | None = None,
) -> Pixels:
    """A copy of the picture with each plate outlined and its label in a chip beside it.

    Lines and letters grow with the picture. Without a Korean font, a label that needs one is replaced by the
    plate's number, counted from 1.

    Args:
        labels: one for each quad; no chip where it is empty.
        colours: RGB, one for each quad; :data:`ACCENT` when left out.
        chosen: index of the quad whose outline is drawn bolder, above the others.
    """
    colours = colours or [ACCENT] * len(quads)
    order = sorted(range(len(quads)), key=lambda n: n == chosen)
    canvas = pixels.copy()
    line = max(2, round(max(canvas.shape) / 500))
    for n in order:
        _outline(canvas, quads[n], colours[n], 2 * line if n == chosen else line)
    picture = Image.fromarray(canvas)
    pen = ImageDraw.Draw(picture)
    size = max(14, round(max(canvas.shape) / 50))
    font, has_hangul = korean_font(size)
    taken: list[Box] = []
    for n in reversed(order):  # the chosen one has the first choice of place
        label = labels[n] if labels[n].isascii() or has_hangul else str(n + 1)
        if label:
            box = _place(quads[n], (pen.textlength(label, font) + 0.8 * size, 1.4 * size), picture.size, taken)
            _paint_chip(pen, box, label, colours[n], font)
            taken.append(box)
    return np.array(picture)


def thumbnail(pixels: Pixels, side: int) -> Pixels:
    """The picture with its longer side at most ``side`` pixels; never enlarged."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cast(Pixels, cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def encode_jpeg(pixels: Pixels, quality: int = 90) -> bytes:
    """
    Args:
        quality: 1…95.
    """
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def encode_png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def contact_sheet(pictures: Sequence[tuple[Pixels, str]], cell: tuple[int, int], *, columns: int) -> Pixels:
    """Pictures in rows, each as large as fits into a ``cell`` of (width, height) pixels, its caption above it.

    Without a Korean font, captions lose their Hangul.
    """
    width, height = cell
    text = 16
    font, has_hangul = korean_font(text)
    rows = max(1, -(-len(pictures) // columns))
    sheet = Image.new("RGB", (columns * width, rows * (height + 2 * text)), _LIGHT)
    pen = ImageDraw.Draw(sheet)
    for number, (pixels, caption) in enumerate(pictures):
        x, y = number % columns * width, number // columns * (height + 2 * text)
        shown = caption if has_hangul else caption.encode("ascii", "ignore").decode()
        pen.text((x + 4, y + 2), shown, fill=_DARK, font=font)
        scale = min((width - 8) / pixels.shape[1], height / pixels.shape[0])
        size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
        fitted = np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
        sheet.paste(Image.fromarray(fitted), (x + 4, y + int(1.5 * text)))
    return np.array(sheet)


def _outline(canvas: Pixels, quad: Quad, colour: Colour, line: int) -> None:
    """Draws around the plate into ``canvas``: the colour over a dark edge, to stand out from any background."""
    bits = 4  # of a pixel's fraction
    outside = quad + np.sign(quad - quad.mean(axis=0)) * line / 2
    corners = np.rint(outside * 2**bits).astype(np.int32)
    for tint, width in ((_DARK, line + max(2, line // 2)), (colour, line)):
        cv2.polylines(canvas, [corners], True, tint, width, cv2.LINE_AA, bits)


def korean_font(size: int) -> tuple[Font, bool]:
    """A font of ``size`` pixels, and whether it holds Hangul."""
    path = find_korean_font(bold=True)
    return (ImageFont.truetype(path, size), True) if path else (ImageFont.load_default(size), False)


def _place(quad: Quad, size: tuple[float, float], bounds: tuple[int, int], taken: Sequence[Box]) -> Box:
    """Where a chip of ``size`` goes: above the plate, else below it, inside the picture and clear of other chips."""
    (width, height), (right, bottom) = size, bounds
    x1, y1, _, y2 = bounding_box(quad)
    gap = height / 4
    left = min(max(0.0, x1), max(0.0, right - width))
    places: list[Box] = []
    for top in (y1 - gap - height, y2 + gap, y1 + gap):
        top = min(max(0.0, top), max(0.0, bottom - height))
        places.append((left, top, left + width, top + height))
    overlaps = [sum(box_iou(place, other) for other in (bounding_box(quad), *taken)) for place in places]
    return places[int(np.argmin(overlaps))]


def _paint_chip(pen: ImageDraw.ImageDraw, box: Box, label: str, colour: Colour, font: Font) -> None:
    left, top, right, bottom = box
    height = bottom - top
    pen.rounded_rectangle(box, radius=height / 5, fill=colour)
    luminance = float(np.dot(colour, (0.299, 0.587, 0.114)))
    ink = _DARK if luminance > 140 else _LIGHT
    pen.text(((left + right) / 2, (top + bottom) / 2), label, fill=ink, font=font, anchor="mm")
