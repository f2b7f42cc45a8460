"""All that was ever read: a filter, a table that pages through any number of rows, and its CSV."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.empty_state import empty_state
from pages.parts.language import say, say_name
from pages.parts.markup import escape, image_address
from pipeline.workbench import inspections
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import InspectionFilter, InspectionRow, Order

_ROWS = 25
_AMBER = "#fff3dd"
_OPEN: dict[str, Any] = {
    "stored.text": "",
    "stored.confidence": (0, 100),
    "stored.dates": (),
    "stored.sources": [],
    "stored.attention": False,
    "stored.newest": True,
}
"""The filter at first, by the keys of its widgets: every plate once."""


def result_table(bench: Workbench) -> int | None:
    """The id of the inspection whose row was clicked, if any."""
    wanted, order = _ask(bench)
    page_key = f"stored.page.{hash((wanted, order))}"  # another filter begins at page 1
    found = inspections.search(bench, wanted, order, _ROWS, _ROWS * (st.session_state.get(page_key, 1) - 1))
    if not found.total:
        _nothing(wanted)
        return None
    if not found.rows:  # the last page was emptied
        st.session_state[page_key] = 1
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        count = say("stored.found", count=f"{found.total:,}")
        hint = escape(say("stored.hint"))
        st.html(f'<p class="pl-count"><strong>{escape(count)}</strong> {hint}</p>', width="content")
        st.download_button(
            say("stored.csv"),
            lambda: inspections.table_csv(bench, wanted, order),
            "plateloop.csv",
            "text/csv",
            on_click="ignore",
        )
    chosen = _table(bench, found.rows)
    if found.total > _ROWS:
        st.pagination(-(-found.total // _ROWS), key=page_key, persist_state="session")
    return chosen


def show_waiting() -> None:
    """Sets the page Analyze to the table of what needs attention."""
    st.session_state.update({**_OPEN, "stored.attention": True, "analyze.view": "stored", "stored.kind": "plates"})


def _ask(bench: Workbench) -> tuple[InspectionFilter, Order]:
    for key, value in _OPEN.items():
        st.session_state.setdefault(key, value)
    with st.container(border=True, key="filter"):
        first, second = st.columns([5, 4, 4]), st.columns([5, 4, 4], vertical_alignment="bottom")
        with first[0]:
            text = _widget(st.text_input, "search", "text", placeholder=say("stored.search_hint"))
        with first[1]:
            dates = _widget(st.date_input, "dates", "dates")
        with first[2]:
            known = inspections.sources(bench)
            names = {name: say_name("source", name) for name in known}
            hint = say("stored.sources_all")
            sources = _widget(
                st.multiselect, "sources", "sources", options=known, format_func=names.get, placeholder=hint
            )
        with second[0]:
            low, high = _widget(st.slider, "confidence", "confidence", min_value=0, max_value=100, format="%d %%")
        with second[1]:
            order = _widget(
                st.selectbox, "order", "order", options=list(Order), format_func=lambda order: say(f"order.{order}")
            )
        with second[2]:
            attention = _widget(st.toggle, "attention", "attention")
            newest = _widget(st.toggle, "newest", "newest", help=say("stored.newest_help"))
    since, until = inspections.days(*_ends(dates))
    wanted = InspectionFilter(
        text=text,
        confidence=(low / 100, high / 100),
        since=since,
        until=until,
        sources=tuple(sources),
        doubtful=attention or None,
        reviewed=False if attention else None,
        newest=newest,
    )
    return wanted, order


def _widget(kind: Any, label: str, name: str, **settings: Any) -> Any:
    """One input of the filter; its value stays while the session lasts."""
    return kind(say(f"stored.{label}"), key=f"stored.{name}", persist_state="session", **settings)


def _ends(dates: tuple[date, ...]) -> tuple[date | None, date | None]:
    """First and last day; while only one is chosen, the range is open to now."""
    first, last = (*dates, None, None)[:2]
    return first, last


def _nothing(wanted: InspectionFilter) -> None:
    if wanted == InspectionFilter(newest=True):
        empty_state(say("stored.empty_title"), say("stored.empty_text"))
        return
    empty_state(say("stored.nothing_title"), say("stored.nothing_text"))
    st.button(say("stored.reset"), on_click=lambda: st.session_state.update(_OPEN), key="reset")


def _table(bench: Workbench, rows: tuple[InspectionRow, ...]) -> int | None:
    column = st.column_config
    event = st.dataframe(
        pd.DataFrame([_cells(bench, row) for row in rows]),
        hide_index=True,
        row_height=38,
        height="content",
        column_config={
            "crop": column.ImageColumn(say("stored.column_crop"), width=140),
            "text": column.TextColumn(say("stored.column_text"), width=95),
            "truth": column.TextColumn(say("stored.column_truth"), width=95),
            "confidence": column.ProgressColumn(
                say("stored.column_confidence"), min_value=0, max_value=100, format="%d %%", width=95
            ),
            "attention": column.MultiselectColumn(
                say("stored.column_attention"), width=95, options=[say("stored.look_again")], color=[_AMBER]
            ),
            "file": column.TextColumn(say("stored.column_file"), width=118),
            "source": column.TextColumn(say("stored.column_source"), width=105),
            "recipe": column.TextColumn(say("fact.recipe"), width=80),
            "created": column.DatetimeColumn(say("stored.column_created"), format="YYYY-MM-DD HH:mm", width=138),
        },
        selection_mode="single-cell",
        on_select="rerun",
        key="stored.table",
        alt=say("stored.table_alt"),
    )
    chosen = next((row for row, _ in event.selection.cells), None)
    return rows[chosen].id if chosen is not None and chosen < len(rows) else None


def _cells(bench: Workbench, row: InspectionRow) -> dict[str, object]:
    return {
        "crop": image_address(png) if (png := inspections.crop_png(bench, row)) else None,
        "text": row.text or say("common.no_text"),
        "truth": row.truth or ("" if row.truth is None else say("common.no_text")),
        "confidence": round(100 * row.confidence),
        "attention": [say("stored.look_again")] if row.doubtful and row.truth is None else [],
        "file": row.name,
        "source": say_name("source", row.source),
        "recipe": say_name("recipe", row.recipe),
        "created": row.created.astimezone().replace(tzinfo=None),
    }
