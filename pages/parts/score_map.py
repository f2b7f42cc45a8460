"""Which enhancer helps whom: chains × readers as a heat map, blue where a chain helps and amber where it hurts."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from pages.parts.language import say
from pages.parts.way_look import way_name
from pipeline.workbench.compare import Grid
from pipeline.workbench.compare_scores import Score, scores

_SCALE = [(0.0, "#d98a10"), (0.5, "#f7f9fd"), (1.0, "#1f5fd0")]
_LEAST_RANGE = 0.1
"""Differences below it are pale, however small the largest one is."""


def choose_score() -> bool:
    """Whether to show exact matches; else it is confidence."""
    names = {"exact": say("compare.helps_exact"), "confidence": say("compare.helps_confidence")}
    what: str = st.segmented_control(
        say("compare.helps"),
        list(names),
        format_func=names.__getitem__,
        default="exact",
        required=True,
        key="compare.helps",
        persist_state="session",
        label_visibility="collapsed",
    )
    return what == "exact"


def score_map(grid: Grid, exact: bool, key: str) -> None:
    """What is known of it so far; ``key`` tells one drawing from the next."""
    made = scores(grid)
    judged = max((score.judged for score in made), default=0)
    st.caption(say("compare.helps_exact_text", plates=judged) if exact else say("compare.helps_confidence_text"))
    st.plotly_chart(_chart(grid, made, exact), config={"displayModeBar": False}, alt=_spoken(made, exact), key=key)


def _chart(grid: Grid, made: Sequence[Score], exact: bool) -> go.Figure:
    chains, readers = grid.comparison.chains, grid.comparison.readers
    gains = [score.share_gain if exact else (score.gain if score.read else None) for score in made]
    texts = [_text(score, exact) for score in made]
    width = len(readers)
    rows = [slice(start, start + width) for start in range(0, len(made), width)]
    limit = max([_LEAST_RANGE, *(abs(gain) for gain in gains if gain is not None)])
    chart = go.Figure(
        go.Heatmap(
            z=[gains[row] for row in rows],
            x=[way_name(reader) for reader in readers],
            y=[way_name(chain) for chain in chains],
            text=[texts[row] for row in rows],
            texttemplate="%{text}",
            hovertemplate="%{y} · %{x}<br>%{text}<extra></extra>",
            colorscale=_SCALE,
            zmin=-limit,
            zmax=limit,
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    chart.update_layout(
        height=40 + 36 * len(chains), margin={"l": 0, "r": 0, "t": 30, "b": 0}, dragmode=False, plot_bgcolor="#ffffff"
    )
    chart.update_xaxes(side="top", fixedrange=True, showgrid=False)
    chart.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    return chart


def _text(score: Score, exact: bool) -> str:
    value = score.share if exact else (score.confidence if score.read else None)
    gain = score.share_gain if exact else score.gain
    if value is None or gain is None:
        return "–"
    percent = say("common.percent", value=round(100 * value))
    points = round(100 * gain)
    return f"<b>{percent}</b>" if not points else f"<b>{percent}</b>  {points:+d}".replace("-", "−")


def _spoken(made: Sequence[Score], exact: bool) -> str:
    cells = "; ".join(
        f"{way_name(score.chain)}, {way_name(score.reader)}: "
        + _text(score, exact).replace("<b>", "").replace("</b>", "")
        for score in made
    )
    return f"{say('compare.helps')}: {cells}"
