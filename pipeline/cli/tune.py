"""``python -m pipeline tune``: measures what the rules of ``auto`` and the weights of votes rest on."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench.tune import CHAINS, Tuning, adopt_rules, tune_auto
from pipeline.workbench.versus import adopt_strengths, measure_strengths, usable_readers

app = typer.Typer(no_args_is_help=True, help="Measure anew what depends on readers and enhancers.")


@app.command()
def auto(
    plates: Annotated[int, typer.Option(min=16, help="Degraded plates to draw and read.")] = 4000,
    reader: Annotated[list[str] | None, typer.Option(help="A reader that must gain; may be repeated.")] = None,
    chain: Annotated[
        list[str] | None, typer.Option(help="Enhancers to try, as zero_dce+deblur; may be repeated.")
    ] = None,
    ship: Annotated[bool, typer.Option(help="Put the rules into weights/ and its manifest.")] = False,
) -> None:
    """Find out for which plates, by brightness, sharpness and size, an enhancer makes readers more exact."""
    config = load_config()
    chains = [tuple(names.split("+")) for names in chain] if chain else CHAINS
    with tqdm(total=plates * (1 + len(chains)), unit="plate", disable=not sys.stderr.isatty()) as bar:
        tuning = tune_auto(config, plates, reader or ["crnn"], chains, progress=bar.update)
    _show(tuning)
    if ship:
        adopt_rules(config, tuning, shlex.join(["python", "-m", "pipeline", *sys.argv[1:]]))
        print(f"shipped to {config.weights}")


@app.command()
def ensemble(
    plates: Annotated[int, typer.Option(min=200, help="Degraded plates to draw and read.")] = 3000,
    reader: Annotated[
        list[str] | None, typer.Option(help="A reader to measure; may be repeated.", show_default="all that run here")
    ] = None,
    ship: Annotated[bool, typer.Option(help="Put the strengths into weights/ and its manifest.")] = False,
) -> None:
    """Find out what each reader's ballots are worth, and how much each counts beside the others."""
    config = load_config()
    names = reader or usable_readers(config)[0]
    with tqdm(total=plates * len(names), unit="reading", disable=not sys.stderr.isatty()) as bar:
        strengths = measure_strengths(config, plates, names, bar.update)
    head = ("company", "texts", "slots", "illegal", "sure from")
    rows = [
        (name, _weights(company.texts), _weights(company.slots), f"{company.illegal:.2f}", f"{company.sure_from:.3f}")
        for name, company in strengths.companies.items()
    ]
    print("\n".join(table(head, rows)))
    if ship:
        adopt_strengths(config, strengths, plates, shlex.join(["python", "-m", "pipeline", *sys.argv[1:]]))
        print(f"shipped to {config.weights}")


def _weights(by_reader: Mapping[str, float]) -> str:
    return " ".join(f"{weight:.2f}" for weight in by_reader.values())


def _show(tuning: Tuning) -> None:
    head = ("reader", "enhancers", "exact", "won", "lost", "p", "ms a crop")
    rows = [
        (
            s.reader,
            "+".join(s.chain) or "unchanged",
            f"{s.exact:.1%}",
            str(s.won),
            str(s.lost),
            f"{s.p:.2g}",
            f"{s.ms:.1f}",
        )
        for s in tuning.scores
    ]
    print("\n".join(table(head, rows, numbers_from=2)))
    print(f"\nrules, from {tuning.plates} plates:" if tuning.rules else "\nno enhancer helps anywhere for certain")
    for rule in tuning.rules:
        spans = ", ".join(
            f"{name} {low:g}…{high:g}"
            for name, (low, high) in (("light", rule.light), ("detail", rule.detail), ("height", rule.height))
        )
        print(f"{spans}: {'+'.join(rule.chain)} (of {rule.plates} plates {rule.won} won, {rule.lost} lost)")
