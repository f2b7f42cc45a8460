"""``python -m pipeline train``: trains the networks we ship."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from tqdm import tqdm

from pipeline.config import load_config
from pipeline.errors import TrainingError
from pipeline.workbench.train import adopt_crnn, train_crnn

app = typer.Typer(no_args_is_help=True, help="Train the networks we ship.")


@app.callback()
def _train() -> None:
    """Keeps ``train crnn`` a command of its own while it is the only one."""


@app.command()
def crnn(
    out: Annotated[Path, typer.Option(help="Folder of the run; a run that is there goes on.")],
    samples: Annotated[int, typer.Option(min=64, help="Labelled crops to train on.")] = 640_000,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    cell: Annotated[str, typer.Option(help="Recurrent cell: gru or lstm.")] = "gru",
    glyphs: Annotated[Path | None, typer.Option(help="Folder of glyph pictures; fonts draw what it lacks.")] = None,
    surroundings: Annotated[Path | None, typer.Option(help="Folder of pictures to mount plates on.")] = None,
    start_from: Annotated[Path | None, typer.Option(help="Weights to go on from (crnn.safetensors).")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any other setting, as NAME=VALUE.")] = None,
    ship: Annotated[bool, typer.Option(help="Put the result into weights/ and its manifest.")] = False,
) -> None:
    """Train the plate reader on drawn plates; stop it at any time, the same command goes on."""
    from pydantic import ValidationError

    from pipeline.training.crnn import CRNNTraining, Progress

    values: dict[str, Any] = {"samples": samples, "seed": seed, "cell": cell}
    config = load_config()
    try:
        settings = CRNNTraining(**{"threads": config.threads} | values | dict(_pair(text) for text in set_ or []))
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{first['loc'][0]}={first['input']!r}: {first['msg']}") from error
    with tqdm(total=settings.samples // settings.batch, unit="step", disable=not sys.stderr.isatty()) as bar:

        def report(progress: Progress) -> None:
            bar.update(progress.step - bar.n)
            bar.write(
                f"step {progress.step}/{progress.steps}  loss {progress.loss:.4f}  "
                f"held back: loss {progress.val_loss:.4f}, exact {progress.exact:.1%}  "
                f"{progress.samples_per_second:.0f} samples/s",
                file=sys.stderr,
            )

        made = train_crnn(
            config, settings, out, glyphs=glyphs, surroundings=surroundings, start_from=start_from, report=report
        )
    print(f"{made.onnx}: {made.exact:.1%} of held-back synthetic crops exact ({made.data})")
    if ship:
        command = shlex.join(["python", "-m", "pipeline", *sys.argv[1:]])
        adopt_crnn(config, out, command)
        print(f"shipped to {config.weights}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise TrainingError(f"--set {text!r} is not NAME=VALUE; for example: --set batch=64")
    return name, value
