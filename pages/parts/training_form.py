"""Starting a training, and what the worker is to begin by itself."""

from __future__ import annotations

import streamlit as st
from pydantic import ValidationError

from pages.parts.clicks import link
from pages.parts.empty_state import empty_state
from pages.parts.language import say
from pages.parts.markup import facts, moment, notice, section
from pages.parts.settings_form import settings_form
from pipeline.workbench import PlateLoopError, schedule, snapshots, training
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshots import StoredSnapshot
from pipeline.workbench.training import FineTuning

_FEW = 20
"""Plates below which a page warns: the network can learn them by heart, and then nothing is learnt of the kind."""


def start_form(bench: Workbench) -> None:
    """A data set, the settings, and the button; where there is no data set, how to get one."""
    section(say("training.start_title"))
    known = {its.id: its for its in snapshots.list_snapshots(bench) if not snapshots.is_lost(bench, its)}
    if not known:
        empty_state(say("training.no_data"), say("training.no_data_text"))
        return
    with st.container(border=True, key="training-start"):
        chosen = st.selectbox(
            say("training.data_set"), list(known), format_func=lambda n: known[n].title, key="training.data_set"
        )
        _show_counts(known[chosen])
        with st.expander(say("training.settings")):
            st.caption(say("training.settings_text"))
            values = settings_form("training", FineTuning, {}, "training")
        if st.button(say("training.start"), type="primary", key="training.start", width="stretch"):
            _start(bench, chosen, values)


def schedule_form(bench: Workbench) -> None:
    """What is set, and the form to change it; off where the numbers are 0."""
    section(say("training.schedule"))
    planned = schedule.current(bench)
    with st.container(border=True, key="training-schedule"):
        st.caption(say("training.schedule_text"))
        minutes = st.number_input(say("training.pull_minutes"), 0, 10_080, planned.pull_minutes, 5, key="pull_minutes")
        if minutes and not schedule.can_pull(bench):
            notice(say("training.cannot_pull"), "warn")
        answers = st.number_input(
            say("training.retrain_answers"), 0, 100_000, planned.retrain_answers, 10, key="retrain_answers"
        )
        name = st.text_input(say("training.into"), planned.data_set, max_chars=60, key="schedule_data_set")
        if st.button(say("common.save"), key="schedule.save"):
            try:
                schedule.plan(bench, minutes, answers, name, FineTuning.model_validate(planned.settings))
            except PlateLoopError as error:
                notice(str(error), "bad", say("error.sorry"))
            else:
                st.rerun()
        off = say("training.off")
        shown = [
            (say("training.pulled"), moment(planned.pulled) if planned.pulled else say("training.never")),
            (say("training.waiting"), f"{schedule.waiting_answers(bench):,}" if planned.retrain_answers else off),
        ]
        st.html(facts(shown))


def _show_counts(chosen: StoredSnapshot) -> None:
    counts = chosen.counts
    pairs = [(say(f"training.count_{name}"), f"{counts.get(name, 0):,}") for name in ("train", "validation", "test")]
    st.html(f'<div class="pl-look">{facts(pairs)}</div>')
    if counts.get("train", 0) < _FEW:
        notice(say("training.few", count=counts.get("train", 0)), "warn")
    if not counts.get("test", 0):
        notice(say("training.no_test"), "warn")


def _start(bench: Workbench, snapshot_id: int, values: dict[str, object]) -> None:
    try:
        training.start_training(bench, snapshot_id, FineTuning.model_validate(values))
    except ValidationError as error:
        notice(str(error.errors()[0]["msg"]), "bad", say("error.sorry"))
    except PlateLoopError as error:
        notice(str(error), "bad", say("error.sorry"))
    else:
        st.rerun()


def version_link(label: str) -> str:
    """A version's name, leading to where it is compared."""
    return link(label, "models")
