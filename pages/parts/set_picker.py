"""Choosing a labelled set: a zip that is dropped, or one that lies there already, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.parts.drop_zone import drop_zone
from pages.parts.failure_words import say_problem, say_refusal
from pages.parts.language import say
from pages.parts.markup import escape, facts, notice, progress
from pipeline.workbench import AmbiguousLabels, BadLabels, MediaError, failure_sets
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_sets import SetForm, SetLook

_PROBLEMS = 8


@dataclass(frozen=True, slots=True)
class ChosenSet:
    """A set that can be read; ``form`` is which of its labels count, None where there is but one form."""

    place: str
    form: SetForm | None


def choose_set(bench: Workbench, page: str) -> ChosenSet | None:
    """The drop zone, the sets there are, and what the chosen one holds; None where that cannot be read.

    Args:
        page: what keeps this choice apart from those on other pages.
    """
    _drop(bench, page)
    place = _pick(bench, page)
    look, form = _look(bench, place) if place else (None, None)
    if place is None or look is None:
        return None
    _show_look(look)
    return ChosenSet(place, form)


def want_set(page: str, place: str) -> None:
    """Has the next run of the page choose a set, for a widget's own state cannot be set once it is drawn."""
    st.session_state[f"{page}.wanted"] = place


def _drop(bench: Workbench, page: str) -> None:
    """A dropped zip lies in the state folder before anything else happens."""
    limits = say("failures.drop_limits", megabytes=bench.config.max_upload_mb)
    drops = f"{page}.drops"
    key = f"{page}.drop-{st.session_state.get(drops, 0)}"
    files = drop_zone(bench, say("failures.drop"), limits, ("zip",), key, say("failures.drop_title"))
    if not files:
        return
    bar = st.empty()

    def tell(name: str) -> None:
        bar.html(progress(0, 0, say("failures.unpacking", name=name)))

    try:
        kept = [failure_sets.keep_zip(bench, file.name, file.getvalue(), tell) for file in files]
    except MediaError as error:
        bar.empty()
        notice(str(error), "bad", say("problem.BadArchive"))
        return
    st.session_state[drops] = st.session_state.get(drops, 0) + 1
    want_set(page, kept[-1].place)
    st.rerun()


def _pick(bench: Workbench, page: str) -> str | None:
    known = {place.place: place for place in failure_sets.places(bench)}
    if not known:
        return None
    chosen = f"{page}.place"
    wanted = st.session_state.pop(f"{page}.wanted", None) or st.session_state.get(chosen)
    st.session_state[chosen] = wanted if wanted in known else next(iter(known))

    def name(place: str) -> str:
        return known[place].name if known[place].own else say("failures.shared_set", name=known[place].name)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(say("failures.set"), list(known), format_func=name, key=chosen)
        if place and known[place].own:
            with st.popover(say("common.delete")):
                st.write(say("failures.delete_set_text"))
                if st.button(say("analyze.delete_for_good"), key="delete-set", type="primary"):
                    failure_sets.delete_set(bench, place)
                    st.rerun()
    return place


def _look(bench: Workbench, place: str) -> tuple[SetLook | None, SetForm | None]:
    """What the set holds; where it cannot be used, why, and where it can be read in several ways, which."""
    form: SetForm | None = None
    try:
        return _seen(bench, place, failure_sets.changed(bench, place), None), None
    except AmbiguousLabels as error:
        forms = failure_sets.forms_of(bench, place)
        notice(say_refusal(error), "warn")
        form = st.selectbox(
            say("failures.form"),
            forms,
            index=None,
            format_func=lambda f: say(f"set_form.{f}"),
            key=f"form-{place}",
        )
    except BadLabels as error:
        notice(say_refusal(error), "bad", say("failures.refused"))
    if form is None:
        return None, None
    try:
        return _seen(bench, place, failure_sets.changed(bench, place), form), form
    except BadLabels as error:
        notice(say_refusal(error), "bad", say("failures.refused"))
        return None, None


def _show_look(look: SetLook) -> None:
    with st.container(border=True, key="set-look"):
        shown = facts(
            (
                (say("failures.fact_form"), say(f"set_form.{look.form}")),
                (say("failures.fact_pictures"), f"{look.pictures:,}"),
                (say("failures.fact_plates"), f"{look.plates:,}"),
                (say("failures.fact_readable"), f"{look.readable:,}"),
            )
        )
        st.html(f'<div class="pl-look">{shown}</div>')
        if look.problems:
            with st.expander(say("failures.set_problems", count=f"{len(look.problems):,}")):
                rows = "".join(f"<li>{escape(say_problem(problem))}</li>" for problem in look.problems[:_PROBLEMS])
                more = len(look.problems) - _PROBLEMS
                rest = f"<li>{escape(say('failures.more_problems', count=f'{more:,}'))}</li>" if more > 0 else ""
                st.html(f'<ul class="pl-problems">{rows}{rest}</ul>')


@st.cache_data(max_entries=20, ttl=600, show_spinner=False)
def _seen(_bench: Workbench, place: str, stamp: float, form: SetForm | None) -> SetLook:
    with st.spinner(say("failures.looking")):
        return failure_sets.look_at(_bench, place, form)
