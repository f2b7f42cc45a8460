"""Drop pictures, see what was read, put right what is wrong; and all that was ever read, to search."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.parts.desk import desk
from pages.parts.empty_state import empty_state, try_examples
from pages.parts.frame import open_page
from pages.parts.inspection_view import show_inspection, show_upload
from pages.parts.language import say
from pages.parts.markup import heading, section
from pages.parts.picture_card import lost_card, picture_card
from pages.parts.picture_table import picture_table, show_pictures
from pages.parts.reading import choose_recipe, read_queue, show_problems, take_files
from pages.parts.result_table import result_table
from pipeline.workbench import analyze, inspections
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import LostUpload

_PICTURES = 5  # shown at once, so that a page with a large zip stays quick


def read_pictures(bench: Workbench) -> None:
    drop, how = st.columns([3, 2], gap="medium")
    with how:
        recipe = choose_recipe(bench)
    with drop:
        take_files(bench)
    read_queue(bench, recipe)
    show_problems()
    show_results(bench, recipe)


def show_results(bench: Workbench, recipe: str) -> None:
    """The session's pictures, a page of them at a time."""
    waiting = set(desk().queue)
    read = [upload_id for upload_id in desk().uploads if upload_id not in waiting]
    if not read:
        if not waiting:
            _show_nothing(bench)
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        section(say("analyze.results", count=len(read)))
        st.button(say("analyze.clear"), help=say("analyze.clear_help"), on_click=desk().clear)
    place = st.container()
    pages = -(-len(read) // _PICTURES)
    page = st.pagination(pages, key="analyze.page", persist_state="session") if pages > 1 else 1
    with place:
        for worked in analyze.results(bench, read[(page - 1) * _PICTURES : page * _PICTURES], recipe):
            if isinstance(worked, LostUpload):
                lost_card(bench, worked)
            else:
                picture_card(bench, replace(worked, from_store=worked.upload.id in desk().from_store))


def _show_nothing(bench: Workbench) -> None:
    """After a reload the session has no pictures, though the workbench may hold many."""
    if stored := inspections.pictures(bench, limit=0).total:
        empty_state(say("analyze.nothing_here_title"), say("analyze.nothing_here_text", count=f"{stored:,}"))
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button(say("analyze.show_stored"), on_click=show_pictures, key="show_stored", type="primary")
    else:
        empty_state(say("analyze.nothing_title"), say("analyze.nothing_text"))
        try_examples(bench)


def show_stored(bench: Workbench) -> None:
    """All plates, or all pictures; a click opens one."""
    if choose("stored.kind", ["plates", "pictures"]) == "plates":
        clicked, what = result_table(bench), "inspection"
    else:
        clicked, what = picture_table(bench), "upload"
    if clicked:
        st.query_params[what] = str(clicked)
        st.rerun()


def choose(key: str, names: list[str]) -> str:
    """A switch between views, the first at first; it stays while the session lasts."""
    st.session_state.setdefault(key, names[0])
    chosen = st.segmented_control(
        say(key),
        names,
        format_func=lambda name: say(f"{key}_{name}"),
        required=True,
        key=key,
        persist_state="session",
        label_visibility="collapsed",
    )
    return str(chosen)


with open_page("analyze") as bench:
    if "inspection" in st.query_params:
        show_inspection(bench, st.query_params["inspection"])
    elif "upload" in st.query_params:
        show_upload(bench, st.query_params["upload"])
    else:
        heading(say("analyze.title"), say("analyze.subtitle"))
        if choose("analyze.view", ["read", "stored"]) == "read":
            read_pictures(bench)
        else:
            show_stored(bench)
