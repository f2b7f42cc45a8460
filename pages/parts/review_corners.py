"""Fixing the four corners of a plate: moved over its picture, and beside them what would be read inside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from pages.parts import plate_look as look
from pages.parts.corner_editor import corner_editor
from pages.parts.language import say
from pages.parts.markup import image_address, notice
from pipeline.plate.types import Quad
from pipeline.workbench import sights
from pipeline.workbench.bench import Workbench
from pipeline.workbench.sights import DegenerateQuad, Reread, Surroundings
from pipeline.workbench.views import StoredInspection

_KEPT = 32


def fix_corners(
    bench: Workbench, stored: StoredInspection, known: Quad | None, done: Callable[[Quad | None], None]
) -> None:
    """The picture with the corners, and a look at what they enclose.

    Args:
        known: where they were put before.
        done: gets the corners, or None where they shall stay as they are.
    """
    quad = known if known is not None else stored.inspection.detection.quad
    st.caption(say("review.corners_text"))
    left, right = st.columns([7, 5], gap="large")
    with left:
        moved = corner_editor(
            f"{stored.id}:{quad.tolist()}", _surroundings(bench, stored, stored.id, _plain(quad)), quad
        )
    with right:
        usable = _preview(bench, stored, moved)
        with st.container(horizontal=True, gap="xsmall"):
            use, leave = say("review.corners_use"), say("review.corners_leave")
            st.button(
                use, type="primary", shortcut="Enter", on_click=done, args=(moved,), key="use", disabled=not usable
            )
            st.button(leave, shortcut="Esc", on_click=done, args=(None,), key="leave")


def _preview(bench: Workbench, stored: StoredInspection, quad: Quad) -> bool:
    """What is read inside the corners; False where they enclose no plate."""
    try:
        again = reread_inside(bench, stored, quad)
    except DegenerateQuad as error:
        notice(str(error), "warn")
        return False
    verdict = again.inspection.verdict
    st.html(
        f'<div class="pl-review-crop"><img src="{image_address(again.crop)}" alt=""></div>'
        f'<div class="pl-review-head">{look.chip(verdict.text, verdict.formats, "large")}'
        f"{look.confidence(verdict.confidence)}</div>"
    )
    return True


def reread_inside(bench: Workbench, stored: StoredInspection, quad: Quad) -> Reread:
    """What is read inside other corners; worked once for each place they are put.

    Raises:
        DegenerateQuad: they enclose nothing that could be a plate.
        NotFound: the picture is gone.
    """
    return _reread(bench, stored, stored.id, _plain(quad))


Plain = tuple[tuple[float, float], ...]


def _plain(quad: Quad) -> Plain:
    return tuple((float(x), float(y)) for x, y in quad)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _reread(_bench: Workbench, _stored: StoredInspection, inspection_id: int, corners: Plain) -> Reread:
    return sights.reread(_bench, _stored, np.asarray(corners, np.float32))


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _surroundings(_bench: Workbench, _stored: StoredInspection, inspection_id: int, corners: Plain) -> Surroundings:
    return sights.surroundings(_bench, _stored, np.asarray(corners, np.float32))
