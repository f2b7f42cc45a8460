"""Freeze answers into data sets that never change, take labelled sets in, and see what each holds."""

from __future__ import annotations

import streamlit as st

from pages.parts.clicks import follow_clicks
from pages.parts.dataset_freeze import freeze_form
from pages.parts.dataset_import import import_form
from pages.parts.dataset_list import snapshot_list, work_at_hand
from pages.parts.dataset_view import show_snapshot
from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading

with open_page("datasets") as bench:
    follow_clicks()
    if "set" in st.query_params:
        show_snapshot(bench, st.query_params["set"])
    else:
        heading(say("datasets.title"), say("datasets.subtitle"))
        work_at_hand(bench)
        snapshot_list(bench)
        freezing, importing = st.tabs([say("datasets.tab_freeze"), say("datasets.tab_import")])
        with freezing:
            freeze_form(bench)
        with importing:
            import_form(bench)
