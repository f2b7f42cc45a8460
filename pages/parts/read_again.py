"""Reading all stored pictures again with another recipe, in the background."""

from __future__ import annotations

import streamlit as st

from pages.parts.job_progress import job_progress
from pages.parts.language import say, say_name
from pipeline.workbench import analyze, jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.read_set import KIND, start_reading_all


def read_again(bench: Workbench) -> None:
    """The choice of a recipe and the button, and below them the job, until somebody removes it."""
    usable = [choice.name for choice in analyze.recipes(bench) if choice.missing is None]
    latest = next(iter(jobs.recent(bench, 1, KIND)), None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        recipe = st.selectbox(
            say("pictures.again_recipe"),
            usable,
            format_func=lambda name: say_name("recipe", name),
            key="pictures.recipe",
            persist_state="session",
            width=220,
        )
        wanted = st.button(
            say("pictures.again"), help=say("pictures.again_help"), disabled=recipe is None, key="pictures.again"
        )
    if wanted and recipe:
        start_reading_all(bench, recipe)
        st.rerun()
    if latest:
        job_progress(bench, latest.id)
