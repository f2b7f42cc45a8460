"""Draws labelled plates into a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.config import Config
from pipeline.media.draw import encode_png
from pipeline.media.tables import write_table
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import load_surroundings, photograph

COLUMNS = ("file", "kind", "plate_text", "format", "colour", "corners", "source")


def draw_plates(
    config: Config, folder: Path, count: int, seed: int, *, glyphs: Path | None = None, surroundings: Path | None = None
) -> Iterator[Path]:
    """Draws ``count`` pictures into ``folder`` and, at the end, ``labels.csv``, which ``evaluate`` reads.

    Without folders, those of the shared folder are used where it exists, else fonts and painted metal.
    Corners are ``x,y`` pairs in pixels, clockwise from the plate's top-left.

    Raises:
        TrainingError: there is nothing to draw with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shapes = load_glyphs(glyphs or config.shared_folder("glyphs"))
    behind = load_surroundings(surroundings or config.shared_folder("scene-parts"))
    rows = []
    for index in range(count):
        photo = photograph(shapes, behind, seed, index)
        path = folder / f"{index:06d}.png"
        path.write_bytes(encode_png(photo.pixels))
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in photo.quad.tolist())
        values = (path.name, "plate_crop", photo.text, photo.format, photo.colour.value, corners, "synth")
        rows.append(dict(zip(COLUMNS, values, strict=True)))
        yield path
    (folder / "labels.csv").write_bytes(write_table(rows, COLUMNS))
