"""Charts of a run that answer to a click or a lasso: how confidence keeps its word, and the map of looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go
import streamlit as st

from pages.parts.clicks import go as open_address
from pages.parts.failure_gallery import cases, use
from pages.parts.failure_words import share
from pages.parts.language import say
from pages.parts.markup import escape
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_views import RunView, StoredItem

ACCENT, _PALE, _GRID, _SOFT = "#1f5fd0", "#b9c4d6", "#e7ebf2", "#566178"
_SHOWN = 12
_Mode = Literal["points", "box", "lasso"]


def trust_chart(view: RunView) -> None:
    """Stated confidence against the share that was right; a click on a dot opens its plates."""
    bins = view.trust.bins
    most = max((part.n for part in bins), default=1)
    dots = go.Scatter(
        x=[part.stated for part in bins],
        y=[part.right for part in bins],
        mode="markers",
        marker={"color": ACCENT, "size": [10 + 26 * (part.n / most) ** 0.5 for part in bins], "opacity": 0.85},
        customdata=[[int(part.low * len_bins(view) + 0.5), part.n] for part in bins],
        hovertemplate=say("failures.trust_hover") + "<extra></extra>",
    )
    line = go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": _PALE, "dash": "dot"}, hoverinfo="skip")
    chart = go.Figure([line, dots])
    chart.update_layout(height=420, margin={"l": 0, "r": 0, "t": 8, "b": 0}, showlegend=False, dragmode=False)
    axis = {"range": [-0.04, 1.04], "tickformat": ".0%", "gridcolor": _GRID, "zeroline": False, "fixedrange": True}
    chart.update_xaxes(title=say("failures.trust_x"), **axis)
    chart.update_yaxes(title=say("failures.trust_y"), **axis)
    picked = _chart(
        chart, f"trust-{view.run.id}", ("points",), say("failures.trust_alt", error=share(view.trust.error))
    )
    if picked:
        open_address(run=view.run.id, plates=f"bin|{picked[0][0]}")


def len_bins(view: RunView) -> int:
    """How many bins the reliability has, empty ones too."""
    first = view.trust.bins[0]
    return round(1 / (first.high - first.low))


def look_map(bench: Workbench, view: RunView) -> None:
    """Plates that look alike lie close; a lasso puts its plates below the map, where they become a selection."""
    st.html(_legend())
    chart = go.Figure(
        [
            _dots(view, "right", _PALE, 7, [n for n, item in enumerate(view.items) if item.outcome.exact]),
            _dots(view, "extra", _SOFT, 8, [n for n, item in enumerate(view.items) if item.outcome.kind == "extra"]),
            _dots(view, "wrong", ACCENT, 8, [n for n, o in enumerate(view.outcomes) if o.scored and not o.exact]),
        ]
    )
    chart.update_layout(
        height=520,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        dragmode="lasso",
        hovermode="closest",
        plot_bgcolor="#f7f9fc",
    )
    blank = {"showticklabels": False, "showgrid": False, "zeroline": False, "title": None}
    chart.update_xaxes(**blank)
    chart.update_yaxes(**blank)
    picked = _chart(chart, f"map-{view.run.id}", ("lasso", "box", "points"), say("failures.map_alt"))
    chosen = {int(entry[0]) for entry in picked}
    items = tuple(item for item in view.items if item.id in chosen)
    if not items:
        st.caption(say("failures.map_hint"))
        return
    wrong = sum(item.outcome.scored and not item.outcome.exact for item in items)
    st.html(
        f'<p class="pl-count"><strong>{escape(say("failures.map_chosen", count=len(items), wrong=wrong))}</strong></p>'
    )
    origin = say("failures.origin_map", run=view.run.id)
    use(bench, items, say("failures.map_name", count=len(items)), origin, f"map-{view.run.id}")
    cases(bench, items[:_SHOWN])
    if len(items) > _SHOWN:
        st.caption(say("failures.map_more", count=len(items) - _SHOWN))


def _dots(view: RunView, name: str, colour: str, size: int, chosen: Sequence[int]) -> go.Scatter:
    def said(item: StoredItem) -> str:
        return f"{item.outcome.truth or '–'} → {item.outcome.read or '–'}"

    hollow = {"symbol": "circle-open", "line": {"width": 2}} if name == "extra" else {}
    return go.Scatter(
        x=[view.places[n][0] for n in chosen],
        y=[view.places[n][1] for n in chosen],
        mode="markers",
        name=name,
        marker={"color": colour, "size": size, "opacity": 0.8, **hollow},
        unselected={"marker": {"opacity": 0.15}},
        customdata=[[view.items[n].id] for n in chosen],
        text=[said(view.items[n]) for n in chosen],
        hovertemplate="%{text}<extra></extra>",
    )


def _legend() -> str:
    entries = "".join(
        f'<li class="pl-key-{name}"><i></i>{escape(say(f"failures.legend_{name}"))}</li>'
        for name in ("wrong", "right", "extra")
    )
    return f'<ul class="pl-key">{entries}</ul>'


def _chart(chart: go.Figure, key: str, modes: tuple[_Mode, ...], alt: str) -> list[list[int]]:
    """The custom data of the points that somebody picked."""
    event = st.plotly_chart(
        chart,
        key=key,
        on_select="rerun",
        selection_mode=modes,
        config={"displayModeBar": "lasso" in modes, "displaylogo": False, "modeBarButtonsToRemove": ["toImage"]},
        alt=alt,
    )
    return [list(point["customdata"]) for point in event.selection.points if point.get("customdata")]
