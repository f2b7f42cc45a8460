"""``python -m pipeline labelling``: cases to a Label Studio and answers back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench
from pipeline.workbench.labelling_hints import listen as listen_to
from pipeline.workbench.labelling_speed import measure_labelling

app = typer.Typer(no_args_is_help=True, help="Send cases to a Label Studio and bring its answers in.")


@app.command()
def test() -> None:
    """Ask the Label Studio of the settings, or of `make label-studio`, everything that a push needs."""
    with _bench() as bench:
        found = labelling.test(bench)
    project = f"project {found.project.number}, '{found.project.title}'" if found.project else "no project yet"
    print(f"{found.url}: Label Studio {found.version}, as {found.user}, {project}")


@app.command()
def push(
    case: Annotated[list[int] | None, typer.Option("--case", help="Only this case; may be given often.")] = None,
) -> None:
    """Make a task of every open case that has none yet; an interrupted push goes on."""
    with _bench() as bench, tqdm(unit="case", disable=None, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        done = labelling.push(bench, case, progress)
        print(f"{done.sent} sent, {done.known} were there already, {done.refused} cannot be sent")


@app.command()
def pull() -> None:
    """Bring in the answers that were given, changed or deleted since the last pull."""
    with _bench() as bench:
        done = labelling.pull(bench)
        print(
            f"{done.added} answers new, {done.withdrawn} withdrawn, {done.disputed} cases disputed, "
            f"{done.gone} tasks deleted there"
        )


@app.command()
def status() -> None:
    """Show how it stands, as far as it is known here; nobody is asked."""
    with _bench() as bench:
        standing = labelling.standing(bench)
        print(standing.missing or f"{standing.url}, {standing.project_url or 'no project yet'}")
        counts = standing.counts
        rows = [(name, str(getattr(counts, name))) for name in counts.__slots__]
        print("\n".join(table(("cases", "number"), rows, numbers_from=1)))
        for task in labelling.disputed(bench):
            said = ", ".join(f"{answer.reviewer}: {answer.truth or answer.state}" for answer in task.answers)
            print(f"case {task.case_id} is disputed: {said}  {standing.task_url(task)}")


@app.command()
def bench(count: Annotated[int, typer.Option(min=1, help="Cases.")] = 1000) -> None:
    """Measure a push and a pull of drawn cases, beside the server's own time for the same requests."""
    timing = measure_labelling(load_config(), count, lambda step: print(step, file=sys.stderr))
    rows = [
        ("push", f"{timing.push:.1f}", f"{timing.push_bare:.1f}", f"{timing.push / timing.push_bare:.2f}"),
        ("pull", f"{timing.pull:.1f}", f"{timing.pull_bare:.1f}", f"{timing.pull / timing.pull_bare:.2f}"),
    ]
    print("\n".join(table((f"{timing.cases} cases", "s", "server alone, s", "ratio"), rows)))


@app.command()
def listen() -> None:
    """Have Label Studio say when somebody has answered, and pull then; `make label-studio` starts one of these."""
    with _bench() as bench:
        listen_to(bench)


@contextmanager
def _bench() -> Iterator[Workbench]:
    bench = Workbench.open(load_config())
    try:
        yield bench
    finally:
        bench.close()
