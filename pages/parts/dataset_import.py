"""Taking a labelled set in."""

from __future__ import annotations

import streamlit as st

from pages.parts.dataset_list import follow
from pages.parts.language import say
from pages.parts.markup import notice
from pages.parts.set_picker import choose_set
from pipeline.workbench import PlateLoopError, snapshot_import
from pipeline.workbench.bench import Workbench


def import_form(bench: Workbench) -> None:
    """A set, what is in it, a name, and the button."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        chosen = choose_set(bench, "datasets")
    with right:
        name = st.text_input(
            say("datasets.name"), "imported", max_chars=60, key="datasets.import_name", help=say("datasets.name_help")
        )
        st.caption(say("datasets.import_text"))
        if st.button(say("datasets.import"), type="primary", key="datasets.import", disabled=chosen is None) and chosen:
            try:
                job = snapshot_import.start_import(bench, chosen.place, name, chosen.form)
            except PlateLoopError as error:
                notice(str(error), "bad")
            else:
                follow(job)
