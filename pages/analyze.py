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
from pages.parts.reading import choose_recipe, read_queue, show_problems, take_files
from pages.parts.result_table import result_table
from pipeline.workbench import analyze
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
            empty_state(say("analyze.nothing_title"), say("analyze.nothing_text"))
            try_examples(bench)
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


with open_page("analyze") as bench:
    if "inspection" in st.query_params:
        show_inspection(bench, st.query_params["inspection"])
    elif "upload" in st.query_params:
        show_upload(bench, st.query_params["upload"])
    else:
        heading(say("analyze.title"), say("analyze.subtitle"))
        st.session_state.setdefault("analyze.view", "read")
        view = st.segmented_control(
            say("analyze.view"),
            ["read", "stored"],
            format_func=lambda name: say(f"analyze.view_{name}"),
            required=True,
            key="analyze.view",
            persist_state="session",
            label_visibility="collapsed",
        )
        if view == "read":
            read_pictures(bench)
        elif clicked := result_table(bench):
            st.query_params["inspection"] = str(clicked)
            st.rerun()
