"""What was read so far, and what deserves a second look."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from pages.parts import plate_look as look
from pages.parts.empty_state import invite
from pages.parts.frame import open_page, page_file
from pages.parts.language import say
from pages.parts.markup import escape, heading, section
from pages.parts.result_table import show_waiting
from pipeline.workbench.bench import Workbench
from pipeline.workbench.inspections import crop_png
from pipeline.workbench.overview import Overview, overview
from pipeline.workbench.views import Counts, InspectionRow, ResultRow

_EACH, _PICTURES = 6, 3  # entries of each list of plates, and of pictures


def show_counts(counts: Counts) -> None:
    cards = (
        ("pictures", counts.uploads, ""),
        ("plates", counts.inspections, ""),
        ("confident", counts.inspections - counts.doubtful, "good"),
        ("waiting", counts.waiting, "warn" if counts.waiting else ""),
        ("corrected", counts.reviewed, ""),
    )
    shown = "".join(
        f'<li class="pl-{kind}"><span>{escape(say(f"overview.{name}"))}</span><strong>{number:,}</strong></li>'
        for name, number, kind in cards
    )
    st.html(f'<ul class="pl-counts">{shown}</ul>')


def show_days(counts: Counts) -> None:
    days, numbers = zip(*counts.per_day, strict=True)
    chart = go.Figure(go.Bar(x=days, y=numbers, marker_color="#1f5fd0", marker_cornerradius=4))
    chart.update_layout(height=230, margin={"l": 0, "r": 0, "t": 8, "b": 0}, bargap=0.35, dragmode=False)
    chart.update_xaxes(tickformat="%-m/%-d", showgrid=False, fixedrange=True, nticks=7)
    chart.update_yaxes(rangemode="tozero", tickformat=",d", nticks=4, fixedrange=True, gridcolor="#e7ebf2")
    section(say("overview.per_day", days=len(days)))
    st.plotly_chart(
        chart,
        config={"displayModeBar": False},
        alt=say("overview.per_day_alt", days=len(days), total=sum(numbers)),
    )


def show_latest(bench: Workbench, rows: tuple[InspectionRow, ...]) -> None:
    section(say("overview.latest"))
    grid = st.grid(3, min_column_width=160)
    for row in rows:
        with grid.cell(), st.container(border=True, key=f"latest-{row.id}"):
            text = row.text if row.truth is None else row.truth
            st.html(
                f'<div class="pl-tile">{look.crop_image(crop_png(bench, row), text)}'
                f"{look.chip(text, row.formats)}<small>{escape(row.name)}</small></div>"
            )
            open_link(inspection=row.id)


def show_attention(bench: Workbench, seen: Overview) -> None:
    section(say("overview.attention"))
    if not (seen.doubtful or seen.failed or seen.without_plate):
        st.caption(say("overview.attention_none"))
    with st.container(key="attention", gap="xsmall"):
        for row in seen.doubtful:
            crop = look.crop_image(crop_png(bench, row), row.text)
            what = f"{crop}{look.chip(row.text, row.formats, 'small')}"
            _attention(what, look.attention_words(row.doubts, row.confidence), inspection=row.id)
        if seen.counts.waiting > len(seen.doubtful) and st.button(
            say("overview.attention_all", count=seen.counts.waiting)
        ):
            show_waiting()
            st.switch_page(page_file("analyze"))
    if pictures := [*seen.failed[:_PICTURES], *seen.without_plate[:_PICTURES]]:
        section(say("overview.attention_pictures"))
        for result in pictures:
            _attention_picture(result)


def _attention_picture(result: ResultRow) -> None:
    why = look.failure_words(result.failures[0]) if result.failures else say("overview.without_plate")
    _attention(f"<strong>{escape(result.upload.name)}</strong>", why, upload=result.upload.id)


def _attention(what: str, why: str, **address: int) -> None:
    """``what`` is HTML; ``why`` is a sentence."""
    key = "-".join(f"look-{name}-{number}" for name, number in address.items())
    with st.container(border=True, key=key):
        st.html(f'<div class="pl-attention"><div>{what}</div><p>{escape(why)}</p></div>')
        open_link(**address)


def open_link(**address: int) -> None:
    """The style sheet stretches it over the whole card."""
    ((name, number),) = address.items()
    st.page_link(page_file("analyze"), label=say(f"common.open_{name}", id=number), query_params={name: str(number)})


with open_page("overview") as bench:
    seen = overview(bench, _EACH)
    heading(say("overview.title"), say("overview.subtitle"))
    if seen.empty:
        invite(bench)
    else:
        show_counts(seen.counts)
        left, right = st.columns([7, 5], gap="large")
        with left:
            show_days(seen.counts)
            show_latest(bench, seen.latest)
        with right:
            show_attention(bench, seen)
