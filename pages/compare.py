"""The same plates enhanced in every way and read by every reader, side by side."""

from __future__ import annotations

import streamlit as st

from pages.parts import comparison
from pages.parts.compare_view import show_comparison
from pages.parts.empty_state import empty_state
from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading, notice
from pages.parts.plate_picker import choose_plates, compare_examples, take_videos
from pages.parts.way_picker import choose_ways, chosen_ways
from pipeline.workbench import NotFound
from pipeline.workbench.compare import Comparison
from pipeline.workbench.plates import MOST_PLATES, find_plates

with open_page("compare") as bench:
    heading(say("compare.title"), say("compare.subtitle"))
    try:
        comparison.take_address(bench)
    except NotFound as error:
        notice(str(error), "warn")
    take_videos(bench)
    asked = comparison.plates()
    plates = find_plates(bench, asked)
    left, right = st.columns([5, 7], gap="medium") if plates else (st.container(), st.container())
    if lost := min(len(asked), MOST_PLATES) - len(plates):
        notice(say("compare.lost", count=lost), "warn")
    if len(asked) > MOST_PLATES:
        notice(say("compare.too_many", count=len(asked), most=MOST_PLATES), "warn")
    if plates:
        with right:
            choice = chosen_ways(bench)

        def choose() -> None:
            with left:
                choose_plates(bench, plates)
            with right:
                choose_ways(bench, choice)

        if choice.readers:
            show_comparison(bench, Comparison(plates, choice.chains, choice.readers), choose)
        else:
            choose()
            empty_state(say("compare.no_reader_title"), say("compare.no_reader_text"))
    else:
        with left:
            choose_plates(bench, plates)
        empty_state(say("compare.nothing_title"), say("compare.nothing_text"))
        compare_examples(bench)
    comparison.write_address()
