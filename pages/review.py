"""Hard plates, one at a time, for people to answer; and what comes of that, for who leads them."""

from __future__ import annotations

import streamlit as st

from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading
from pages.parts.review_desk import show_desk
from pages.parts.review_lead import show_lead
from pages.parts.reviewer import ask_name, reviewer

with open_page("review") as bench:
    heading(say("review.title"), say("review.subtitle"))
    view = st.segmented_control(
        say("review.view"),
        ["desk", "lead"],
        format_func=lambda name: say(f"review.view_{name}"),
        default="desk",
        required=True,
        key="review.view",
        persist_state="session",
        label_visibility="collapsed",
    )
    if view == "lead":
        show_lead(bench)
    elif name := reviewer():
        show_desk(bench, name)
    else:
        ask_name()
