"""``python -m pipeline prove-loop``: from plates that no reader can read to one that can, by a real Label Studio."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from pipeline.cli.options import Assignments, assigned
from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench.proof import ProofSettings, prove_loop
from pipeline.workbench.proof_report import TABLE_HEAD, draw_plot, table_rows
from pipeline.workbench.proof_world import train_base


@dataclass(frozen=True)
class _Clock:
    """Prints lines with the time since it began."""

    began: float

    def __call__(self, line: str) -> None:
        minutes, seconds = divmod(int(monotonic() - self.began), 60)
        print(f"{minutes:3}:{seconds:02}  {line}", file=sys.stderr, flush=True)


def prove(
    out: Annotated[
        Path, typer.Option(file_okay=False, help="Folder of the results; an interrupted proof goes on there.")
    ] = Path("runs/proof"),
    set_: Assignments = None,
    train: Annotated[
        Path | None,
        typer.Option("--train-base", file_okay=False, help="Only train the base in this folder and ship it."),
    ] = None,
    at_once: Annotated[
        int,
        typer.Option(min=1, max=16, help="Ways that are walked at the same time.", show_default="the cores, up to 3"),
    ] = min(3, os.cpu_count() or 1),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the table.")] = False,
) -> None:
    """Prove the loop: a family of plates that the reader has never seen is found, answered, learnt and promoted."""
    config, tell = load_config(), _Clock(monotonic())
    if train:
        row = train_base(config, train, lambda progress: tell(str(progress)))
        print(f"{row.file}: {row.sha256[:12]}")
        return
    proof = prove_loop(config, assigned(ProofSettings, {}, set_), out, tell, at_once)
    plot = draw_plot(proof, out / "proof.png")
    if as_json:
        print(proof.model_dump_json(indent=1))
        return
    print("\n".join(table(TABLE_HEAD, table_rows(proof))))
    for arm in proof.arms:
        if arm.refused:
            print(f"seed {arm.seed}, {arm.answers} by {arm.choice}: {arm.refused}")
    print(f"plot: {plot}")
