"""One plate with all that is known of it, and what one can do about it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts import plate_look as look
from pages.parts.language import say, say_doubt
from pages.parts.markup import badge, escape, notice
from pages.parts.reviewer import REVIEWER
from pipeline.plate.grammar import parse
from pipeline.workbench import PlateLoopError, cases, inspections
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import StoredInspection


def plate_card(bench: Workbench, stored: StoredInspection, place: str = "") -> None:
    """The verdict in full, with its actions; ``place`` tells cards apart where one plate stands on a page twice."""
    key = f"{stored.id}{place}"
    with st.container(border=True, key=f"plate-{key}"):
        st.html(_body(bench, stored))
        with st.container(horizontal=True, gap="xsmall"):
            _confirm(bench, stored, key)
            _correct(bench, stored, key)
            _flag(bench, stored, key)
            _copy(bench, stored, key)
            delete_button(
                f"inspection-{key}",
                say("common.delete"),
                say("plate.delete_text"),
                lambda: inspections.delete(bench, stored.id),
            )


def _body(bench: Workbench, stored: StoredInspection) -> str:
    verdict = stored.inspection.verdict
    formats = verdict.formats
    fits = f"<p><span>{escape(say('plate.formats'))}</span> {escape(look.format_words(formats))}</p>" if formats else ""
    kind = look.kind_words(verdict.text, formats)
    return (
        '<div class="pl-card">'
        f'<div class="pl-verdict">{look.crop_image(inspections.crop_png(bench, stored), verdict.text)}'
        f"<div>{look.chip(verdict.text, formats, 'large')}{look.confidence(verdict.confidence)}</div></div>"
        f"{_review(stored)}{look.bars(verdict)}{look.remarks(stored.inspection)}"
        f'<div class="pl-small">{f"<p>{kind}</p>" if kind else ""}{fits}{_models(stored)}</div></div>'
    )


def _models(stored: StoredInspection) -> str:
    """Which versions that were trained here read it; the shipped ones go without saying."""
    own = [use.version for use in stored.models if use.version != "shipped"]
    return f"<p><span>{escape(say('fact.models'))}</span> {escape(', '.join(own))}</p>" if own else ""


def _review(stored: StoredInspection) -> str:
    if stored.review is None:
        return ""
    review, verdict = stored.review.review, stored.inspection.verdict
    reviewer = review.reviewer or say("plate.someone")
    if review.truth == verdict.text:
        return f'<p class="pl-review">{badge(say("plate.confirmed", reviewer=reviewer), "good")}</p>'
    key = "plate.corrected" if review.truth else "plate.corrected_illegible"
    truth = look.chip(review.truth, verdict.formats) if review.truth else ""
    return f'<p class="pl-review">{badge(say(key, reviewer=reviewer), "good")} {truth}</p>'


def _confirm(bench: Workbench, stored: StoredInspection, key: str) -> None:
    text = stored.inspection.verdict.text
    if stored.review is None and text and st.button(say("plate.right"), key=f"right-{key}"):
        _keep(bench, stored, text, st.session_state.get(REVIEWER, ""))


def _correct(bench: Workbench, stored: StoredInspection, key: str) -> None:
    known = stored.review.review.truth if stored.review else stored.inspection.verdict.text
    answer = stored.review.id if stored.review else 0  # with a new answer the popover is a new one, and closed
    with (
        st.popover(say("plate.correct"), key=f"correct-{key}-{answer}"),
        st.form(f"correct-{key}", border=False),
    ):
        truth = st.text_input(say("plate.truth"), known, max_chars=20, help=say("plate.truth_help"))
        reviewer = st.text_input(say("plate.reviewer"), st.session_state.get(REVIEWER, ""), max_chars=60)
        if st.form_submit_button(say("common.save"), type="primary"):
            st.session_state[REVIEWER] = reviewer.strip()
            if doubts := _new_doubts(truth, key):
                notice(say("plate.truth_odd", doubts=doubts), "warn")
            else:
                _keep(bench, stored, truth, reviewer.strip())


def _flag(bench: Workbench, stored: StoredInspection, key: str) -> None:
    """Sends the plate to the page Review, or says that it is there."""
    case = cases.case_of(bench, stored.id)
    if case is None and st.button(say("review.flag"), key=f"flag-{key}", help=say("review.flag_help")):
        cases.flag_plates(bench, [stored.id])
        st.rerun()
    elif case and case.closed is None:
        st.html(badge(say("review.waits"), "warn"), width="content")


def _new_doubts(truth: str, key: str) -> str:
    """What is odd about a truth, said once: whoever saves the same again means it. "" is an illegible plate."""
    parsed, said = parse(truth), f"doubted-{key}"
    if not parsed.text or not parsed.doubts or st.session_state.get(said) == parsed.text:
        return ""
    st.session_state[said] = parsed.text
    return " ".join(say_doubt(doubt) for doubt in parsed.doubts)


def _keep(bench: Workbench, stored: StoredInspection, truth: str, reviewer: str) -> None:
    inspections.correct(bench, stored.id, truth, reviewer)
    st.rerun()


def _copy(bench: Workbench, stored: StoredInspection, key: str) -> None:
    with st.popover(say("plate.details")):
        json = inspections.verdict_json(bench, stored.id)
        st.download_button(
            say("plate.download"),
            json,
            f"plate-{stored.id}.json",
            "application/json",
            key=f"json-{key}",
            on_click="ignore",
        )
        st.code(json, language="json", height=320)


def delete_button(key: str, label: str, consequence: str, delete: Callable[[], None]) -> None:
    """Deletes after the person has read what that means and pressed a second time."""
    with st.popover(label):
        st.write(consequence)
        if st.button(say("analyze.delete_for_good"), key=f"delete-{key}", type="primary"):
            try:
                delete()
            except PlateLoopError as error:
                notice(str(error), "warn", say("error.sorry"))
            else:
                st.rerun()
