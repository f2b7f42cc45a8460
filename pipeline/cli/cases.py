"""``python -m pipeline cases``: plates that a person is to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.plate.doubts import sentence
from pipeline.workbench import cases
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import StoredCase

app = typer.Typer(no_args_is_help=True, help="Flag hard plates for people to look at, and list what waits.")


@app.command()
def flag(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="New cases at most.")] = cases.LIMIT,
    least: Annotated[float, typer.Option(min=0, max=1, help="Least hardness.")] = cases.LEAST,
    source: Annotated[list[str] | None, typer.Option(help="Only pictures that came this way; may be repeated.")] = None,
    diversity: Annotated[
        float, typer.Option(min=0, max=1, help="How fast cases of one kind lose worth; 0: only hardness counts.")
    ] = cases.DIVERSITY,
) -> None:
    """Open a case for each of the hardest plates that nobody has answered."""
    with _bench() as bench:
        made = cases.flag_hard(bench, limit=limit, least=least, sources=source or (), diversity=diversity)
        print(f"{len(made.cases)} new cases; {made.hard} of {made.seen} plates are hard enough")


@app.command("list")
def list_(number: Annotated[int, typer.Option(min=1, help="The hardest so many.")] = 20) -> None:
    """List the cases that wait for an answer, the hardest first."""
    with _bench() as bench:
        head = ("case", "plate", "hardness", "kind", "before", "why")
        print("\n".join(table(head, [_row(case) for case in cases.open_cases(bench, number)], numbers_from=len(head))))
        left = cases.backlog(bench)
        print(f"{left.open} open, {left.claimed} of them before somebody; {left.closed} answered")


@contextmanager
def _bench() -> Iterator[Workbench]:
    bench = Workbench.open(load_config())
    try:
        yield bench
    finally:
        bench.close()


def _row(case: StoredCase) -> tuple[str, ...]:
    flag = case.flag
    why = sentence(flag.reasons[0]) if flag.reasons else ""
    return (str(case.id), str(flag.inspection_id), f"{flag.hardness:.2f}", flag.likeness, case.claimed_by, why)
