"""Whether enhancing dark pictures helps or hurts what comes after: vehicles and plates found, detail kept."""

from __future__ import annotations

import streamlit as st

from pages.parts.check_start import check_table, choose
from pages.parts.check_view import show_check
from pages.parts.clicks import follow_clicks
from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading

with open_page("low_light") as bench:
    follow_clicks()
    if "check" in st.query_params:
        show_check(bench, st.query_params["check"])
    else:
        heading(say("low_light.title"), say("low_light.subtitle"))
        choose(bench)
        check_table(bench)
