"""The trainings there are: how far each is, its curves, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from pages.parts.empty_state import empty_state
from pages.parts.failure_charts import ACCENT
from pages.parts.failure_words import share
from pages.parts.job_progress import job_progress
from pages.parts.language import say
from pages.parts.markup import badge, escape, facts, moment, notice, section
from pages.parts.training_form import version_link
from pipeline.workbench import PlateLoopError, training
from pipeline.workbench.bench import Workbench
from pipeline.workbench.training import Progress, TrainingView

_EVERY = "2s"
_DRAWN, _GRID = "#8593ab", "#e7ebf2"


def training_list(bench: Workbench) -> None:
    """Newest first; the curves of those that are being trained grow by themselves."""
    section(say("training.runs"))
    views = training.trainings(bench)
    if not views:
        empty_state(say("training.none"), say("training.none_text"))
    for view in views:
        _card(bench, view)


def _card(bench: Workbench, view: TrainingView) -> None:
    its = view.training
    with st.container(border=True, key=f"training-{its.id}"):
        became = version_link(view.version) if view.version else "" if its.finished else badge(say("training.open"))
        title = say("training.run_title", id=its.id, snapshot=its.snapshot)
        st.html(f'<div class="pl-picture-head"><strong>{escape(title)}</strong><div>{became}</div></div>')
        if its.finished is None:
            _standing(bench, view)
        left, right = st.columns([3, 2], gap="large")
        with left:
            _curves(bench, view)
        with right:
            st.html(facts(_facts(view)))
            _delete(bench, view)


def _standing(bench: Workbench, view: TrainingView) -> None:
    if view.job_id is not None:
        job_progress(bench, view.job_id)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        notice(say("training.given_up"), "warn")
        if st.button(say("analyze.go_on"), key=f"go-on-{view.training.id}"):
            training.take_up(bench, view.training.id)
            st.rerun()


def _curves(bench: Workbench, view: TrainingView) -> None:
    """Drawn anew every two seconds while it is being trained."""

    def draw() -> None:
        try:
            log = training.log_of(bench, view.training)
        except PlateLoopError as error:
            notice(str(error), "bad", say("error.sorry"))
            return
        if log:
            st.plotly_chart(
                curve_chart(log),
                key=f"curve-{view.training.id}-{len(log)}",
                config={"displayModeBar": False},
                alt=say("training.curve_alt", right=share(log[-1].right), loss=f"{log[-1].loss:.3f}"),
            )
        else:
            st.caption(say("training.no_curve"))

    grows = view.training.finished is None and view.job_id is not None
    st.fragment(draw, run_every=_EVERY if grows else None)()


def curve_chart(log: Sequence[Progress]) -> go.Figure:
    """Shares that are read exactly, over the steps: of drawn plates, and of the data set's own."""
    steps = [line.step for line in log]
    chart = go.Figure()

    def curve(name: str, values: Sequence[float | None], colour: str, axis: str = "y") -> None:
        dash = "dot" if axis == "y2" else "solid"
        line = {"color": colour, "width": 2, "dash": dash}
        shown = "%{y:.3f}" if axis == "y2" else "%{y:.1%}"
        chart.add_scatter(
            x=steps,
            y=values,
            name=say(f"training.curve_{name}"),
            line=line,
            yaxis=axis,
            mode="lines+markers",
            marker={"size": 5},
            hovertemplate=shown,
        )

    if any(line.beside is not None for line in log):
        curve("labelled", [line.beside for line in log], ACCENT)
    curve("drawn", [line.right for line in log], _DRAWN)
    curve("loss", [line.loss for line in log], "#e79a18", "y2")
    chart.update_layout(
        height=260,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.16, "x": 0},
        yaxis2={"overlaying": "y", "side": "right", "showgrid": False, "rangemode": "tozero", "fixedrange": True},
    )
    chart.update_xaxes(title=say("training.curve_steps"), range=[0, log[-1].steps], gridcolor=_GRID, fixedrange=True)
    chart.update_layout(yaxis={"tickformat": ".0%", "range": [-0.02, 1.02], "gridcolor": _GRID, "fixedrange": True})
    return chart


def _facts(view: TrainingView) -> list[tuple[str, str]]:
    its = view.training
    settings = its.settings
    shown = [
        (say("training.fact_network"), its.network),
        (say("training.fact_base"), its.base),
        (say("training.fact_settings"), f"{settings['samples']:,} · {settings['rate']:g} · {share(settings['share'])}"),
        (say("training.fact_created"), moment(its.created)),
    ]
    if its.finished:
        shown.append((say("training.fact_finished"), moment(its.finished)))
    for change in its.result.get("changes", ()):
        told = f"{share(change['before'])} → {share(change['after'])} ({change['n']:,})"
        shown.append((say(f"training.curve_{change['of']}"), told))
    return shown


def _delete(bench: Workbench, view: TrainingView) -> None:
    with st.popover(say("common.delete")):
        st.write(say("training.delete_text"))
        if st.button(say("analyze.delete_for_good"), key=f"delete-training-{view.training.id}", type="primary"):
            training.delete_training(bench, view.training.id)
            st.rerun()
