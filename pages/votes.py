"""One verdict opened: who read what, how much each counts, and what the verdict would be without one of them."""

from __future__ import annotations

import streamlit as st

from pages.parts.empty_state import empty_state, invite
from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading
from pages.parts.result_table import result_table
from pages.parts.vote_table import show_votes
from pipeline.workbench import NotFound, PictureGone, inspections
from pipeline.workbench.bench import Workbench


def choose_plate(bench: Workbench) -> None:
    """Every stored plate, to open one."""
    if not inspections.search(bench, limit=0).total:
        invite(bench)
        return
    st.caption(say("votes.choose"))
    if clicked := result_table(bench):
        st.query_params["inspection"] = str(clicked)
        st.rerun()


def open_plate(bench: Workbench, asked: str) -> None:
    st.button(f"← {say('votes.back')}", on_click=lambda: st.query_params.clear())
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    try:
        show_votes(bench, number)
    except PictureGone as error:
        empty_state(say("analyze.gone_inspection", id=asked), f"{say('problem.PictureGone')} {error}")
    except NotFound:
        empty_state(say("analyze.unknown_inspection", id=asked), say("votes.unknown_text"))


with open_page("votes") as bench:
    heading(say("votes.title"), say("votes.subtitle"))
    if asked := st.query_params.get("inspection"):
        open_plate(bench, asked)
    else:
        choose_plate(bench)
