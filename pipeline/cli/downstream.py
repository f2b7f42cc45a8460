"""``python -m pipeline downstream``: what enhancing pictures does to finding vehicles and plates in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from pipeline.cli.table import table
from pipeline.workbench.bench import Workbench
from pipeline.workbench.downstream_views import ChainView, CheckView, TaskEffect, check_folder

_HEAD = ("chain", "task", "boxes", "confidence", "AP", "more", "fewer", "a picture", "95 %", "p", "it")
_DETAIL_HEAD = ("chain", "gradient", "structure", "in the mask", "structure", "brightness", "ms")
_WORST = 3


def downstream(
    folder: Annotated[Path, typer.Argument(file_okay=False, exists=True, help="Pictures, labelled or not.")],
    chain: Annotated[
        list[str] | None, typer.Option("--chain", help="An enhancer, or several joined by +, as zero_dce+contrast.")
    ] = None,
) -> None:
    """Say whether enhancing helps or hurts what comes after: vehicles and plates found before and after, detail kept.

    Nothing is kept of it; the page Low light keeps what it measures.
    """
    bench = Workbench.open()
    try:
        with tqdm(unit="picture", disable=not sys.stderr.isatty()) as bar:

            def tell(done: int, total: int, name: str) -> None:
                bar.total = total
                bar.update(done - bar.n)

            view = check_folder(bench, folder, chain or ["zero_dce", "contrast"], tell)
    finally:
        bench.close()
    print("\n".join(_lines(view)))


def _lines(view: CheckView) -> Iterator[str]:
    plan = view.check.plan
    known = f"{view.labelled} with labelled plates, {view.outlined} with masks"
    yield f"{view.pictures} pictures of {plan.name}, {known}"
    yield from table(_HEAD, [_row(chain, task) for chain in view.chains for task in chain.tasks], numbers_from=2)
    yield "more and fewer: pictures in which more or fewer boxes are found than unchanged (right ones less those too"
    yield "many, where plates are labelled); p: sign test, corrected for all rows (Holm)"
    yield ""
    yield from table(_DETAIL_HEAD, [_detail(chain) for chain in view.chains])
    yield "shares of the detail that is kept, 1 where nothing is lost"
    for chain in view.chains:
        for change in chain.worst[:_WORST]:
            yield f"{chain.chain.key} hurts {change.picture.file} most: {change.loss:+.0f} boxes lost"
        yield from (f"{chain.chain.key} failed: {reason}" for reason in chain.failed)
        if chain.resized:
            yield f"{chain.chain.key} shrank and enlarged {chain.resized} pictures: it is made for crops of plates"
        if chain.untouched:
            yield f"{chain.chain.key} gave {chain.untouched} pictures back as they were"
    yield from (f"left out: {reason}" for reason in plan.left_out)


def _row(chain: ChainView, task: TaskEffect) -> tuple[str, ...]:
    before, after = task.before, task.after
    confidence = f"{_share(before.confidence)} → {_share(after.confidence)}"
    precision = "-" if after.precision is None else f"{_share(before.precision)} → {_share(after.precision)}"
    tested = task.paired
    return (
        chain.chain.key,
        task.task,
        f"{before.count} → {after.count}",
        confidence,
        precision,
        str(tested.more),
        str(tested.fewer),
        f"{tested.mean:+.2f}",
        f"{tested.low:+.2f}…{tested.high:+.2f}",
        f"{task.p:.2g}",
        task.effect,
    )


def _detail(chain: ChainView) -> tuple[str, ...]:
    inside = chain.inside.kept if chain.inside.n else None
    return (
        chain.chain.key,
        f"{chain.kept.kept.gradient:.3f}",
        f"{chain.kept.kept.structure:.3f}",
        f"{inside.gradient:.3f}" if inside else "-",
        f"{inside.structure:.3f}" if inside else "-",
        "{:.0f} → {:.0f}".format(*chain.brightness),
        f"{chain.elapsed_ms:.0f}",
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
