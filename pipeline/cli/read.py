"""``python -m pipeline read``: the plates of files and folders, as a table or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from pipeline.cli.options import DEFAULT_RECIPE, RecipeName, Settings, recipe_from
from pipeline.cli.table import pad
from pipeline.config import load_config
from pipeline.plate.doubts import sentence
from pipeline.plate.types import Inspection
from pipeline.workbench.bench import open_pool
from pipeline.workbench.read import ReadPicture, find_pictures, open_store, read_pictures
from pipeline.workbench.wire import picture_json, problem_json

TEXT_COLUMNS, FORMAT_COLUMNS = 16, 18


def read(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Pictures, zips, and folders of pictures.")],
    crops: Annotated[bool, typer.Option("--crops", help="The pictures are plates already.")] = False,
    recipe: RecipeName = DEFAULT_RECIPE,
    set_: Settings = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a picture and line.")] = False,
    store: Annotated[bool, typer.Option(help="Keep pictures and verdicts, and reuse what is kept.")] = True,
) -> None:
    """Read the plates on pictures.

    Exits 0 when at least one picture could be opened, 1 when none could.
    """
    config = load_config()
    chosen = recipe_from(config, recipe, set_)
    found, lost = find_pictures(paths)
    made = read_pictures(
        found, chosen.for_crops() if crops else chosen, open_pool(config), open_store(config) if store else None
    )
    opened = 0
    bar = tqdm(total=len(found), unit="picture", disable=None, leave=False)
    with bar, logging_redirect_tqdm():
        for item in chain(lost, made):
            if isinstance(item, ReadPicture):
                opened += 1
                lines = [picture_json(item.name, item.result).model_dump_json()] if as_json else _lines(item)
            else:
                bar.write(f"error: {item.reason}", file=sys.stderr)
                lines = [problem_json(item).model_dump_json()] if as_json else []
            for line in lines:
                bar.write(line, file=sys.stdout)
            bar.update()
    if not found and not lost:
        print(f"error: there are no pictures in {', '.join(map(str, paths))}", file=sys.stderr)
    raise typer.Exit(0 if opened else 1)


def _lines(picture: ReadPicture) -> Iterator[str]:
    """A line a plate, what is doubtful about it below."""
    result = picture.result
    if not result.inspections and not result.failures:
        yield _line("(no plate)", "", "", picture.name)
    for inspection in result.inspections:
        verdict = inspection.verdict
        formats = verdict.formats[0] if verdict.formats else ""
        yield _line(verdict.text or "(illegible)", f"{verdict.confidence:.0%}", formats, picture.name)
        yield from (f"  · {remark}" for remark in _remarks(inspection))
    for failure in result.failures:
        yield _line("(failed)", "", "", f"{picture.name}: {failure.reason}")


def _line(text: str, confidence: str, format: str, name: str) -> str:
    return "  ".join((pad(text, TEXT_COLUMNS), pad(confidence, 4, right=True), pad(format, FORMAT_COLUMNS), name))


def _remarks(inspection: Inspection) -> Iterator[str]:
    yield from (sentence(doubt) for doubt in (*inspection.verdict.doubts, *inspection.hints))
    yield from (failure.reason for failure in inspection.failures)
