"""What is seen of a plate under review: the crop in several versions, its picture, why it is hard, who read what."""

from __future__ import annotations

import streamlit as st

from pages.parts import plate_look as look
from pages.parts.failure_gallery import reading
from pages.parts.language import say, say_doubt
from pages.parts.markup import badge, escape, image_address, section
from pages.parts.way_look import backend_name, way_name
from pipeline.plate.grammar import parse
from pipeline.plate.types import Stage, StageFailure
from pipeline.workbench import sights
from pipeline.workbench.bench import Workbench
from pipeline.workbench.sights import Sight
from pipeline.workbench.views import StoredCase, StoredInspection
from pipeline.workbench.ways import Way

_VERSION = "review.version"


def choose_version(bench: Workbench, sight: Sight, again: bytes | None) -> None:
    """The plate, large, with the enhanced versions a key away; ``again`` is its crop inside other corners."""
    ways = _chains(bench)
    chosen = ways[int(st.session_state.get(_VERSION, 0)) % len(ways)]
    if again is not None or chosen.key == sights.UNCHANGED:
        made: bytes | StageFailure = again or sight.crop
    else:
        made = sights.enhanced(bench, sight.stored, chosen)
    if isinstance(made, StageFailure):
        st.html(f'<div class="pl-review-crop"><p>{escape(look.failure_words(made))}</p></div>')
    else:
        alt = escape(say("plate.crop_alt", text=sight.stored.inspection.verdict.text or say("common.no_text")))
        st.html(f'<div class="pl-review-crop"><img src="{image_address(made)}" alt="{alt}"></div>')
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="review-versions"):
        off = again is not None
        st.button(say("review.version_before"), shortcut="Up", on_click=_step, args=(-1,), key="before", disabled=off)
        st.button(say("review.version_after"), shortcut="Down", on_click=_step, args=(1,), key="after", disabled=off)
        name = say("review.corners_fixed") if off else way_name(chosen)
        place = "" if off else f" · {ways.index(chosen) + 1}/{len(ways)}"
        st.html(f'<p class="pl-count">{escape(name + place)}</p>', width="content")


@st.cache_data(ttl=600, show_spinner=False)
def _chains(_bench: Workbench) -> tuple[Way, ...]:
    return sights.usable_chains(_bench)


def _step(by: int) -> None:
    st.session_state[_VERSION] = int(st.session_state.get(_VERSION, 0)) + by


def show_reasons(case: StoredCase, stored: StoredInspection, text: str) -> None:
    """Why the plate is here, and what the grammar says of the text as it stands."""
    verdict = stored.inspection.verdict
    parsed = parse(text)
    fits = look.format_words(tuple(match.format.name for match in parsed.matches[:2]))
    said = badge(fits, "good") if fits else badge(" ".join(say_doubt(doubt) for doubt in parsed.doubts[:1]), "warn")
    rows = "".join(f"<li class=pl-warn>{escape(say_doubt(reason))}</li>" for reason in case.flag.reasons)
    st.html(
        f'<div class="pl-review-head">{look.chip(verdict.text, verdict.formats)}{look.confidence(verdict.confidence)}'
        f'</div><div class="pl-review-fits">{said}</div><ul class="pl-remarks">{rows}</ul>'
    )


def show_readings(stored: StoredInspection, text: str) -> None:
    """Every reading, character under character with the text as it stands."""
    section(say("review.readings"))
    rows = "".join(
        f"<dt>{escape(backend_name(Stage.READER, one.reader))}</dt>"
        f"<dd>{reading(text, one.text)}<small>{look.percent(one.confidence)}</small></dd>"
        for one in sorted(stored.inspection.readings, key=lambda one: -one.confidence)
    )
    st.html(f'<dl class="pl-review-readings">{rows}</dl>')


def show_whole(sight: Sight) -> None:
    name = escape(sight.stored.uploads[0].name) if sight.stored.uploads else ""
    image = f'<img src="{image_address(sight.picture)}" alt="{escape(say("review.whole"))}">'
    st.html(f'<figure class="pl-review-whole">{image}<figcaption>{name}</figcaption></figure>')
