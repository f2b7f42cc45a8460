"""Plates side by side, each with what it reads and what was read, and what one can do with all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from pages.parts.clicks import go, link
from pages.parts.empty_state import empty_state
from pages.parts.failure_words import character
from pages.parts.language import say
from pages.parts.markup import escape
from pages.parts.plate_look import crop_image, percent
from pipeline.workbench import failure_views
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_views import StoredItem, aligned

_PAGE = 24

Readings = Mapping[tuple[str, int], str]
"""What another run read, by file and plate."""


def gallery(bench: Workbench, items: Sequence[StoredItem], key: str, others: Readings | None = None) -> None:
    """A page of plates at a time."""
    if not items:
        empty_state(say("failures.no_plates"), say("failures.no_plates_text"))
        return
    pages = -(-len(items) // _PAGE)
    place = st.container()
    page = st.pagination(pages, key=f"failures.page.{key}") if pages > 1 else 1
    with place:
        cases(bench, items[(page - 1) * _PAGE : page * _PAGE], others)


def cases(bench: Workbench, items: Sequence[StoredItem], others: Readings | None = None) -> None:
    shown = "".join(f"<li>{_case(bench, item, others or {})}</li>" for item in items)
    st.html(f'<ul class="pl-cases">{shown}</ul>')


def use(bench: Workbench, items: Sequence[StoredItem], title: str, origin: str, key: str) -> None:
    """Keep plates under a name, or take them away as a table."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"use-{key}"):
        name = st.text_input(say("failures.selection_name"), title, key=f"failures.name.{key}", max_chars=80, width=420)
        if st.button(say("failures.selection_keep", count=f"{len(items):,}"), key=f"keep-{key}", disabled=not items):
            kept = failure_views.keep_selection(bench, name.strip() or title, origin, [item.id for item in items])
            go(selection=kept.id)
        st.download_button(
            say("failures.csv"),
            partial(failure_views.table_csv, items),
            "plates.csv",
            "text/csv",
            on_click="ignore",
            key=f"csv-{key}",
        )


def reading(truth: str, read: str) -> str:
    """Truth above reading, character under character; where they differ, both stand out. What is right stands once."""
    pairs = aligned(truth, read)
    if all(one == other for one, other in pairs):
        return f'<div class="pl-said"><b>{escape(truth)}</b></div>'
    columns = "".join(
        f'<span class="{"" if one == other else "pl-off"}"><b>{escape(character(one))}</b>'
        f"<i>{escape(character(other))}</i></span>"
        for one, other in pairs
    )
    spoken = escape(say("failures.case_alt", truth=truth, read=read or say("common.no_text")))
    return f'<div class="pl-aligned" role="img" aria-label="{spoken}">{columns}</div>'


def _case(bench: Workbench, item: StoredItem, others: Readings) -> str:
    outcome = item.outcome
    content = f"{crop_image(failure_views.crop_png(bench, item), outcome.truth or outcome.read)}{_said(item)}"
    other = others.get((outcome.file, outcome.plate))
    notes = [item.problem, outcome.file]
    if other is not None:
        notes.insert(0, say("failures.other_read", text=other or say("common.no_text")))
    lines = "".join(f"<small>{escape(note)}</small>" for note in notes if note)
    sure = f"<em>{escape(percent(outcome.confidence))}</em>" if outcome.read else ""
    votes = ""
    if item.inspection_id:
        content = link(content, "analyze", look="pl-open", inspection=item.inspection_id)
        votes = link(escape(say("nav.votes")), "votes", inspection=item.inspection_id)
    elif item.upload_id:
        content = link(content, "analyze", look="pl-open", upload=item.upload_id)
    below = f"<span>{sure}{votes}</span>" if sure or votes else ""
    return f'<div class="pl-case">{content}<p>{below}{lines}</p></div>'


def _said(item: StoredItem) -> str:
    outcome = item.outcome
    if outcome.kind == "extra":
        words = say("failures.case_extra", text=outcome.read or say("common.no_text"))
        return f'<div class="pl-said">{escape(words)}</div>'
    if not outcome.scored:
        return f'<div class="pl-said">{escape(say("failures.case_unlabelled", text=outcome.read or "–"))}</div>'
    if not outcome.read:
        what = "failures.case_missed" if not outcome.found else "failures.case_illegible"
        return f'<div class="pl-said"><b>{escape(outcome.truth)}</b> {escape(say(what))}</div>'
    return reading(outcome.truth, outcome.read)
