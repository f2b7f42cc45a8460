"""Choosing dark pictures and what to enhance them with, and the checks there are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.clicks import go
from pages.parts.drop_zone import ACCEPTED, drop_zone
from pages.parts.empty_state import empty_state
from pages.parts.language import say
from pages.parts.markup import notice, progress, section
from pages.parts.way_look import backend_name, way_name
from pipeline.plate.types import Stage
from pipeline.workbench import PlateLoopError, downstream, failure_sets, picture_sets, ways
from pipeline.workbench.bench import Workbench
from pipeline.workbench.downstream_views import StoredCheck, checks
from pipeline.workbench.ways import UNCHANGED

_CHOSEN, _WANTED, _DROPS = "low_light.place", "low_light.wanted", "low_light.drops"
_FIRST = ("zero_dce", "contrast")
_DARK = "shared/low-light"
_NIGHTS = 12


def choose(bench: Workbench) -> None:
    """The way to a new check: pictures, chains, and the button."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        _drop(bench)
        place = _pick(bench)
    with right:
        keys = _chains(bench)
        if st.button(
            say("low_light.start"),
            type="primary",
            key="low_light.start",
            disabled=not (place and keys),
            width="stretch",
        ):
            try:
                check = downstream.start_check(bench, str(place), keys)
            except PlateLoopError as error:
                notice(str(error), "bad")
            else:
                go(check=check.id)
        st.caption(say("low_light.limits", side=f"{downstream.SIDE:,}", most=f"{picture_sets.MOST_PICTURES:,}"))


def check_table(bench: Workbench) -> None:
    """Every check; a click opens one."""
    known = checks(bench)
    section(say("low_light.checks"))
    if not known:
        empty_state(say("low_light.no_checks"), say("low_light.no_checks_text"))
        _offer_example(bench)
        return
    column = st.column_config
    event = st.dataframe(
        pd.DataFrame([_cells(check) for check in known]),
        hide_index=True,
        row_height=38,
        height="content",
        column_config={
            "set": column.TextColumn(say("low_light.column_set"), width=220),
            "chains": column.TextColumn(say("low_light.column_chains"), width=420),
            "count": column.TextColumn(say("low_light.column_count"), width=90),
            "state": column.TextColumn(say("low_light.column_state"), width=110),
            "created": column.DatetimeColumn(say("low_light.column_created"), format="YYYY-MM-DD HH:mm", width=140),
        },
        selection_mode="single-cell",
        on_select="rerun",
        key="low_light.checks",
        alt=say("low_light.checks_alt"),
    )
    chosen = next((row for row, _ in event.selection.cells), None)
    if chosen is not None and chosen < len(known):
        go(check=known[chosen].id)


def chain_name(key: str, title: str) -> str:
    """In the person's language; a saved chain by the name it was given."""
    names = key.split("+")
    known = ways.enhancers()
    return " + ".join(backend_name(Stage.ENHANCER, name) for name in names) if set(names) <= known else title


def _drop(bench: Workbench) -> None:
    """What is dropped lies in the state folder before anything else happens."""
    limits = say("low_light.drop_limits", megabytes=bench.config.max_upload_mb)
    key = f"low_light.drop-{st.session_state.get(_DROPS, 0)}"
    files = drop_zone(bench, say("low_light.drop"), limits, ACCEPTED, key, say("low_light.drop_title"))
    if not files:
        return
    try:
        kept = [
            failure_sets.keep_zip(bench, file.name, file.getvalue())
            for file in files
            if file.name.lower().endswith(".zip")
        ]
        loose = [(file.name, file.getvalue()) for file in files if not file.name.lower().endswith(".zip")]
        if loose:
            kept.append(picture_sets.keep_pictures(bench, say("low_light.dropped"), loose))
    except PlateLoopError as error:
        notice(str(error), "bad")
        return
    st.session_state[_DROPS] = st.session_state.get(_DROPS, 0) + 1
    st.session_state[_WANTED] = kept[-1].place
    st.rerun()


def _pick(bench: Workbench) -> str | None:
    known = {place.place: place for place in picture_sets.places(bench)}
    if not known:
        return None
    wanted = st.session_state.pop(_WANTED, None) or st.session_state.get(_CHOSEN) or _DARK
    st.session_state[_CHOSEN] = wanted if wanted in known else next(iter(known))

    def name(place: str) -> str:
        return known[place].name if known[place].own else say("low_light.shared_set", name=known[place].name)

    return st.selectbox(say("low_light.set"), list(known), format_func=name, key=_CHOSEN)


def _chains(bench: Workbench) -> list[str]:
    """The keys of the chains that are chosen."""
    usable = {way.key: way for way in ways.chains(bench, {}) if way.key != UNCHANGED and not way.missing}
    chosen = st.pills(
        say("low_light.chains"),
        list(usable),
        selection_mode="multi",
        default=[key for key in _FIRST if key in usable],
        format_func=lambda key: way_name(usable[key]),
        key="low_light.chains",
        help=say("low_light.chains_help"),
        persist_state="session",
    )
    steps = st.multiselect(
        say("low_light.chain_steps"),
        sorted(ways.enhancers() & usable.keys()),
        format_func=lambda name: backend_name(Stage.ENHANCER, name),
        placeholder=say("low_light.chain_hint"),
        key="low_light.steps",
        persist_state="session",
    )
    return list(dict.fromkeys([*chosen, *(["+".join(steps)] if steps else [])]))


def _offer_example(bench: Workbench) -> None:
    with st.container(horizontal=True, horizontal_alignment="center"):
        wanted = st.button(say("low_light.example"), key="low_light.example")
    if wanted:
        bar = st.empty()
        for done in picture_sets.draw_nights(bench, _NIGHTS):
            bar.html(progress(done, _NIGHTS, say("low_light.drawing", done=done, total=_NIGHTS)))
        st.session_state[_WANTED] = picture_sets.EXAMPLE_PLACE
        st.rerun()


def _cells(check: StoredCheck) -> dict[str, object]:
    plan = check.plan
    return {
        "set": plan.name,
        "chains": ", ".join(chain_name(chain.key, chain.title) for chain in plan.chains[1:]),
        "count": f"{len(plan.pictures):,}",
        "state": say("low_light.state_done" if check.finished else "low_light.state_open"),
        "created": check.created.astimezone().replace(tzinfo=None),
    }
