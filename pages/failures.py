"""Read a labelled set, see where the reading fails, and keep the plates that show it."""

from __future__ import annotations

import streamlit as st

from pages.parts.clicks import follow_clicks
from pages.parts.failure_run import show_run
from pages.parts.failure_selection import selection_list, show_selection
from pages.parts.failure_start import choose, run_table
from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading

with open_page("failures") as bench:
    follow_clicks()
    if "selection" in st.query_params:
        show_selection(bench, st.query_params["selection"])
    elif "run" in st.query_params:
        show_run(bench, st.query_params["run"])
    else:
        heading(say("failures.title"), say("failures.subtitle"))
        choose(bench)
        run_table(bench)
        selection_list(bench)
