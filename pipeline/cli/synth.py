"""``python -m pipeline synth``: draws labelled plates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.config import load_config
from pipeline.workbench.synth import draw_plates

app = typer.Typer(no_args_is_help=True, help="Draw labelled pictures of plates.")


@app.callback()
def _synth() -> None:
    """Keeps ``synth plates`` a command of its own while it is the only one."""


@app.command()
def plates(
    out: Annotated[Path, typer.Option(help="Folder for the pictures and labels.csv.")],
    count: Annotated[int, typer.Option(min=1)] = 1000,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    glyphs: Annotated[Path | None, typer.Option(help="Folder of glyph pictures; fonts draw what it lacks.")] = None,
    surroundings: Annotated[Path | None, typer.Option(help="Folder of pictures to mount plates on.")] = None,
) -> None:
    """Draw single plates as cameras see them; the same seed draws the same plates."""
    drawn = draw_plates(load_config(), out, count, seed, glyphs=glyphs, surroundings=surroundings)
    for _ in tqdm(drawn, total=count, unit="plate", disable=not sys.stderr.isatty()):
        pass
    print(f"{count} plates and labels.csv in {out}")
