"""``python -m pipeline models``: the versions of our networks, which of them serves, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from typing import Annotated

import typer

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench import models
from pipeline.workbench.bench import Workbench
from pipeline.workbench.model_comparison import Guard, ModelComparison, compare
from pipeline.workbench.model_tests import GUARD_PLATES
from pipeline.workbench.models import StoredVersion
from pipeline.workbench.training import TRAINABLE, comparison_tests

app = typer.Typer(no_args_is_help=True, help="List, compare, promote and roll back trained versions.")
Version = Annotated[str, typer.Argument(metavar="VERSION", help="Its name, such as crnn-3; `models list` shows them.")]
Reason = Annotated[str, typer.Option(help="Why; needed where something guarded would be read worse.")]
By = Annotated[str, typer.Option("--by", help="Who decides it.", show_default="the user of this machine")]


@app.command("list")
def list_() -> None:
    """List what serves and every version, the newest first."""
    with _bench() as bench:
        for network in TRAINABLE:
            now = models.champion(bench, network)
            print(f"{network}: {now.label} serves ({now.sha256[:12]})")
        head = ("version", "created", "compared", "falls", "origin")
        print("\n".join(table(head, [_row(version) for version in models.versions(bench)], numbers_from=len(head))))
        for problem in models.problems(bench):
            print(f"warning: {problem}")


@app.command("compare")
def compare_(
    version: Version,
    snapshot: Annotated[
        int | None, typer.Option(metavar="ID", help="Data set whose test plates are read, too.")
    ] = None,
    plates: Annotated[int, typer.Option(min=1, help="Drawn plates of every kind.")] = GUARD_PLATES,
) -> None:
    """Read the same plates with a version and with the one that serves; exits 1 where a guarded part falls."""
    with _bench() as bench:
        chosen = models.find_version(bench, version)
        made = compare(bench, chosen.id, comparison_tests(bench, snapshot, plates)).comparison
        if made:
            print(_told(made))
            raise typer.Exit(1 if made.fallen else 0)


@app.command()
def promote(version: Version, reason: Reason = "", by: By = "") -> None:
    """Make a version the one that serves, from the next picture on."""
    with _bench() as bench:
        now = models.promote(bench, models.find_version(bench, version).id, by or getuser(), reason)
        print(f"{now.network}: {now.label} serves ({now.sha256[:12]})")


@app.command()
def rollback(
    network: Annotated[str, typer.Argument(help=f"One of: {', '.join(TRAINABLE)}.")] = TRAINABLE[0],
    reason: Reason = "",
    by: By = "",
) -> None:
    """Make the version that served before the last promotion serve again."""
    with _bench() as bench:
        now = models.rollback(bench, network, by or getuser(), reason)
        print(f"{now.network}: {now.label} serves ({now.sha256[:12]})")


def _row(version: StoredVersion) -> tuple[str, ...]:
    made = version.comparison
    compared = (
        f"{made.wholes[0].candidate}/{made.wholes[0].n} ({made.wholes[0].champion} {made.champion})" if made else ""
    )
    falls = "" if made is None else ", ".join(guard.value or guard.test for guard in made.fallen) or "nothing"
    created = version.created.astimezone().strftime("%Y-%m-%d %H:%M")
    return version.label, created, compared, falls, version.origin


def _told(made: ModelComparison) -> str:
    head = ("test", "part", "", "plates", made.champion, made.candidate, "won", "lost", "p", "")
    rows = [_guard(guard) for guard in made.guards]
    return "\n".join([*table(head, rows, numbers_from=3), f"time for a plate: {made.speed:.2f} times the champion's"])


def _guard(guard: Guard) -> tuple[str, ...]:
    counts = (guard.n, guard.champion, guard.candidate, guard.won, guard.lost)
    return guard.test, guard.by, guard.value, *map(str, counts), f"{guard.p:.3f}", "falls" if guard.falls else ""


@contextmanager
def _bench() -> Iterator[Workbench]:
    bench = Workbench.open(load_config())
    try:
        yield bench
    finally:
        bench.close()
