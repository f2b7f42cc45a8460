"""``python -m pipeline weights``: weights, checked, exported and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench.system import weights_states
from pipeline.workbench.weights import EXPORTS, FETCHABLE, export_weights, fetch_weights

app = typer.Typer(no_args_is_help=True, help="List, check, export and fetch weights.")


@app.command("list")
def list_() -> None:
    """List the weights with size, licence and origin."""
    head = ("name", "file", "MB", "licence", "origin", "state")
    rows = [
        (
            state.row.name,
            state.row.file,
            f"{state.size_bytes / 1e6:.1f}",
            state.row.licence,
            state.row.origin,
            state.problem or "verified",
        )
        for state in weights_states(load_config())
    ]
    print("\n".join(table(head, rows, numbers_from=len(head))))


@app.command()
def verify() -> None:
    """Check every file against its sha256 in the manifest; exits 1 when one differs."""
    states = weights_states(load_config())
    for state in states:
        print(f"{state.row.name}: {state.problem or 'verified'}")
    raise typer.Exit(1 if any(state.problem for state in states) else 0)


@app.command()
def export(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(EXPORTS)}.")],
    out: Annotated[Path | None, typer.Option(help="File to write; else the one in weights/ is replaced.")] = None,
) -> None:
    """Make the ONNX file that serves from the weights that are trained."""
    print(export_weights(load_config(), name, out))


@app.command()
def fetch(name: Annotated[str, typer.Argument(help=f"One of: {', '.join(FETCHABLE)}.")]) -> None:
    """Download weights that are not shipped; they are kept only if their sha256 is the one that is known."""
    print(fetch_weights(load_config(), name))
