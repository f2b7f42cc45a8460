"""What a page shows where there is nothing yet: what it would show, and what to do."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk import desk
from pages.parts.frame import page_file
from pages.parts.language import say
from pages.parts.markup import escape, progress
from pages.parts.plate_look import chip
from pipeline.workbench.bench import Workbench
from pipeline.workbench.examples import add_examples

_EXAMPLES = 4


def empty_state(title: str, text: str) -> None:
    st.html(f'<div class="pl-empty"><i></i><h3>{escape(title)}</h3><p>{escape(text)}</p></div>')


def invite(bench: Workbench) -> None:
    """An empty workbench says what it is for and how to begin."""
    steps = "".join(
        f"<li><b>{number}</b><h3>{escape(say(f'empty.steps_{name}'))}</h3><p>{escape(say(f'empty.steps_{name}_text'))}</p></li>"
        for number, name in enumerate(("find", "read", "keep"), start=1)
    )
    with st.container(border=True, key="invite"):
        st.html(
            f'<div class="pl-invite">{chip("123가4568", ("film_8",), "large")}'
            f"<h2>{escape(say('empty.title'))}</h2><p>{escape(say('empty.text'))}</p></div>"
        )
        try_examples(bench, or_drop=True)
        st.html(f'<ol class="pl-steps">{steps}</ol>')


def try_examples(bench: Workbench, *, or_drop: bool = False) -> None:
    """A button that draws example scenes and has them read on the page Analyze, and maybe one that just leads there."""
    with st.container(horizontal=True, horizontal_alignment="center"):
        wanted = st.button(say("empty.examples"), type="primary")
        if or_drop and st.button(say("empty.drop")):
            st.switch_page(page_file("analyze"))
    if wanted:
        _draw_examples(bench)


def _draw_examples(bench: Workbench) -> None:
    bar = st.empty()
    bar.html(progress(0, _EXAMPLES, say("empty.drawing", done=1, total=_EXAMPLES)))
    for done, upload in enumerate(add_examples(bench, _EXAMPLES), start=1):
        desk().add(upload.id)
        bar.html(progress(done, _EXAMPLES, say("empty.drawing", done=min(done + 1, _EXAMPLES), total=_EXAMPLES)))
    st.switch_page(page_file("analyze"))
