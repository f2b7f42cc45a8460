"""Plates that somebody kept under a name: shown, sent on, deleted."""

from __future__ import annotations

import streamlit as st

from pages.parts.clicks import go, link
from pages.parts.empty_state import empty_state
from pages.parts.failure_gallery import gallery
from pages.parts.language import say
from pages.parts.markup import escape, heading, moment, section
from pipeline.workbench import NotFound, cases, failure_views
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_views import StoredSelection


def show_selection(bench: Workbench, asked: str) -> None:
    """The selection of that id; a sentence where there is none."""
    if st.button(f"← {say('failures.back_to_sets')}"):
        go()
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    try:
        selection, items = failure_views.open_selection(bench, number)
    except NotFound:
        empty_state(say("failures.unknown_selection", id=asked), say("analyze.unknown_text"))
        return
    heading(selection.name, f"{selection.origin} · {moment(selection.created)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f'<p class="pl-count"><strong>{escape(say("failures.selection_of", count=f"{len(items):,}"))}</strong></p>'
        )
        if selection.inspections:
            compare = link(escape(say("failures.selection_compare")), "compare", selection=selection.id)
            st.html(compare, width="content")
        for run_id in dict.fromkeys(item.run_id for item in items):
            st.html(link(escape(say("failures.selection_run", id=run_id)), run=run_id), width="content")
        send_to_review(bench, selection)
        with st.popover(say("failures.selection_delete")):
            st.write(say("failures.selection_delete_text"))
            if st.button(say("analyze.delete_for_good"), key=f"delete-selection-{selection.id}", type="primary"):
                failure_views.delete_selection(bench, selection.id)
                go()
    st.caption(say("failures.selection_link"))
    gallery(bench, items, f"selection-{selection.id}")


def send_to_review(bench: Workbench, selection: StoredSelection) -> None:
    """A button that flags its plates; only those that the store holds can be looked at."""
    if selection.inspections and st.button(say("review.send"), key=f"review-selection-{selection.id}"):
        made = cases.flag_selection(bench, selection.id)
        st.toast(say("review.sent", count=len(made)) if made else say("review.sent_none"))


def selection_list(bench: Workbench) -> None:
    """Every selection as a link; nothing where there is none."""
    kept = failure_views.selections(bench)
    if not kept:
        return
    section(say("failures.selections"))
    rows = "".join(map(_row, kept))
    st.html(f'<ul class="pl-selections">{rows}</ul>')


def _row(kept: StoredSelection) -> str:
    content = f"<strong>{escape(kept.name)}</strong><small>{escape(kept.origin)}</small>"
    count = escape(say("failures.selection_of", count=f"{len(kept.items):,}"))
    return f"<li>{link(content, look='pl-kept', selection=kept.id)}<span>{count}</span></li>"
