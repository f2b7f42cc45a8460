"""Jobs of the worker, watched: how far they are, and the buttons to stop them and to try them again.

What is drawn here asks the store once a second while something is at work, and has the page run again once that has
changed its state, so that the page may show what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from pages.parts.language import language, load_words, say, say_name
from pages.parts.markup import badge, escape, notice, progress
from pipeline.workbench import NotFound, PlateLoopError, jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import JobRow, JobState, StoredJob

_EVERY = "1s"
_LOOKS = {JobState.DONE: "good", JobState.FAILED: "bad", JobState.STOPPED: "warn"}
_TRANSLATED = ("recipe",)  # what a title names by a name that has words of its own
_IN_SIDEBAR = 4


def job_progress(bench: Workbench, job_id: int, place: str = "page") -> None:
    """A card of one job, with its log; nothing where there is no such job.

    Args:
        place: tells this card from another of the same job on the same page.
    """
    watch_jobs(bench, [job_id], partial(draw_cards, place=place))


def job_indicator(bench: Workbench) -> None:
    """The sidebar's: jobs that wait or run, and those that failed and that nobody has looked after."""
    rows = (*reversed(jobs.active(bench)), *jobs.failed(bench))
    if rows:
        watch_jobs(bench, [row.id for row in rows], _draw_small)


def watch_jobs(
    bench: Workbench, job_ids: Sequence[int], draw: Callable[[Workbench, tuple[StoredJob, ...]], None]
) -> None:
    """Has ``draw`` show these jobs, again and again while one of them is active; deleted ones are left out."""
    before = _states(_load(bench, job_ids))

    def watched() -> None:
        try:
            now = _load(bench, job_ids)
            if _states(now) != before:
                st.rerun()
            draw(bench, now)
        except PlateLoopError as error:  # a later run of this alone is outside of the page's frame
            notice(str(error), "bad", say("error.sorry"))

    active = any(state in ("queued", "running") for _, state in before)
    st.fragment(watched, run_every=_EVERY if active else None)()


def title(job: JobRow) -> str:
    """What the job does, in words; not escaped."""
    return say(f"job_title.{job.kind}", **_in_words(job.about)) if _has(f"job_title.{job.kind}") else job.kind


def outcome(job: StoredJob) -> str:
    """What came of a job that is done, in words; not escaped."""
    key = f"job_result.{job.kind}"
    return say(key, **_in_words(job.result)) if job.result and _has(key) else ""


def state_badge(job: JobRow) -> str:
    name = "stopping" if job.asked_to_stop else job.state
    return badge(say(f"job_state.{name}"), _LOOKS.get(job.state, "quiet"))


def took(job: JobRow) -> str:
    """How long it has run, as hours, minutes and seconds; empty where it has not begun."""
    if job.started is None:
        return ""
    seconds = max(0, int(((job.finished or datetime.now(UTC)) - job.started).total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes}:{seconds:02}"


def warn_without_worker(bench: Workbench) -> None:
    """Says what to do where jobs wait in vain."""
    if not jobs.worker_is_alive(bench):
        notice(say("job.no_worker_text"), "warn", say("job.no_worker"))


def draw_cards(bench: Workbench, shown: tuple[StoredJob, ...], place: str) -> None:
    """Jobs at full width, below each other; ``watch_jobs`` keeps those that are active up to date."""
    if any(job.active for job in shown):
        warn_without_worker(bench)
    for job in shown:
        _draw_card(bench, job, place)


def _draw_card(bench: Workbench, job: StoredJob, place: str) -> None:
    with st.container(border=True, key=f"job-{place}-{job.id}"):
        st.html(
            f'<div class="pl-picture-head"><strong>{escape(title(job))}</strong>'
            f"<div>{state_badge(job)}{badge(took(job)) if job.started else ''}</div></div>"
        )
        if job.active:
            about = f" · {job.message}" if job.message else ""
            st.html(progress(job.done, job.total, f"{_standing(job)}{about}"))
        elif job.state == JobState.FAILED:
            notice(job.message, "bad")
        elif job.state == JobState.STOPPED:
            st.caption(say("job.stopped_text", done=f"{job.done:,}", total=f"{job.total:,}"))
        elif words := outcome(job):
            st.html(f"<p>{escape(words)}</p>")
        with st.container(horizontal=True):
            _buttons(bench, job, place)
        if job.log:
            with st.expander(say("job.log", count=len(job.log))):
                st.html(f'<pre class="pl-log">{escape(chr(10).join(job.log))}</pre>')


def _draw_small(bench: Workbench, shown: tuple[StoredJob, ...]) -> None:
    st.html(f'<h2 class="pl-section">{escape(say("job.section"))}</h2>')
    if any(job.active for job in shown) and not jobs.worker_is_alive(bench):
        notice(say("job.no_worker"), "warn")
    for job in shown[:_IN_SIDEBAR]:
        with st.container(key=f"job-side-{job.id}", gap="xsmall"):
            if job.active:
                st.html(f"<strong>{escape(title(job))}</strong>{progress(job.done, job.total, _standing(job))}")
            else:
                st.html(f"<strong>{escape(title(job))}</strong><p>{state_badge(job)}</p>")
            with st.container(horizontal=True):
                _buttons(bench, job, "side", quiet=True)
    if len(shown) > _IN_SIDEBAR:
        st.caption(say("job.more", count=len(shown) - _IN_SIDEBAR))


def _buttons(bench: Workbench, job: StoredJob, place: str, *, quiet: bool = False) -> None:
    def button(name: str, act: Callable[[Workbench, int], None]) -> None:
        if st.button(say(f"job.{name}"), key=f"job-{name}-{place}-{job.id}", type="tertiary" if quiet else "secondary"):
            act(bench, job.id)
            st.rerun()

    if job.active and not job.asked_to_stop:
        button("stop", jobs.stop)
    if job.state in (JobState.FAILED, JobState.STOPPED):
        button("retry", jobs.retry)
    if not job.active:
        button("remove", jobs.delete)


def _standing(job: StoredJob) -> str:
    if job.state == JobState.QUEUED:
        return say("job.waiting")
    return say("job.steps", done=f"{job.done:,}", total=f"{job.total:,}") if job.total else say("job.begins")


def _load(bench: Workbench, job_ids: Sequence[int]) -> tuple[StoredJob, ...]:
    found = []
    for job_id in job_ids:
        try:
            found.append(jobs.get(bench, job_id))
        except NotFound:
            continue
    return tuple(found)


def _states(shown: Sequence[JobRow]) -> list[tuple[int, str]]:
    """A job that waits and one that runs look the same from outside, but a page may tell them apart."""
    return [(job.id, job.state) for job in shown]


def _in_words(about: dict[str, object]) -> dict[str, object]:
    return {
        name: say_name(name, str(value)) if name in _TRANSLATED else f"{value:,}" if isinstance(value, int) else value
        for name, value in about.items()
    }


def _has(key: str) -> bool:
    return key in load_words(language())
