"""One page about a run for somebody who will not open the workbench: self-contained HTML that prints on A4."""

from __future__ import annotations

from pathlib import Path

from pages.parts.failure_gallery import reading
from pages.parts.failure_tables import headline, mistakes, slice_table
from pages.parts.language import language, say, say_name
from pages.parts.markup import STYLE, escape, image_address, moment
from pipeline.workbench import failure_views
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_views import RunView, Slicing, StoredItem

_CASES = 10
_SLICED = (Slicing.FORMAT, Slicing.SIZE, Slicing.BLUR)
_FEW = 6
_PRINT = Path(__file__).parent / "report.css"


def report(bench: Workbench, view: RunView) -> bytes:
    """The page in the language that is chosen, as UTF-8."""
    run = view.run
    title = say("failures.run_title", name=run.plan.name)
    facts = " · ".join(
        (
            say_name("recipe", run.plan.recipe),
            say("failures.pictures", count=f"{run.plan.total:,}"),
            moment(run.finished or run.created),
        )
    )
    body = (
        f"<header><h1>{escape(title)}</h1><p>{escape(facts)}</p></header>"
        f"{headline(view, links=False)}"
        f'<div class="pl-report-grid">{"".join(_slices(view, by) for by in _SLICED)}{_mistakes(view)}</div>'
        f"{_cases(bench, view)}"
        f"<footer>{escape(say('failures.report_note'))}<br>"
        f"{escape(say('failures.report_made', run=run.id, set=run.plan.set_fingerprint[:12]))}</footer>"
    )
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)} · PlateLoop</title>'
        f"<style>{STYLE.read_text(encoding='utf-8')}{_PRINT.read_text(encoding='utf-8')}</style></head>"
        f'<body class="stHtml">{body}</body></html>'
    ).encode()


def _slices(view: RunView, by: Slicing) -> str:
    return (
        f"<section><h2>{escape(say(f'slicing.{by}'))}</h2>{slice_table(view, by, links=False, most=_FEW)}</section>"
        if view.slices(by)
        else ""
    )


def _mistakes(view: RunView) -> str:
    if not view.confusion.mistakes:
        return ""
    title = escape(say("failures.mistakes_title"))
    return f"<section><h2>{title}</h2>{mistakes(view, links=False, most=_FEW + 2)}</section>"


def _cases(bench: Workbench, view: RunView) -> str:
    shown = "".join(_case(bench, item) for item in view.worst[:_CASES])
    if not shown:
        return ""
    return f'<h2>{escape(say("failures.worst_title"))}</h2><ul class="pl-report-cases">{shown}</ul>'


def _case(bench: Workbench, item: StoredItem) -> str:
    png = failure_views.crop_png(bench, item)
    crop = f'<img src="{image_address(png)}" alt="">' if png else ""
    return f"<li>{crop}{reading(item.outcome.truth, item.outcome.read)}</li>"
