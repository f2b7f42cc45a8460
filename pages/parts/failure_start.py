"""Choosing a set and a recipe, and the runs there are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.clicks import go
from pages.parts.empty_state import empty_state
from pages.parts.failure_words import share
from pages.parts.language import say, say_name
from pages.parts.markup import notice, progress, section
from pages.parts.set_picker import choose_set, want_set
from pipeline.workbench import analyze, failure_sets, failure_views, failures
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_views import StoredRun

_PAGE = "failures"
_EXAMPLE = 60


def choose(bench: Workbench) -> None:
    """The way to a new run: a set, what is in it, a recipe, and the button."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        chosen = choose_set(bench, _PAGE)
    with right:
        recipe, usable = _recipe(bench)
        if (
            st.button(
                say("failures.start"),
                type="primary",
                key="failures.start",
                disabled=not (chosen and usable),
                width="stretch",
            )
            and chosen
        ):
            run = failures.start_run(bench, chosen.place, recipe, chosen.form)
            go(run=run.id)


def run_table(bench: Workbench) -> None:
    """Every run; a click opens one."""
    runs = failure_views.runs(bench)
    section(say("failures.runs"))
    if not runs:
        empty_state(say("failures.no_runs"), say("failures.no_runs_text"))
        _offer_example(bench)
        return
    column = st.column_config
    event = st.dataframe(
        pd.DataFrame([_cells(run) for run in runs]),
        hide_index=True,
        row_height=38,
        height="content",
        column_config={
            "set": column.TextColumn(say("failures.column_set"), width=220),
            "recipe": column.TextColumn(say("fact.recipe"), width=120),
            "state": column.TextColumn(say("failures.column_state"), width=110),
            "exact": column.ProgressColumn(
                say("failures.column_exact"), min_value=0, max_value=100, format="%.1f %%", width=130
            ),
            "interval": column.TextColumn(say("failures.column_interval"), width=120),
            "plates": column.TextColumn(say("failures.column_plates"), width=90),
            "created": column.DatetimeColumn(say("failures.column_created"), format="YYYY-MM-DD HH:mm", width=140),
        },
        selection_mode="single-cell",
        on_select="rerun",
        key="failures.runs",
        alt=say("failures.runs_alt"),
    )
    chosen = next((row for row, _ in event.selection.cells), None)
    if chosen is not None and chosen < len(runs):
        go(run=runs[chosen].id)


def _offer_example(bench: Workbench) -> None:
    with st.container(horizontal=True, horizontal_alignment="center"):
        wanted = st.button(say("failures.example"), key="failures.example")
    if wanted:
        bar = st.empty()
        for done in failure_sets.draw_example(bench, _EXAMPLE):
            bar.html(progress(done, _EXAMPLE, say("failures.drawing", done=done, total=_EXAMPLE)))
        want_set(_PAGE, failure_sets.EXAMPLE_PLACE)
        st.rerun()


def _recipe(bench: Workbench) -> tuple[str, bool]:
    choices = {choice.name: choice for choice in analyze.recipes(bench)}
    name = st.selectbox(
        say("failures.recipe"),
        list(choices),
        format_func=lambda name: say_name("recipe", name),
        key="failures.recipe",
        persist_state="session",
    )
    st.caption(say_name("recipe_text", name))
    missing = choices[name].missing
    if missing:
        notice(say("analyze.recipe_missing", reason=missing), "warn")
    return name, missing is None


def _cells(run: StoredRun) -> dict[str, object]:
    whole = run.summary
    low, high = whole.exact_interval if whole else (0.0, 1.0)
    state = say("failures.state_done") if run.finished else share(run.done / max(1, run.plan.total))
    return {
        "set": run.plan.name,
        "recipe": say_name("recipe", run.plan.recipe),
        "state": state,
        "exact": round(100 * whole.share, 1) if whole and whole.n else None,
        "interval": f"{100 * low:.1f}–{100 * high:.1f} %" if whole and whole.n else "–",
        "plates": f"{run.items:,}",
        "created": run.created.astimezone().replace(tzinfo=None),
    }
