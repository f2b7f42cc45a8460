"""Cases at a Label Studio: which are there, which cannot be sent, and about which people disagree."""

from __future__ import annotations

import streamlit as st

from pages.parts.language import say, say_name
from pages.parts.markup import badge, escape, notice, section, table
from pages.parts.plate_look import chip
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench
from pipeline.workbench.labelling import Standing
from pipeline.workbench.views import GivenAnswer, LabelTask, TaskState

_SHOWN = 50


def show_disputes(bench: Workbench, standing: Standing) -> None:
    """What each of those who disagree says."""
    if not (tasks := labelling.disputed(bench)):
        return
    section(say("labelling.disputes"))
    notice(say("labelling.disputes_text"), "warn")
    columns = [say(f"labelling.column_{name}") for name in ("case", "read", "answers", "task")]
    st.html(table(columns, (_cells(standing, task) for task in tasks[:_SHOWN])))


def show_refused(bench: Workbench) -> None:
    if not (tasks := labelling.tasks(bench, TaskState.REFUSED, limit=_SHOWN)):
        return
    section(say("labelling.refused"))
    rows = ((f"{task.case_id}", chip(task.text, task.formats, "small"), escape(task.problem)) for task in tasks)
    st.html(table([say(f"labelling.column_{name}") for name in ("case", "read", "problem")], rows))


def show_tasks(bench: Workbench, standing: Standing) -> None:
    """The newest tasks; those that wait for an answer first."""
    tasks = sorted(labelling.tasks(bench, TaskState.THERE, limit=None), key=lambda task: (task.closed, -task.id))
    section(say("labelling.tasks"))
    columns = [say(f"labelling.column_{name}") for name in ("case", "read", "answers", "task")]
    st.html(table(columns, (_cells(standing, task) for task in tasks[:_SHOWN])))
    if len(tasks) > _SHOWN:
        st.caption(say("labelling.more", count=f"{len(tasks) - _SHOWN:,}"))


def _cells(standing: Standing, task: LabelTask) -> tuple[str, ...]:
    said = "<br>".join(_said(answer) for answer in task.answers) or badge(say("labelling.open_case"))
    address = standing.task_url(task)
    name = say("labelling.task", number=task.number)
    return (
        str(task.case_id),
        chip(task.text, task.formats, "small"),
        said,
        f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(name)}</a>' if address else escape(name),
    )


def _said(answer: GivenAnswer) -> str:
    what = answer.truth or say_name("labelling_state", answer.state or "nothing")
    look = {"confirmed": "good", "corrected": "warn"}.get(answer.state, "quiet")
    return f"{badge(what, look)} <small>{escape(answer.reviewer)}</small>"
