"""For who leads the annotators: what waits and why, who has done what, how far they agree; and what is flagged."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from pages.parts import plate_look as look
from pages.parts.empty_state import empty_state
from pages.parts.frame import page_file
from pages.parts.language import say, say_name
from pages.parts.markup import escape, moment, section, table
from pipeline.workbench import cases, inspections
from pipeline.workbench import review_report as lead
from pipeline.workbench.bench import Workbench
from pipeline.workbench.review_report import BINS, ReviewReport
from pipeline.workbench.views import Annotator, Disagreement

_STATES = ("confirmed", "corrected", "unreadable", "not_a_plate")
_SHARE = 5  # percent of the answers that are asked again
_MOST = 20  # disagreements and reasons shown


def show_lead(bench: Workbench) -> None:
    report = lead.report(bench)
    _flag(bench)
    if not (report.backlog.open or report.backlog.closed or report.annotators):
        empty_state(say("review.no_cases_title"), say("review.no_cases_text"))
        return
    _counts(report)
    _annotators(report.annotators)
    left, right = st.columns([1, 1], gap="large")
    with left:
        _agreement(bench, report)
    with right:
        _waiting(report)


def _flag(bench: Workbench) -> None:
    """What is flagged, and the button that does it."""
    with st.container(border=True, key="review-flag"):
        st.html(f"<strong>{escape(say('review.flag_title'))}</strong> <span>{escape(say('review.flag_text'))}</span>")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            least = st.slider(say("review.least"), 0, 100, round(100 * cases.LEAST), 5, format="%d %%", width=220)
            limit = st.number_input(say("review.limit"), 1, 10_000, cases.LIMIT, 50, width=150)
            diversity = st.slider(
                say("review.diversity"), 0.0, 1.0, cases.DIVERSITY, 0.05, help=say("review.diversity_help"), width=220
            )
            sources = st.multiselect(
                say("stored.sources"),
                inspections.sources(bench),
                format_func=lambda name: say_name("source", name),
                placeholder=say("review.every_source"),
                width=240,
            )
            wanted = st.button(say("review.flag_now"), type="primary", key="review.flag_now")
        if wanted:
            made = cases.flag_hard(bench, int(limit), least / 100, sources, diversity)
            st.caption(
                say("review.flagged", count=f"{len(made.cases):,}", hard=f"{made.hard:,}", seen=f"{made.seen:,}")
            )


def _counts(report: ReviewReport) -> None:
    share = report.agreement.share
    cards = (
        ("open", f"{report.backlog.open:,}", "warn" if report.backlog.open else ""),
        ("claimed", f"{report.backlog.claimed:,}", ""),
        ("closed", f"{report.backlog.closed:,}", "good"),
        ("agreement", "–" if share is None else look.percent(share), ""),
    )
    shown = "".join(
        f'<li class="pl-{kind}"><span>{escape(say(f"review.count_{name}"))}</span><strong>{escape(value)}</strong></li>'
        for name, value, kind in cards
    )
    st.html(f'<ul class="pl-counts">{shown}</ul>')


def _annotators(people: Sequence[Annotator]) -> None:
    section(say("review.people"))
    if not people:
        st.caption(say("review.people_none"))
        return
    head = [say("review.person"), say("review.done"), *(say(f"review.state_{state}") for state in _STATES)]
    head += [say("review.skipped"), say("review.still"), say("review.agreed"), say("review.latest")]
    st.html(table(head, map(_person, people)))


def _person(one: Annotator) -> list[str]:
    agreed = say("review.agreed_of", agreed=one.agreed, shared=one.shared) if one.shared else "–"
    numbers = [sum(one.done.values()), *(one.done.get(state, 0) for state in _STATES), one.skipped, one.left]
    latest = moment(one.latest) if one.latest else "–"
    return [f"<strong>{escape(one.name)}</strong>", *(f"{n:,}" for n in numbers), escape(agreed), escape(latest)]


def _agreement(bench: Workbench, report: ReviewReport) -> None:
    section(say("review.differences"))
    if report.agreement.share is None:
        st.caption(say("review.shared_none"))
    elif not report.agreement.disagreements:
        st.caption(say("review.all_agree", count=report.agreement.shared))
    for one in report.agreement.disagreements[:_MOST]:
        _disagreement(one)
    if report.backlog.closed and st.button(say("review.ask_again", percent=_SHARE), help=say("review.ask_again_help")):
        count = lead.ask_again(bench, _SHARE / 100, secrets.randbits(32))
        st.toast(say("review.asked_again", count=count))


def _disagreement(one: Disagreement) -> None:
    said = "".join(f"<span>{escape(name)} {_answer(state, truth)}</span>" for name, state, truth in one.answers)
    with st.container(border=True, key=f"look-differs-{one.inspection_id}"):
        st.html(f'<div class="pl-attention"><div>{said}</div></div>')
        _open_link(one.inspection_id)


def _answer(state: str, truth: str) -> str:
    return look.chip(truth, (), "small") if truth else escape(say(f"review.state_{state}"))


def _open_link(inspection_id: int) -> None:
    label = say("common.open_inspection", id=inspection_id)
    st.page_link(page_file("analyze"), label=label, query_params={"inspection": str(inspection_id)})


def _waiting(report: ReviewReport) -> None:
    """How hard the open cases are, for which reasons, and the oldest of them."""
    section(say("review.hardness"))
    if not report.backlog.open:
        st.caption(say("review.none_open"))
        return
    names = [f"{n / BINS:.1f}" for n in range(BINS)]
    chart = go.Figure(go.Bar(x=names, y=report.hardness, marker_color="#1f5fd0", marker_cornerradius=4))
    chart.update_layout(height=200, margin={"l": 0, "r": 0, "t": 8, "b": 0}, bargap=0.25, dragmode=False)
    chart.update_xaxes(type="category", showgrid=False, fixedrange=True)
    chart.update_yaxes(rangemode="tozero", tickformat=",d", nticks=4, fixedrange=True, gridcolor="#e7ebf2")
    st.plotly_chart(chart, config={"displayModeBar": False}, alt=say("review.hardness_alt", count=report.backlog.open))
    section(say("review.reasons"))
    most = max(count for _, count in report.reasons) if report.reasons else 1
    rows = "".join(
        f'<dt>{escape(say_name("reason", code))}</dt><dd><i style="width:{round(70 * count / most)}%"></i>'
        f"<span>{count:,}</span></dd>"
        for code, count in report.reasons[:_MOST]
    )
    st.html(f'<dl class="pl-share">{rows}</dl>')
    if report.oldest:
        section(say("review.oldest", when=moment(report.oldest.created)))
        with st.container(border=True, key=f"look-oldest-{report.oldest.id}"):
            reasons = report.oldest.flag.reasons
            st.html(f'<div class="pl-attention"><p>{escape(look.attention_words(reasons, 0.0))}</p></div>')
            _open_link(report.oldest.flag.inspection_id)
