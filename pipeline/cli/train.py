"""``python -m pipeline train``: trains the networks we ship."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from tqdm import tqdm

from pipeline.config import load_config
from pipeline.workbench.train import Network, adopt_network, train

app = typer.Typer(no_args_is_help=True, help="Train the networks we ship; stop at any time, the same command goes on.")

Out = Annotated[
    Path | None,
    typer.Option(help="Folder of the run; a run that is there goes on.", show_default="in the state folder"),
]
Samples = Annotated[int, typer.Option(min=64, help="Labelled crops to train on.")]
Seed = Annotated[int, typer.Option(min=0)]
Glyphs = Annotated[Path | None, typer.Option(help="Folder of glyph pictures; fonts draw what it lacks.")]
Surroundings = Annotated[Path | None, typer.Option(help="Folder of pictures to mount plates on.")]
StartFrom = Annotated[Path | None, typer.Option(help="Weights to go on from (.safetensors).")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="Any other setting, as NAME=VALUE.")]
Ship = Annotated[bool, typer.Option(help="Put the result into weights/ and its manifest.")]
Cell = Annotated[Literal["gru", "lstm"], typer.Option(help="The recurrent layer.")]


@app.command()
def crnn(
    out: Out = None,
    samples: Samples = 640_000,
    seed: Seed = 1,
    cell: Cell = "gru",
    glyphs: Glyphs = None,
    surroundings: Surroundings = None,
    start_from: StartFrom = None,
    set_: Settings = None,
    ship: Ship = False,
) -> None:
    """Train the plate reader on drawn plates."""
    folders = {"glyphs": glyphs, "surroundings": surroundings, "start_from": start_from}
    _run("crnn", out, {"samples": samples, "seed": seed}, set_, ship, cell=cell, **folders)


@app.command()
def corners(
    out: Out = None,
    samples: Samples = 200_000,
    seed: Seed = 1,
    glyphs: Glyphs = None,
    surroundings: Surroundings = None,
    start_from: StartFrom = None,
    set_: Settings = None,
    ship: Ship = False,
) -> None:
    """Train the network that finds a plate's corners in a detector's box."""
    folders = {"glyphs": glyphs, "surroundings": surroundings, "start_from": start_from}
    _run("corners", out, {"samples": samples, "seed": seed}, set_, ship, **folders)


def _run(
    network: Network,
    out: Path | None,
    values: dict[str, Any],
    assignments: list[str] | None,
    ship: bool,
    **options: Any,
) -> None:
    from pydantic import ValidationError

    from pipeline.training.loop import Progress, TrainingSettings

    config = load_config()
    folder = out or config.home / "training" / network
    try:
        given = {"threads": config.threads} | values | dict(map(_pair, assignments or []))
        settings = TrainingSettings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{first['loc'][0]}={first['input']!r}: {first['msg']}") from error
    with tqdm(total=settings.samples // settings.batch, unit="step", disable=not sys.stderr.isatty()) as bar:

        def report(progress: Progress) -> None:
            bar.update(progress.step - bar.n)
            bar.write(
                f"step {progress.step}/{progress.steps}  loss {progress.loss:.4f}  "
                f"held back: loss {progress.val_loss:.4f}, right {progress.right:.1%}  "
                f"{progress.samples_per_second:.0f} samples/s",
                file=sys.stderr,
            )

        made = train(config, network, settings, folder, report=report, **options)
    print(f"{made.onnx}: right on {made.right:.1%} of held-back synthetic crops ({made.data})")
    if ship:
        adopt_network(config, network, folder, shlex.join(["python", "-m", "pipeline", *sys.argv[1:]]))
        print(f"shipped to {config.weights}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE; for example: --set batch=64")
    return name, value
