"""The desk of somebody who answers: one plate, everything by keyboard.

It is a fragment, and no model runs between a key and the next plate: that one was made ready while this was looked at.
Buttons are named for their case and count for the plate they were drawn with, so that a key pressed twice never answers
a plate that nobody has seen, and one that Streamlit gives to a button of the plate before as well never acts twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import streamlit as st

from pages.parts.empty_state import empty_state
from pages.parts.language import say
from pages.parts.markup import escape, notice
from pages.parts.plate_editor import edited_text, plate_editor
from pages.parts.review_corners import fix_corners, reread_inside
from pages.parts.review_sight import choose_version, show_readings, show_reasons, show_whole
from pages.parts.reviewer import remember
from pipeline.plate.types import Quad, Verdict
from pipeline.workbench import NotFound, PlateLoopError, cases, review
from pipeline.workbench.bench import Workbench
from pipeline.workbench.review import CaseTaken
from pipeline.workbench.sights import Sights
from pipeline.workbench.views import StoredCase


@dataclass(slots=True)
class Desk:
    """What one session has before it.

    ``skipped`` are the cases left to others since the last answer, ``quads`` corners that were fixed by case.
    ``step`` counts what was done: a button acts only in the step that it was drawn in.
    """

    skipped: list[int] = field(default_factory=list)
    quads: dict[int, Quad] = field(default_factory=dict)
    fixing: bool = False
    said: str = ""
    step: int = 0


def show_desk(bench: Workbench, reviewer: str) -> None:
    if "review.desk" not in st.session_state:
        st.session_state["review.desk"] = Desk()
    _desk(bench, reviewer, st.session_state["review.desk"])


@st.fragment
def _desk(bench: Workbench, reviewer: str, desk: Desk) -> None:
    case = review.claim(bench, reviewer)
    _head(bench, reviewer)
    if desk.said:
        notice(desk.said, "warn")
        desk.said = ""
    if case is None:
        empty_state(say("review.nothing_title"), say("review.nothing_text"))
        with st.container(horizontal=True, horizontal_alignment="center"):
            _undo(bench, reviewer, desk, "nothing")
        return
    try:
        sight = _sights(bench).get(case.flag.inspection_id)
        if desk.fixing:
            fix_corners(bench, sight.stored, desk.quads.get(case.id), partial(_fixed, desk, case.id))
            return
        quad = desk.quads.get(case.id)
        again = reread_inside(bench, sight.stored, quad) if quad is not None else None
    except NotFound as error:  # somebody deleted it meanwhile, or its picture is gone
        notice(str(error), "warn")
        _button("skip", "Shift+S", partial(_skip, bench, reviewer, desk, desk.step, case), case)
        return
    verdict = again.inspection.verdict if again else sight.stored.inspection.verdict
    left, right = st.columns([7, 5], gap="large")
    with left:
        choose_version(bench, sight, again.crop if again else None)
        seed = f"{case.id}:{hash(quad.tobytes()) if quad is not None else ''}"
        text = plate_editor(seed, verdict.text, _least_sure(verdict))
        _actions(bench, reviewer, desk, case, (seed, verdict.text))
    with right:
        show_reasons(case, sight.stored, text)
        show_readings(sight.stored, text)
        show_whole(sight)
    if following := review.following(bench, reviewer):
        _sights(bench).prepare(following.flag.inspection_id)


@st.cache_resource(show_spinner=False)
def _sights(_bench: Workbench) -> Sights:
    """One for all sessions."""
    return Sights(_bench)


def _head(bench: Workbench, reviewer: str) -> None:
    left = cases.backlog(bench).open
    with st.container(horizontal=True, vertical_alignment="center"):
        waiting = escape(say("review.left", count=f"{left:,}"))
        st.html(f'<p class="pl-count"><strong>{escape(reviewer)}</strong>{waiting}</p>')
        st.button(say("review.other_name"), type="tertiary", on_click=remember, args=("",), key="review.other_name")


def _actions(bench: Workbench, reviewer: str, desk: Desk, case: StoredCase, shown: tuple[str, str]) -> None:
    with st.container(horizontal=True, gap="xsmall", key="review-actions"):
        _button("accept", "Enter", partial(_accept, bench, reviewer, desk, desk.step, case, shown), case, primary=True)
        for state, keys in (("unreadable", "Shift+U"), ("not_a_plate", "Shift+N")):
            _button(state, keys, partial(_refuse, bench, reviewer, desk, desk.step, case, state), case)
        _button("skip", "Shift+S", partial(_skip, bench, reviewer, desk, desk.step, case), case)
        _undo(bench, reviewer, desk, str(case.id))
        _button("corners", "Shift+F", partial(setattr, desk, "fixing", True), case)


def _button(name: str, keys: str, act: Callable[[], None], case: StoredCase, *, primary: bool = False) -> None:
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(say(f"review.{name}"), type=kind, shortcut=keys, on_click=act, key=f"review.{name}.{case.id}")


def _undo(bench: Workbench, reviewer: str, desk: Desk, place: str) -> None:
    act = partial(_take_back, bench, reviewer, desk, desk.step)
    st.button(say("review.undo"), shortcut="Shift+Z", on_click=act, key=f"review.undo.{place}")


def _accept(bench: Workbench, reviewer: str, desk: Desk, step: int, case: StoredCase, shown: tuple[str, str]) -> None:
    with _done_once(desk, step) as acts:
        if acts:
            review.accept(bench, case, reviewer, edited_text(*shown), desk.quads.get(case.id))
            desk.skipped.clear()


def _refuse(bench: Workbench, reviewer: str, desk: Desk, step: int, case: StoredCase, state: str) -> None:
    with _done_once(desk, step) as acts:
        if acts:
            review.refuse(bench, case, reviewer, state)
            desk.skipped.clear()


def _skip(bench: Workbench, reviewer: str, desk: Desk, step: int, case: StoredCase) -> None:
    with _done_once(desk, step) as acts:
        if acts:
            review.skip(bench, case, reviewer)
            desk.skipped.append(case.id)


def _take_back(bench: Workbench, reviewer: str, desk: Desk, step: int) -> None:
    with _done_once(desk, step) as acts:
        if acts:
            skipped = desk.skipped.pop() if desk.skipped else None
            if review.undo(bench, reviewer, skipped) is None:
                desk.said = say("review.undo_none")


@contextmanager
def _done_once(desk: Desk, step: int) -> Iterator[bool]:
    """Whether the step is still to be done; what keeps an answer from being taken is said above the next plate."""
    if acts := step == desk.step:
        desk.step += 1
    try:
        yield acts
    except PlateLoopError as error:
        desk.said = say("review.taken") if isinstance(error, CaseTaken) else str(error)


def _least_sure(verdict: Verdict) -> int:
    """The place of the character that is most likely wrong."""
    return min(range(len(verdict.slots)), key=lambda n: verdict.slots[n].probability, default=0)


def _fixed(desk: Desk, case_id: int, quad: Quad | None) -> None:
    """The corners are as they should be; None leaves them as they were."""
    desk.fixing = False
    if quad is not None:
        desk.quads[case_id] = quad
