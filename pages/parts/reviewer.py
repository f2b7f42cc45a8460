"""Who answers: asked once, then kept in the session and in the address, which outlives a reload."""

from __future__ import annotations

import streamlit as st

from pages.parts.language import say
from pages.parts.markup import escape
from pages.parts.plate_look import chip

REVIEWER = "reviewer"
"""In session state and in the address."""
_LONGEST = 60


def reviewer() -> str:
    """The person's name; "" where nobody has said it."""
    return str(st.session_state.get(REVIEWER) or st.query_params.get(REVIEWER, "")).strip()[:_LONGEST]


def ask_name() -> None:
    """The first thing that a new annotator sees."""
    with st.container(border=True, key="ask-name"):
        steps = "".join(
            f"<li><b>{number}</b><h3>{escape(say(f'review.steps_{name}'))}</h3>"
            f"<p>{escape(say(f'review.steps_{name}_text'))}</p></li>"
            for number, name in enumerate(("look", "answer", "undo"), start=1)
        )
        st.html(
            f'<div class="pl-invite">{chip("12가345?", ("long_7",), "large")}'
            f"<h2>{escape(say('review.who'))}</h2><p>{escape(say('review.who_text'))}</p></div>"
        )
        with (
            st.container(horizontal=True, horizontal_alignment="center"),
            st.form("review.name", border=False, width=420),
        ):
            name = st.text_input(say("plate.reviewer"), max_chars=_LONGEST, key="review.name_asked")
            if st.form_submit_button(say("review.start"), type="primary", width="stretch") and name.strip():
                remember(name.strip())
                st.rerun()
        st.html(f'<ol class="pl-steps">{steps}</ol>')


def remember(name: str) -> None:
    """ "" forgets."""
    st.session_state[REVIEWER] = name
    if name:
        st.query_params[REVIEWER] = name
    else:
        st.query_params.pop(REVIEWER, None)
