"""One plate before and after a chain of enhancers, at full resolution."""

from __future__ import annotations

import streamlit as st

from pages.parts.compare_slider import compare_slider
from pages.parts.comparison import AFTER
from pages.parts.language import say
from pages.parts.markup import image_address, section
from pages.parts.way_look import way_name
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare import Grid, Picture, picture
from pipeline.workbench.plates import Plate
from pipeline.workbench.ways import UNCHANGED


def before_after(bench: Workbench, grid: Grid, plate: Plate) -> None:
    """The plate's crop under an edge that one moves; the chain is chosen here or by a click into the grid."""
    known = {
        chain.key: chain
        for chain in grid.comparison.chains
        if chain.key != UNCHANGED and (made := grid.enhancement(plate, chain)) and made.picture_sha256
    }
    before = picture(bench, plate.crop_sha256)
    if not known or before is None:
        return
    section(say("compare.before_after"))
    if st.session_state.get(AFTER) not in known:
        st.session_state[AFTER] = list(known)[-1]
    key = str(
        st.segmented_control(
            say("compare.before_after"),
            list(known),
            format_func=lambda key: way_name(known[key]),
            required=True,
            key=AFTER,
            label_visibility="collapsed",
        )
    )
    made = grid.enhancement(plate, known[key])
    after = picture(bench, str(made.picture_sha256)) if made else None
    if after is None:
        return
    compare_slider(
        (image_address(before.png), _words(say("compare.before"), before)),
        (image_address(after.png), _words(way_name(known[key]), after)),
        max((before.width, before.height), (after.width, after.height)),
        say("compare.slider"),
        key="compare.slider",  # one for all chains, so that the edge stays where it is
    )


def _words(name: str, shown: Picture) -> str:
    return f"{name} · {say('common.pixels', width=shown.width, height=shown.height)}"
