"""How the grid of a comparison fills: here while it is quick, by the worker where it takes longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.comparison import PAUSED
from pages.parts.job_progress import watch_jobs
from pages.parts.language import say
from pages.parts.markup import progress
from pipeline.workbench import compare, compare_job, jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare import Grid
from pipeline.workbench.views import StoredJob

_DRAW_EVERY, _SCORE_EVERY = 0.4, 3.0  # seconds
_HAND_OVER_AFTER = 8.0
"""Seconds after which the worker goes on, so that one may close the page."""
_AGAIN = "compare.again"


class View(Protocol):
    """What shows a grid: first laid out somewhere, then drawn anew as it fills."""

    grid: Grid

    def lay_out(self) -> None: ...

    def draw(self) -> None: ...

    def draw_scores(self) -> None: ...


def fill(bench: Workbench, view: View, status: DeltaGenerator, place: DeltaGenerator, rest: Callable[[], None]) -> None:
    """Shows a grid and works what is not known yet; one can stop it, and whatever interrupts it loses nothing.

    Args:
        status: where it is said how far it is.
        place: where the grid stands.
        rest: draws the rest of the page, before any work.
    """
    grid, again = view.grid, bool(st.session_state.pop(_AGAIN, False))
    if job_id := compare_job.running_comparison(bench, grid.comparison):
        with place:
            _follow(bench, view, job_id)
        rest()
        return
    with place:
        view.lay_out()
    rest()
    with status:
        if grid.done == grid.comparison.size and not again:
            _offer_again(grid)
        elif st.session_state.get(PAUSED):
            _offer_more(grid)
        else:
            with st.container(horizontal=True, vertical_alignment="center"):
                bar = st.empty()
                st.button(say("analyze.stop"), on_click=_pause, args=(True,), key="stop")
            _work(bench, view, again, bar)


def _work(bench: Workbench, view: View, again: bool, bar: DeltaGenerator) -> None:
    bar.html(_standing(view.grid, "compare.working"))
    began = scored = time.monotonic()
    drawn = 0.0
    for _ in compare.compute(bench, view.grid, again):
        now = time.monotonic()
        if now - drawn >= _DRAW_EVERY:
            view.draw()
            bar.html(_standing(view.grid, "compare.working"))
            drawn = now
        if now - scored >= _SCORE_EVERY:
            view.draw_scores()
            scored = now
        if now - began >= _HAND_OVER_AFTER and not again and jobs.worker_is_alive(bench):
            compare_job.start_comparison(bench, view.grid.comparison)
            break
    st.rerun()


def _follow(bench: Workbench, view: View, job_id: int) -> None:
    """Shows once a second what the worker has put into the store."""

    def look(bench: Workbench, shown: tuple[StoredJob, ...]) -> None:
        fresh = compare.known(bench, view.grid.comparison)
        view.grid.enhancements.update(fresh.enhancements)
        view.grid.results.update(fresh.results)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(_standing(view.grid, "compare.in_background"))
            if any(job.active and not job.asked_to_stop for job in shown):
                st.button(say("analyze.stop"), on_click=_stop, args=(bench, job_id), key="stop")
        view.lay_out()

    watch_jobs(bench, [job_id], look)


def _standing(grid: Grid, key: str) -> str:
    done, total = grid.done, grid.comparison.size
    return progress(done, total, say(key, done=done, total=total))


def _offer_more(grid: Grid) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(_standing(grid, "compare.stopped"))
        st.button(say("compare.go_on"), on_click=_pause, args=(False,), key="go_on")


def _offer_again(grid: Grid) -> None:
    if failed := grid.failed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(f'<p class="pl-count">{say("compare.some_failed", count=failed)}</p>', width="content")
            st.button(say("compare.again"), on_click=_ask_again, key="again")


def _ask_again() -> None:
    st.session_state[_AGAIN] = True
    st.session_state[PAUSED] = False


def _pause(paused: bool) -> None:
    st.session_state[PAUSED] = paused


def _stop(bench: Workbench, job_id: int) -> None:
    _pause(True)
    jobs.stop(bench, job_id)
