"""Have a reader learn what people have read, watch it learn, and say what shall begin by itself."""

from __future__ import annotations

import streamlit as st

from pages.parts.clicks import follow_clicks
from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading
from pages.parts.training_form import schedule_form, start_form
from pages.parts.training_runs import training_list

with open_page("training") as bench:
    follow_clicks()
    heading(say("training.title"), say("training.subtitle"))
    left, right = st.columns([3, 2], gap="large")
    with left:
        start_form(bench)
    with right:
        schedule_form(bench)
    training_list(bench)
