"""Plates of a data set side by side, each with what it reads and in which split it stands."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.clicks import link
from pages.parts.empty_state import empty_state
from pages.parts.language import say
from pages.parts.markup import badge, escape
from pages.parts.plate_look import crop_image
from pipeline.workbench import snapshot_views
from pipeline.workbench.snapshot_views import PlateState, Snapshot, SnapshotPlate, Split

_PAGE = 24
_LOOKS = {Split.TEST: "warn", Split.VALIDATION: "good"}


def snapshot_gallery(snapshot: Snapshot) -> None:
    """A page of plates at a time, of one split or all, with a text or all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = st.segmented_control(
            say("datasets.split"),
            [split.value for split in Split],
            format_func=lambda name: say(f"datasets.count_{name}"),
            key="datasets.split",
        )
        text = st.text_input(say("datasets.find"), key="datasets.find", width=240).replace(" ", "")
    plates = [plate for plate in snapshot.plates if split in (None, plate.split) and text in plate.text]
    if not plates:
        empty_state(say("datasets.no_plates"), say("datasets.no_plates_text"))
        return
    pages = -(-len(plates) // _PAGE)
    place = st.container()
    page = st.pagination(pages, key=f"datasets.page.{split}.{text}") if pages > 1 else 1
    with place:
        plate_cards(snapshot, [(plate, None) for plate in plates[(page - 1) * _PAGE : page * _PAGE]])


def plate_cards(snapshot: Snapshot, plates: Sequence[tuple[SnapshotPlate, str | None]]) -> None:
    """Each plate with what it was called before, where that is given."""
    cards = "".join(f"<li>{_card(snapshot, plate, before)}</li>" for plate, before in plates)
    st.html(f'<ul class="pl-cases">{cards}</ul>')


def _card(snapshot: Snapshot, plate: SnapshotPlate, before: str | None) -> str:
    said = plate.text if plate.state is PlateState.READ else say(f"datasets.state_{plate.state}")
    picture = crop_image(snapshot_views.crop_png(snapshot, plate), plate.text)
    if plate.inspection_id is not None:
        picture = link(picture, "analyze", look="pl-open", inspection=plate.inspection_id)
    earlier = f"<small>{escape(say('datasets.before', text=before or '–'))}</small>" if before is not None else ""
    made = " · ".join(part for part in (plate.reviewer, plate.origin) if part)
    split = badge(say(f"datasets.count_{plate.split}"), _LOOKS.get(plate.split, "quiet"))
    return (
        f'<div class="pl-case">{picture}<div class="pl-said"><b>{escape(said)}</b></div>'
        f"<p><span>{split}</span>{earlier}<small>{escape(made)}</small></p></div>"
    )
