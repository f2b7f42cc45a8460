"""Plates for people who work in Label Studio: send cases there, bring their answers in, see where they disagree."""

from __future__ import annotations

import streamlit as st

from pages.parts.empty_state import empty_state
from pages.parts.frame import open_page
from pages.parts.job_progress import job_progress
from pages.parts.labelling_tables import show_disputes, show_refused, show_tasks
from pages.parts.language import say
from pages.parts.markup import badge, escape, facts, heading, moment, notice, section
from pipeline.workbench import LabellingError, jobs, labelling
from pipeline.workbench.bench import Workbench
from pipeline.workbench.labelling import Standing

_TESTED = "labelling.tested"


def show_counts(standing: Standing) -> None:
    counts = standing.counts
    cards = (
        ("unsent", counts.unsent + counts.waiting, ""),
        ("there", counts.there, ""),
        ("answered", counts.answered, "good" if counts.answered else ""),
        ("disputed", counts.disputed, "warn" if counts.disputed else ""),
    )
    shown = "".join(
        f'<li class="pl-{kind}"><span>{escape(say(f"labelling.{name}"))}</span><strong>{number:,}</strong></li>'
        for name, number, kind in cards
    )
    st.html(f'<ul class="pl-counts">{shown}</ul>')


def show_connection(bench: Workbench, standing: Standing) -> None:
    with st.container(border=True, key="connection"):
        section(say("labelling.connection"))
        if not standing.url:
            st.html(f"<p>{escape(say('labelling.how_to_start'))}</p>")
            st.code("make label-studio", language="bash")
            st.caption(say("labelling.how_to_name"))
            return
        known = [(say("labelling.address"), standing.url)]
        if standing.project:
            known.append((say("labelling.project"), f"{standing.project.number} · {standing.project.title}"))
            pulled = standing.project.pulled
            known.append((say("labelling.pulled"), moment(pulled) if pulled else say("labelling.never")))
        if standing.user:
            known.append((say("labelling.user"), standing.user))
        st.html(facts(known))
        with st.container(horizontal=True):
            if st.button(say("labelling.test"), key="labelling.test"):
                st.session_state[_TESTED] = _test(bench)
            if standing.project:
                st.link_button(say("labelling.open"), standing.project_url)
            if standing.password:
                with st.popover(say("labelling.password")):
                    st.code(standing.password, language=None)
        if tested := st.session_state.get(_TESTED):
            _show_tested(*tested)


def _test(bench: Workbench) -> tuple[str, str]:
    """A key of the words and a sentence."""
    try:
        found = labelling.test(bench)
    except LabellingError as error:
        return type(error).__name__, str(error)
    return "fine", say("labelling.tested", version=found.version, user=found.user)


def _show_tested(outcome: str, sentence: str) -> None:
    if outcome == "fine":
        st.html(f"<p class=pl-count>{badge(say('labelling.connected'), 'good')} {escape(sentence)}</p>")
    else:
        notice(sentence, "bad", say(f"label_problem.{outcome}"))


def show_work(bench: Workbench, standing: Standing) -> None:
    with st.container(border=True, key="work"):
        section(say("labelling.work"))
        waiting = standing.counts.unsent + standing.counts.waiting
        with st.container(horizontal=True):
            send = say("labelling.push", count=f"{waiting:,}") if waiting else say("labelling.push_none")
            if st.button(send, type="primary", key="labelling.push", disabled=not (standing.url and waiting)):
                labelling.start_push(bench)
                st.rerun()
            ready = bool(standing.url and standing.project)
            if st.button(say("labelling.pull"), key="labelling.pull", disabled=not ready):
                labelling.start_pull(bench)
                st.rerun()
        for kind in (labelling.PUSH, labelling.PULL):
            for job in jobs.recent(bench, 1, kind):
                job_progress(bench, job.id, "labelling")
        if not waiting and not standing.counts.there:
            st.caption(say("labelling.nothing_waits"))


with open_page("labelling") as bench:
    heading(say("labelling.title"), say("labelling.subtitle"))
    standing = labelling.standing(bench)
    show_counts(standing)
    left, right = st.columns(2, gap="large")
    with left:
        show_connection(bench, standing)
    with right:
        show_work(bench, standing)
    show_disputes(bench, standing)
    show_refused(bench)
    if standing.counts.there:
        show_tasks(bench, standing)
    else:
        empty_state(say("labelling.empty"), say("labelling.empty_text"))
