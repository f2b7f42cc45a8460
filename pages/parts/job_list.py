"""Every job there is: those that wait or run, those that somebody should look after, and what is done."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.empty_state import empty_state
from pages.parts.job_progress import draw_cards, outcome, state_badge, title, took, warn_without_worker, watch_jobs
from pages.parts.language import say
from pages.parts.markup import escape, moment, section, table
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import JobState, StoredJob

_SHOWN = 30


def job_list(bench: Workbench) -> None:
    section(say("job.section"))
    rows = jobs.recent(bench, _SHOWN)
    active = [row.id for row in rows if row.active]
    ended = tuple(jobs.get(bench, row.id) for row in rows if not row.active)
    if active:
        watch_jobs(bench, active, partial(draw_cards, place="list"))
    else:
        warn_without_worker(bench)
    if not rows:
        empty_state(say("job.empty_title"), say("job.empty_text"))
    draw_cards(bench, tuple(job for job in ended if job.state != JobState.DONE), "list")
    if done := [job for job in ended if job.state == JobState.DONE]:
        columns = ("column_job", "column_state", "column_finished", "column_took")
        st.html(table([say(f"job.{name}") for name in columns], map(_cells, done)))
    if ended and st.button(say("job.clear"), help=say("job.clear_help"), key="job-clear"):
        jobs.clear_finished(bench)
        st.rerun()


def _cells(job: StoredJob) -> tuple[str, ...]:
    words = outcome(job)
    below = f"<br><small>{escape(words)}</small>" if words else ""
    ended = escape(moment(job.finished)) if job.finished else ""
    return (
        f"<strong>{escape(title(job))}</strong>{below}",
        state_badge(job),
        f"<span class=pl-nowrap>{ended}</span>",
        f"<span class=pl-nowrap>{took(job)}</span>",
    )
