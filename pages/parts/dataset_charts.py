"""How often each class of plates is there, and how often it comes while a reader learns."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from pages.parts.empty_state import empty_state
from pages.parts.language import say, say_name
from pages.parts.markup import escape
from pipeline.workbench import snapshot_views
from pipeline.workbench.snapshot_views import Balance, Snapshot

_ACCENT, _PALE, _GRID = "#1f5fd0", "#b9c4d6", "#e7ebf2"
_CLASSES = ("format", "colour", "letter", "region")


def balance_chart(snapshot: Snapshot) -> None:
    """A bar for each class, and beside it what becomes of it once rare plates come more often."""
    view = snapshot_views.view_of(snapshot)
    name = st.segmented_control(
        say("datasets.classes"),
        _CLASSES,
        format_func=lambda name: say(f"datasets.class_{name}"),
        default=_CLASSES[0],
        required=True,
        key="datasets.classes",
        persist_state="session",
        label_visibility="collapsed",
    )
    balance = view.balance[str(name)]
    if not balance.plates:
        empty_state(say("datasets.no_class"), say("datasets.no_class_text"))
        return
    st.html(
        f'<ul class="pl-key"><li class="pl-key-right"><i></i>{escape(say("datasets.as_is"))}</li>'
        f"<li><i></i>{escape(say('datasets.as_learnt'))}</li></ul>"
    )
    _bars(str(name), balance, len(snapshot.readable()))
    st.caption(say("datasets.balance_text"))


def _bars(name: str, balance: Balance, plates: int) -> None:
    names = list(balance.plates)
    shown = [
        say_name("format" if name == "format" else "colour", its) if name in ("format", "colour") else its
        for its in names
    ]
    weighted = sum(balance.weighted.values()) or 1
    whole = sum(balance.plates.values()) or 1
    series = (
        (_PALE, [balance.plates[its] / whole for its in names], [balance.plates[its] for its in names]),
        (
            _ACCENT,
            [balance.weighted.get(its, 0) / weighted for its in names],
            [balance.weighted.get(its, 0) for its in names],
        ),
    )
    chart = go.Figure(
        [
            go.Bar(
                x=shown,
                y=shares,
                customdata=counts,
                marker_color=colour,
                marker_cornerradius=3,
                hovertemplate="%{x}: %{customdata} (%{y:.1%})<extra></extra>",
            )
            for colour, shares, counts in series
        ]
    )
    chart.update_layout(
        height=360, margin={"l": 0, "r": 0, "t": 8, "b": 0}, showlegend=False, dragmode=False, bargap=0.3
    )
    chart.update_xaxes(fixedrange=True, showgrid=False, type="category")
    chart.update_yaxes(fixedrange=True, gridcolor=_GRID, tickformat=".0%", nticks=5)
    st.plotly_chart(chart, config={"displayModeBar": False}, alt=say("datasets.balance_alt", plates=f"{plates:,}"))
