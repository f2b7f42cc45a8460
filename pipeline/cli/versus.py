"""``python -m pipeline versus``: every reader, majorities and the ensemble on the same hard plates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench.evaluate import read_labels
from pipeline.workbench.versus import Score, compare_readers, readings_to_make

_HEAD = ("way", "exact", "share", "95 %", "won", "lost", "p")


def versus(
    count: Annotated[int, typer.Option(min=16, help="Degraded plates to draw and read.")] = 2000,
    labels: Annotated[
        Path | None, typer.Option(metavar="LABELS.csv", help="Labelled crops to read as well; scenes are left out.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder of their pictures.", show_default="beside the table")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Compare every reader, as it is and after `auto`, with majority votes and with the ensemble."""
    config = load_config()
    known = read_labels(labels) if labels else None
    folder = images or (labels.parent if labels else None)
    plates = count + (len(known.by_file) if known else 0)
    with tqdm(total=readings_to_make(config, plates), unit="reading", disable=not sys.stderr.isatty()) as bar:
        found = compare_readers(config, count, known, folder, bar.update)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    for name, scores in found.sets.items():
        print(f"{scores[0].n} {name} plates; won and lost, and McNemar's p, are the ensemble's against each way")
        print("\n".join(table(_HEAD, [_row(score) for score in scores])))
        print()
    for reader, reason in found.missing.items():
        print(f"· {reader} was left out: {reason}")


def _row(score: Score) -> tuple[str, ...]:
    share = f"{score.exact / max(1, score.n):.1%}"
    bounds = f"{score.low:.1%}–{score.high:.1%}"
    if score.way == "ensemble":
        return score.way, str(score.exact), share, bounds, "", "", ""
    return score.way, str(score.exact), share, bounds, str(score.won), str(score.lost), f"{score.p:.2g}"
