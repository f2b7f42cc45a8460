"""``python -m pipeline datasets``: freezes answers, takes labelled sets in, and takes data sets out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.plate.doubts import sentence
from pipeline.workbench import snapshots
from pipeline.workbench.answer_checks import suspicious_answers
from pipeline.workbench.answers import AnswerFilter
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshot_export import ExportForm, export_folder
from pipeline.workbench.snapshot_import import SetForm, import_folder
from pipeline.workbench.snapshot_views import view_of
from pipeline.workbench.snapshots import SUSPICIOUS, Progress, Split, StoredSnapshot

app = typer.Typer(no_args_is_help=True, help="Freeze answers into data sets, list, show, import and export them.")
Name = Annotated[str, typer.Argument(help="Letters, digits, hyphens and underscores.")]
Which = Annotated[str, typer.Argument(metavar="SET", help="Its id, its name and version as in 'gate/v2', or its name.")]


@app.command()
def freeze(
    name: Name,
    since: Annotated[datetime | None, typer.Option(help="Only answers given since then.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only answers given there; may be repeated.")] = None,
    reviewer: Annotated[list[str] | None, typer.Option(help="Only that person's; may be repeated.")] = None,
    cases: Annotated[bool, typer.Option("--cases", help="Only plates that were flagged for review.")] = False,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Take answers that look wrong, too.")] = False,
) -> None:
    """Freeze accepted answers into the next version of a data set."""
    wanted = AnswerFilter(since and since.astimezone(), tuple(source or ()), tuple(reviewer or ()), cases)
    with _bench() as bench:
        found = () if unchecked else suspicious_answers(bench, wanted)
        for its in found:
            print(f"left out: {its.text} (inspection {its.inspection_id}): {' '.join(map(sentence, its.reasons))}")
        leave_out = {its.inspection_id: SUSPICIOUS for its in found}
        with _bar("plate") as progress:
            stored = snapshots.freeze_answers(bench, name, wanted, leave_out=leave_out, progress=progress)
        _tell(bench, stored)


@app.command("list")
def list_() -> None:
    """List the data sets, the newest first."""
    head = ("id", "name", "version", *Split, "pictures", "frozen", "fingerprint", "")
    with _bench() as bench:
        rows = [
            (
                str(its.id),
                its.name,
                f"v{its.version}",
                *(str(its.counts.get(part, 0)) for part in (*Split, "pictures")),
                its.created.astimezone().isoformat(sep=" ", timespec="minutes"),
                its.fingerprint[:12],
                "folder is gone" if snapshots.is_lost(bench, its) else "",
            )
            for its in snapshots.list_snapshots(bench)
        ]
    print("\n".join(table(head, rows, numbers_from=len(head))))


@app.command()
def show(which: Which) -> None:
    """Verify a data set byte by byte, and show what it holds."""
    with _bench() as bench:
        stored = snapshots.find_snapshot(bench, which)
        view = view_of(snapshots.open_snapshot(bench, stored.id))
        _tell(bench, stored)
    print(f"fingerprint {stored.fingerprint}, every file as it was frozen")
    for name, balance in view.balance.items():
        print(f"{name}: {', '.join(f'{key} {count}' for key, count in balance.plates.items()) or 'none'}")
    for what, counted in (("reviewers", view.people), ("origins", view.origins)):
        if counted:
            print(f"{what}: {', '.join(f'{key} {count}' for key, count in counted.items())}")


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Pictures and their labels.")],
    name: Name,
    form: Annotated[SetForm | None, typer.Option(help="Where the labels come in several forms.")] = None,
) -> None:
    """Freeze a labelled set into the next version of a data set; its files stay where they are."""
    with _bench() as bench:
        with _bar("picture") as progress:
            stored = import_folder(bench, folder, name, form, progress=progress)
        _tell(bench, stored)


@app.command()
def export(
    which: Which,
    out: Annotated[Path, typer.Option(help="A new or empty folder.")],
    form: Annotated[ExportForm, typer.Option(help="For whom.")] = ExportForm.YOLO,
) -> None:
    """Write a data set in a form that other tools read."""
    with _bench() as bench:
        stored = snapshots.find_snapshot(bench, which)
        count = export_folder(snapshots.open_snapshot(bench, stored.id), form, out)
    print(f"{count} files of {stored.title} in {out}")


@contextmanager
def _bench() -> Iterator[Workbench]:
    bench = Workbench.open(load_config())
    try:
        yield bench
    finally:
        bench.close()


@contextmanager
def _bar(unit: str) -> Iterator[Progress]:
    with tqdm(unit=unit, disable=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int, message: str) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress


def _tell(bench: Workbench, stored: StoredSnapshot) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in stored.counts.items())
    print(f"{stored.title} in {snapshots.folder_of(bench, stored)}: {counts}")
    if stored.left_out:
        print(f"left out: {', '.join(f'{count} {reason}' for reason, count in stored.left_out.items())}")
