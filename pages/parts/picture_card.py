"""One picture with its boxes drawn, how long it took, and a card for each plate in it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.desk import desk
from pages.parts.drawn import drawn, forget
from pages.parts.language import say, say_name
from pages.parts.markup import badge, escape, notice
from pages.parts.plate_card import delete_button, plate_card
from pages.parts.plate_look import failure_words
from pipeline.workbench import PictureGone, analyze
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import LostUpload, StoredInspection, StoredUpload, WorkedUpload


def picture_card(bench: Workbench, worked: WorkedUpload) -> None:
    upload, result = worked.upload, worked.result
    with st.container(border=True, key=f"picture-{upload.id}-{result.id}"):
        st.html(_head(worked))
        left, right = st.columns([11, 10], gap="medium")
        with left:
            picture(bench, upload, result.inspections)
            delete_picture(bench, upload.id, f"upload-{upload.id}-{result.id}")
        with right:
            for failure in result.failures:
                notice(failure_words(failure), "bad")
            if not result.plates and not result.failures:
                notice(say("analyze.no_plate_text"), title=say("analyze.no_plate"))
            if len(result.inspections) < result.plates:
                notice(say("analyze.deleted_plates"))
            for stored in result.inspections[:1]:
                plate_card(bench, stored, f"-{upload.id}")
        others = st.grid(2, min_column_width=420)
        for stored in result.inspections[1:]:
            with others.cell():
                plate_card(bench, stored, f"-{upload.id}")


def lost_card(bench: Workbench, lost: LostUpload) -> None:
    """What is left of a picture whose files are gone: its name, the reason, and the way to delete it."""
    upload = lost.upload
    with st.container(border=True, key=f"picture-{upload.id}-lost"):
        notice(f"{say('problem.PictureGone')} {lost.reason}", "bad", upload.name)
        delete_picture(bench, upload.id, f"upload-{upload.id}-lost")


def delete_picture(bench: Workbench, upload_id: int, key: str) -> None:
    """The button that deletes a picture after asking."""

    def delete() -> None:
        analyze.delete_upload(bench, upload_id)
        forget()
        desk().remove(upload_id)

    delete_button(key, say("analyze.delete_picture"), say("analyze.delete_picture_text"), delete)


def picture(
    bench: Workbench, upload: StoredUpload, shown: Sequence[StoredInspection], chosen: int | None = None
) -> None:
    """The picture with a box around each plate, or in words that it is gone."""
    texts = ", ".join(stored.inspection.verdict.text or say("common.no_text") for stored in shown)
    try:
        jpeg = drawn(bench, upload.sha256, shown, chosen)
    except PictureGone as error:
        notice(f"{say('problem.PictureGone')} {error}", "bad", upload.name)
        return
    st.image(jpeg, width="stretch", alt=say("analyze.picture_alt", texts=texts or say("common.none")))


def _head(worked: WorkedUpload) -> str:
    upload, result = worked.upload, worked.result
    stored = badge(say("analyze.from_store"), help=say("analyze.from_store_help")) if worked.from_store else ""
    times = "".join(
        badge(f"{say_name('stage', stage)} {say('common.milliseconds', value=_rounded(ms))}")
        for stage, ms in result.elapsed_ms.items()
    )
    size = say("common.pixels", width=upload.width, height=upload.height)
    about = badge(size) + badge(say_name("recipe", result.recipe)) + stored
    return f'<div class="pl-picture-head"><strong>{escape(upload.name)}</strong><div>{about}{times}</div></div>'


def _rounded(ms: float) -> str:
    return f"{ms:.0f}" if ms >= 10 else f"{ms:.1f}"
