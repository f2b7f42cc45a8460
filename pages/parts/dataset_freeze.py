"""Freezing answers: which of them, what would come of it, and which look wrong."""

from __future__ import annotations

from datetime import datetime, time

import streamlit as st

from pages.parts.clicks import link
from pages.parts.dataset_list import follow
from pages.parts.drawn import thumbnail
from pages.parts.empty_state import empty_state
from pages.parts.language import say, say_doubt, say_name
from pages.parts.markup import escape, facts, notice
from pages.parts.plate_look import crop_image
from pipeline.workbench import PlateLoopError, freeze_preview, snapshots
from pipeline.workbench.answer_checks import SuspiciousAnswer
from pipeline.workbench.answers import AnswerFilter
from pipeline.workbench.bench import Workbench
from pipeline.workbench.freeze_preview import FreezePreview

_NAME = "plates"
_SHOWN = 60
_AT_ONCE = 80
"""Answers that are looked at while the page is drawn; it takes some milliseconds a plate."""


def freeze_form(bench: Workbench) -> None:
    """The filters beside what they would take; then the button."""
    mark = freeze_preview.answers_mark(bench)
    there = _givers(bench, mark)
    if not there.answers:
        empty_state(say("datasets.no_answers"), say("datasets.no_answers_text"))
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        name = st.text_input(
            say("datasets.name"), _NAME, max_chars=60, key="datasets.name", help=say("datasets.name_help")
        )
        wanted = _filters(there)
        check = st.toggle(say("datasets.check"), value=True, key="datasets.check", help=say("datasets.check_help"))
    with right:
        seen = _preview(bench, mark, wanted, check and _looks_now(there.answers, mark))
        _show(seen)
        kept = _suspicious(bench, seen) if seen.suspicious else []
        taken = seen.plates + len(kept)
        label = say("datasets.freeze", count=f"{taken:,}")
        if st.button(label, type="primary", key="datasets.freeze", disabled=not taken):
            try:
                job = snapshots.start_freeze(bench, name, wanted, check=check, keep=kept)
            except PlateLoopError as error:
                notice(str(error), "bad")
            else:
                follow(job)


def _looks_now(answers: int, mark: str) -> bool:
    """Whether the page itself looks for wrong answers; where there are many, only when it is asked to."""
    asked = f"datasets.look.{mark}"
    if answers <= _AT_ONCE or st.session_state.get(asked):
        return True
    st.caption(say("datasets.look_later"))
    return st.button(say("datasets.look"), key=asked)


def _filters(there: freeze_preview.Givers) -> AnswerFilter:
    since = st.date_input(say("datasets.since"), None, key="datasets.since", format="YYYY-MM-DD")
    people = st.multiselect(
        say("datasets.reviewers"), there.reviewers, key="datasets.reviewers", placeholder=say("datasets.everybody")
    )
    sources = st.multiselect(
        say("datasets.sources"),
        there.sources,
        format_func=lambda name: say_name("answer_source", name),
        key="datasets.sources",
        placeholder=say("datasets.everywhere"),
    )
    cases = st.toggle(say("datasets.cases"), key="datasets.cases", help=say("datasets.cases_help"))
    begin = datetime.combine(since, time()).astimezone() if since else None
    return AnswerFilter(begin, tuple(sources), tuple(people), cases)


def _show(seen: FreezePreview) -> None:
    with st.container(border=True, key="freeze-preview"):
        pairs = [
            (say("datasets.answers"), f"{seen.answers:,}"),
            *((say(f"datasets.state_{state}"), f"{count:,}") for state, count in seen.taken.items()),
        ]
        st.html(f'<div class="pl-look">{facts(pairs)}</div>')
        if seen.left_out:
            rows = "".join(
                f"<li><span>{escape(say_name('left_out', reason))}</span><b>{count:,}</b></li>"
                for reason, count in seen.left_out.items()
            )
            st.html(f'<h4 class="pl-sub">{escape(say("datasets.left_out"))}</h4><ul class="pl-tally">{rows}</ul>')


def _suspicious(bench: Workbench, seen: FreezePreview) -> list[int]:
    """Every answer that looks wrong, with the reasons; gives those that are to be taken all the same."""
    with st.expander(say("datasets.suspicious", count=f"{len(seen.suspicious):,}"), expanded=len(seen.suspicious) < 7):
        st.caption(say("datasets.suspicious_text"))
        kept = []
        for its in seen.suspicious[:_SHOWN]:
            with st.container(key=f"suspicious-{its.inspection_id}"):
                st.html(_case(bench, its))
                if st.checkbox(say("datasets.keep"), key=f"datasets.keep.{its.inspection_id}"):
                    kept.append(its.inspection_id)
        if len(seen.suspicious) > _SHOWN:
            st.caption(say("datasets.suspicious_more", count=f"{len(seen.suspicious) - _SHOWN:,}"))
    return kept


def _case(bench: Workbench, its: SuspiciousAnswer) -> str:
    picture = crop_image(thumbnail(bench, its.crop_sha256), its.text)
    reasons = "".join(f"<li>{escape(say_doubt(reason))}</li>" for reason in its.reasons)
    opened = link(escape(say("datasets.open_plate")), "analyze", inspection=its.inspection_id)
    return (
        f'<div class="pl-suspect">{picture}<div><strong>{escape(its.text)}</strong>'
        f"<ul>{reasons}</ul>{opened}</div></div>"
    )


@st.cache_data(max_entries=4, ttl=600, show_spinner=False)
def _givers(_bench: Workbench, mark: str) -> freeze_preview.Givers:
    return freeze_preview.givers(_bench)


@st.cache_data(max_entries=30, ttl=600, show_spinner=False)
def _preview(_bench: Workbench, mark: str, wanted: AnswerFilter, check: bool) -> FreezePreview:
    with st.spinner(say("datasets.checking")):
        return freeze_preview.preview_freeze(_bench, wanted, check=check)
