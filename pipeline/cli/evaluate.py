"""``python -m pipeline evaluate``: how much of a labelled folder is read right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from pipeline.cli.options import DEFAULT_RECIPE, RecipeName, Settings, recipe_from
from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench.bench import open_pool
from pipeline.workbench.evaluate import Report, Scores, SetForm, open_labels, read_labels
from pipeline.workbench.evaluate import evaluate as score

HEAD = ("source", "crops", "exact", "CER", "plates", "found", "readable", "exact", "extra")


def evaluate(
    labels: Annotated[
        Path,
        typer.Argument(
            metavar="SET",
            exists=True,
            help="Folder of pictures with labels as CSV, COCO, VOC, YOLO, ICDAR or in their names; or a labels.csv.",
        ),
    ],
    images: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of the pictures of a labels.csv.")
    ] = None,
    form: Annotated[SetForm | None, typer.Option(help="Where a folder holds labels in several forms.")] = None,
    recipe: RecipeName = DEFAULT_RECIPE,
    set_: Settings = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write all numbers there.")] = None,
) -> None:
    """Score a recipe on labelled pictures: plate crops by the reader, scenes end to end.

    A picture that cannot be opened counts as not read. Exits 1 when none could be opened, or none has a label to score.
    """
    if json and not json.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {json.parent} to write {json.name} into")
    config = load_config()
    chosen = recipe_from(config, recipe, set_)
    pictures: Path | dict[str, Path]
    if labels.is_dir():
        known, pictures = open_labels(labels, config, form)
    elif images:
        known, pictures = read_labels(labels), images
    else:
        raise typer.BadParameter(f"{labels} is no folder; give the folder of its pictures as --images")
    with tqdm(total=len(known.by_file), unit="picture", disable=None, leave=False) as bar, logging_redirect_tqdm():
        report = score(known, pictures, chosen, open_pool(config), bar.update)
    for problem in report.problems:
        print(f"warning: {problem}", file=sys.stderr)
    if json:
        json.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    print("\n".join(_lines(report)))
    labelled, opened = report.crops.n or report.scenes.plates, any(report.ms.values())
    raise typer.Exit(0 if labelled and opened else 1)


def _lines(report: Report) -> Iterator[str]:
    rows = [_row(source, scores) for source, scores in report.by_source.items()]
    yield from table(HEAD, [*rows, _row("all", report)])
    scenes, distinct = report.scenes, report.scenes.distinct
    yield ""
    yield f"recipe {report.recipe}; with 95 % intervals:"
    yield f"  crops read exactly   {_share(report.crops.exact, report.crops.n, report.crops.exact_interval)}"
    yield f"  plates found         {_share(scenes.found, scenes.plates, scenes.found_interval)}"
    yield f"  plates read exactly  {_share(scenes.exact, scenes.readable, scenes.exact_interval)}"
    yield f"  distinct plates      {distinct.once} of {distinct.plates} in one view, {distinct.always} in every view"
    answers, calibration = report.trust.answers, report.trust.calibration
    right = _share(answers.right, answers.answered, answers.right_interval)
    yield f"  answered, no guess   {answers.answered} of {answers.n} read plates, of them right: {right}"
    yield f"  calibration          probabilities of {calibration.n} characters are off by {calibration.error:.3f}"
    if scenes.corner_error is not None:
        yield f"  corners off by       {scenes.corner_error:.1%} of the plate's width (median)"
    if report.misses:
        yield "\nnot read right:"
        yield from table(
            ("truth", "read", "file"), [(m.truth, m.read or "-", m.file) for m in report.misses], numbers_from=3
        )
    for kind, spent in report.ms.items():
        if spent:
            yield f"\nmedian ms, {kind}: " + ", ".join(f"{stage} {ms:.1f}" for stage, ms in spent.items())


def _row(source: str, scores: Scores) -> tuple[str, ...]:
    crops, scenes = scores.crops, scores.scenes
    error_rate = f"{crops.cer:.1%}" if crops.n else "-"
    counts = (scenes.plates, scenes.found, scenes.readable, scenes.exact, scenes.extra)
    return (source or "-", str(crops.n), str(crops.exact), error_rate, *map(str, counts))


def _share(right: int, n: int, interval: tuple[float, float]) -> str:
    return f"{right} of {n} ({interval[0]:.0%}-{interval[1]:.0%})" if n else "none to score"
