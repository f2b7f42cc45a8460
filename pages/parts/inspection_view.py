"""One inspection, or one picture, opened by its address."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk import desk
from pages.parts.empty_state import empty_state
from pages.parts.frame import page_file
from pages.parts.language import say, say_name
from pages.parts.markup import facts, heading, moment, notice
from pages.parts.picture_card import delete_picture, picture, picture_card
from pages.parts.plate_card import plate_card
from pages.parts.plate_look import model_words
from pipeline.workbench import NotFound, PictureGone, analyze, inspections
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import StoredInspection


def show_inspection(bench: Workbench, asked: str) -> None:
    """The inspection of that id; where there is none, a sentence that says so."""
    _back()
    try:
        stored = inspections.get(bench, _number(asked))
    except PictureGone as error:
        empty_state(say("analyze.gone_inspection", id=asked), f"{say('problem.PictureGone')} {error}")
        return
    except NotFound:
        empty_state(say("analyze.unknown_inspection", id=asked), say("analyze.unknown_text"))
        return
    heading(say("analyze.inspection", id=stored.id))
    left, right = st.columns([11, 10], gap="medium")
    with left:
        picture(bench, stored.uploads[0], (stored,), stored.id)
        st.html(facts(_facts(stored)))
        number = stored.uploads[0].id
        st.page_link(
            page_file("analyze"), label=say("common.open_upload", id=number), query_params={"upload": str(number)}
        )
    with right:
        plate_card(bench, stored)


def show_upload(bench: Workbench, asked: str) -> None:
    """What every recipe made of the picture of that id; where there is none, a sentence that says so."""
    _back()
    try:
        worked = analyze.every_result(bench, _number(asked))
    except PictureGone as error:
        notice(f"{say('problem.PictureGone')} {error}", "bad")
        delete_picture(bench, _number(asked), f"upload-{_number(asked)}")
        return
    except NotFound:
        empty_state(say("analyze.unknown_upload", id=asked), say("analyze.unknown_text"))
        return
    if not worked:
        _show_unread(bench, _number(asked))
    for made in worked:
        picture_card(bench, made)


def _show_unread(bench: Workbench, upload_id: int) -> None:
    def read() -> None:
        desk().add(upload_id)
        st.session_state["analyze.view"] = "read"
        st.query_params.clear()

    empty_state(say("analyze.unread", id=upload_id), say("analyze.unread_text"))
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.button(say("analyze.read_now"), on_click=read, key="read_now", type="primary")
        delete_picture(bench, upload_id, f"upload-{upload_id}")


def _number(asked: str) -> int:
    """Ids begin at 1, so 0 is nobody's."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0


def _back() -> None:
    st.button(f"← {say('common.back')}", on_click=lambda: st.query_params.clear())


def _facts(stored: StoredInspection) -> list[tuple[str, str]]:
    upload = stored.uploads[0]
    readers = ", ".join(dict.fromkeys(reading.reader for reading in stored.inspection.readings))
    return [
        (say("fact.file"), upload.name),
        (say("fact.source"), say_name("source", upload.source)),
        (say("fact.size"), say("common.pixels", width=upload.width, height=upload.height)),
        (say("fact.created"), moment(stored.created)),
        (say("fact.recipe"), say_name("recipe", stored.recipe)),
        (say("fact.detector"), stored.inspection.detection.detector or say("common.none")),
        (say("fact.reader"), readers or say("common.none")),
        (say("fact.models"), model_words(stored.models)),
    ]
