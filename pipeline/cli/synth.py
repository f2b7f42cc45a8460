"""``python -m pipeline synth``: draws labelled plates and scenes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.config import load_config
from pipeline.plate.grammar import FORMATS
from pipeline.workbench.synth import DrawnFrom, PhotoStyle, SceneStyle, draw_plates, draw_scenes

app = typer.Typer(no_args_is_help=True, help="Draw labelled pictures; the same seed draws the same pictures.")

Out = Annotated[Path, typer.Option(help="Folder for the pictures and their labels.")]
Count = Annotated[int, typer.Option(min=1)]
Seed = Annotated[int, typer.Option(min=0)]
Glyphs = Annotated[Path | None, typer.Option(help="Folder of glyph pictures; fonts draw what it lacks.")]
Formats = Annotated[list[str] | None, typer.Option("--format", help="Only plates of this format; may be repeated.")]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the first pictures with labels as PNG.")]


@app.command()
def plates(
    out: Out,
    count: Count = 1000,
    seed: Seed = 1,
    glyphs: Glyphs = None,
    surroundings: Annotated[Path | None, typer.Option(help="Folder of pictures to mount plates on.")] = None,
    format_: Formats = None,
    sheet: Sheet = None,
) -> None:
    """Draw single plates as cameras see them, a few pictures without one among them."""
    style = PhotoStyle(formats=_known(format_))
    drawn = draw_plates(
        load_config(), out, count, seed, drawn_from=DrawnFrom(glyphs, surroundings), style=style, sheet=sheet
    )
    _show(drawn, count, "plate")
    print(f"{count} plates and labels.csv in {out}")


@app.command()
def scenes(
    out: Out,
    count: Count = 100,
    seed: Seed = 1,
    width: Annotated[int, typer.Option(min=320, max=3840, help="Pixels.")] = 1920,
    height: Annotated[int, typer.Option(min=240, max=2160, help="Pixels.")] = 1080,
    glyphs: Glyphs = None,
    backgrounds: Annotated[Path | None, typer.Option(help="Folder of places without cars.")] = None,
    cars: Annotated[Path | None, typer.Option(help="Folder of cut-out cars, a VOC file beside each.")] = None,
    format_: Formats = None,
    sheet: Sheet = None,
) -> None:
    """Draw scenes of a gate, a pole and a dash-cam; labels as YOLO boxes and corners, VOC, COCO, ICDAR and CSV."""
    style = SceneStyle(width=width, height=height, formats=_known(format_))
    drawn_from = DrawnFrom(glyphs, backgrounds=backgrounds, cars=cars)
    drawn = draw_scenes(load_config(), out, count, seed, drawn_from=drawn_from, style=style, sheet=sheet)
    _show(drawn, count, "scene")
    print(f"{count} scenes and their labels in {out}")


def _show(drawn: Iterator[Path], count: int, unit: str) -> None:
    for _ in tqdm(drawn, total=count, unit=unit, disable=not sys.stderr.isatty()):
        pass


def _known(formats: list[str] | None) -> tuple[str, ...]:
    for name in formats or ():
        if name not in FORMATS:
            raise typer.BadParameter(f"there is no format '{name}'; there are: {', '.join(FORMATS)}")
    return tuple(formats or ())
