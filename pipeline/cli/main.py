"""``python -m pipeline``: every command, and how the process begins and ends."""

from __future__ import annotations

import logging
import signal
import sys
from io import TextIOWrapper
from types import FrameType
from typing import Annotated

import typer

from pipeline.cli import (
    bench,
    cases,
    datasets,
    downstream,
    evaluate,
    jobs,
    labelling,
    listing,
    models,
    prove_loop,
    read,
    synth,
    train,
    tune,
    versus,
    weights,
)
from pipeline.errors import PlateLoopError

app = typer.Typer(
    name="python -m pipeline",
    help="Find, rectify and read Korean licence plates, offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("read")(read.read)
app.command("evaluate")(evaluate.evaluate)
app.command("versus")(versus.versus)
app.command("downstream")(downstream.downstream)
app.command("recipes")(listing.recipes)
app.command("backends")(listing.backends)
app.command("prove-loop")(prove_loop.prove)
app.command("worker")(jobs.worker)
app.add_typer(jobs.app, name="jobs")
app.add_typer(cases.app, name="cases")
app.add_typer(datasets.app, name="datasets")
app.add_typer(labelling.app, name="labelling")
app.add_typer(bench.app, name="bench")
app.add_typer(weights.app, name="weights")
app.add_typer(models.app, name="models")
app.add_typer(train.app, name="train")
app.add_typer(synth.app, name="synth")
app.add_typer(tune.app, name="tune")


@app.callback()
def _options(verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log details to stderr.")] = False) -> None:
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("pipeline").setLevel(logging.DEBUG if verbose else logging.WARNING)


def main() -> None:
    """Exits 0 when it did what was asked, 1 when it could not, 2 for wrong use, 130 after Ctrl-C."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it quietly
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Korean comes out whatever the locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    interrupts: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        app()
    except PlateLoopError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        reason = f"{error.filename} cannot be written or read ({error.strerror})"
        print(f"error: {reason}; check the path, its permissions and the space on its disk", file=sys.stderr)
        sys.exit(1)
    except Exception:
        if not interrupts:
            raise
        sys.exit(130)  # compiled code turns a Ctrl-C that meets it into an error of its own
