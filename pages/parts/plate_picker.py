"""Choosing the plates to compare: dropped now, or out of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.parts import comparison
from pages.parts.drawn import thumbnail
from pages.parts.drop_zone import ACCEPTED, drop_zone, problem_box
from pages.parts.job_progress import job_progress
from pages.parts.language import say
from pages.parts.markup import escape, image_address, notice, progress
from pages.parts.plate_look import chip
from pages.parts.popover import popover
from pipeline.workbench import MediaError, inspections, video
from pipeline.workbench.analyze import analyze
from pipeline.workbench.bench import Workbench
from pipeline.workbench.examples import add_examples
from pipeline.workbench.plates import Plate, Taken, take_pictures
from pipeline.workbench.views import FileProblem, InspectionFilter, InspectionRow, Order, WorkedUpload

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_ROWS, _STRIP, _FEW, _EXAMPLES = 100, 8, 3, 4
_DROPS, _PROBLEMS, _WITHOUT = "compare.drops", "compare.problems", "compare.without"
"""How often files were taken; files that could not be; names of pictures in which there is no plate."""
_VIDEOS = "compare.videos"
"""Ids of the jobs that look for plates in videos, until their plates are on the table."""


def choose_plates(bench: Workbench, chosen: Sequence[Plate]) -> None:
    """The plates that are compared, and the ways to more; where there are none yet, those ways alone."""
    for job_id in st.session_state.get(_VIDEOS, ()):
        job_progress(bench, job_id)
    if chosen:
        with st.container(border=True, key="plates"):
            st.html(_strip(bench, chosen))
            with st.container(horizontal=True, gap="xsmall"):
                popover(say("compare.more_plates"), "compare.more_plates", lambda: _ways_in(bench))
                st.button(say("compare.clear"), on_click=lambda: comparison.set_plates(()), key="clear")
    else:
        _ways_in(bench)
    problem_box(st.session_state.get(_PROBLEMS, ()), lambda: st.session_state.pop(_PROBLEMS), "dismiss")
    if names := st.session_state.pop(_WITHOUT, None):
        notice(say("compare.without", names=", ".join(names)), "warn")


def take_videos(bench: Workbench) -> None:
    """Lays the plates of videos that the worker is through with on the table; deleted jobs are forgotten."""
    waiting = []
    for job_id in st.session_state.get(_VIDEOS, ()):
        found = video.plates_of(bench, job_id)
        if found is None:
            waiting.append(job_id)
        elif found:
            comparison.add_plates(found)
        elif name := video.name_of(bench, job_id):
            st.session_state.setdefault(_WITHOUT, []).append(name)
    st.session_state[_VIDEOS] = waiting


def compare_examples(bench: Workbench) -> None:
    """A button that draws example scenes and lays their plates on the table."""
    with st.container(horizontal=True, horizontal_alignment="center"):
        if not st.button(say("empty.examples"), key="examples"):
            return
    bar = st.empty()
    bar.html(progress(0, _EXAMPLES, say("empty.drawing", done=1, total=_EXAMPLES)))
    for done, upload in enumerate(add_examples(bench, _EXAMPLES), start=1):
        for step in analyze(bench, [upload.id]):
            if isinstance(step.made, WorkedUpload):
                comparison.add_plates(stored.id for stored in step.made.result.inspections)
        bar.html(progress(done, _EXAMPLES, say("empty.drawing", done=min(done + 1, _EXAMPLES), total=_EXAMPLES)))
    st.rerun()


def _ways_in(bench: Workbench) -> None:
    dropped, stored = st.tabs([say("compare.drop"), say("compare.stored")])
    with dropped:
        _drop(bench)
    with stored:
        _search(bench)


def _drop(bench: Workbench) -> None:
    """Stores what is dropped, finds its plates and lays them on the table."""
    limits = say("compare.drop_limits", megabytes=bench.config.max_upload_mb)
    key = f"compare.drop-{st.session_state.get(_DROPS, 0)}"
    files = drop_zone(bench, say("compare.drop_label"), limits, (*ACCEPTED, *video.ENDINGS), key)
    step = _choose_step()
    if not files:
        return
    bar = st.empty()
    bar.html(progress(0, len(files), say("compare.finding", name=files[0].name)))
    found: list[int] = []
    for done, item in enumerate(_take(bench, files, step), start=1):
        if isinstance(item, FileProblem):
            st.session_state.setdefault(_PROBLEMS, []).append(item)
        elif isinstance(item, int):
            st.session_state[_VIDEOS] = list(dict.fromkeys([*st.session_state.get(_VIDEOS, ()), item]))
            continue
        elif item.plates:
            found += item.plates
        else:
            st.session_state.setdefault(_WITHOUT, []).append(item.name)
        bar.html(progress(min(done, len(files)), len(files), say("compare.finding", name=item.name)))
    comparison.add_plates(found)
    st.session_state[_DROPS] = st.session_state.get(_DROPS, 0) + 1
    st.rerun()


def _choose_step() -> float:
    """Seconds between the frames of a video."""
    return st.segmented_control(
        say("compare.step"),
        video.STEPS,
        format_func=lambda seconds: say("compare.step_seconds", seconds=f"{seconds:g}"),
        default=video.STEP,
        required=True,
        key="compare.step",
        persist_state="session",
    )


def _take(bench: Workbench, files: Sequence[UploadedFile], step: float) -> Iterator[Taken | FileProblem | int]:
    """The plates of pictures, and the ids of the jobs that look through videos."""
    videos = [file for file in files if video.is_video_name(file.name)]
    for file in videos:
        try:
            yield video.start_video(bench, file.name, file.getvalue(), step)
        except MediaError as error:
            yield FileProblem(file.name, str(error), type(error).__name__)
    yield from take_pictures(bench, ((file.name, file.getvalue()) for file in files if file not in videos))


def _search(bench: Workbench) -> None:
    """The newest stored plates that match, to be ticked."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            say("stored.search"), placeholder=say("stored.search_hint"), key="compare.search", persist_state="session"
        )
        attention = st.toggle(say("stored.attention"), key="compare.attention", persist_state="session")
    wanted = InspectionFilter(text=text, doubtful=attention or None, reviewed=False if attention else None, newest=True)
    found = inspections.search(bench, wanted, Order.NEWEST, _ROWS)
    if not found.rows:
        st.caption(say("stored.nothing_title") if text or attention else say("stored.empty_title"))
        return
    ticked = _table(bench, found.rows)
    more = say("compare.newest", shown=len(found.rows), total=f"{found.total:,}") if found.total > _ROWS else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("compare.take", count=len(ticked)), type="primary", disabled=not ticked, key="take_ticked"):
            comparison.add_plates(ticked)
            st.rerun()
        if st.button(say("compare.take_all", count=len(found.rows)), key="take_all"):
            comparison.add_plates(row.id for row in found.rows)
            st.rerun()
        st.caption(more)


def _table(bench: Workbench, rows: Sequence[InspectionRow]) -> list[int]:
    """The ids of the rows that are ticked."""
    column = st.column_config
    event = st.dataframe(
        pd.DataFrame([_cells(bench, row) for row in rows]),
        hide_index=True,
        row_height=38,
        height=min(38 * len(rows) + 40, 420),
        column_config={
            "crop": column.ImageColumn(say("stored.column_crop"), width=140),
            "text": column.TextColumn(say("stored.column_text"), width=110),
            "truth": column.TextColumn(say("stored.column_truth"), width=110),
            "confidence": column.ProgressColumn(
                say("stored.column_confidence"), min_value=0, max_value=100, format="%d %%", width=110
            ),
            "file": column.TextColumn(say("stored.column_file"), width=200),
        },
        selection_mode="multi-row",
        on_select="rerun",
        key="compare.table",
        alt=say("stored.table_alt"),
    )
    return [rows[number].id for number in event.selection.rows if number < len(rows)]


def _cells(bench: Workbench, row: InspectionRow) -> dict[str, object]:
    return {
        "crop": image_address(jpeg) if (jpeg := thumbnail(bench, row.crop_sha256)) else None,
        "text": row.text or say("common.no_text"),
        "truth": row.truth or ("" if row.truth is None else say("common.no_text")),
        "confidence": round(100 * row.confidence),
        "file": row.name,
    }


def _strip(bench: Workbench, chosen: Sequence[Plate]) -> str:
    """The plates as small pictures; few of them with their texts, which stand in the grid for many."""
    few = len(chosen) <= _FEW
    shown = "".join(
        f'<li title="{escape(plate.name)}">{_image(bench, plate)}'
        f"{chip(plate.reference, plate.formats, 'small') if few else ''}</li>"
        for plate in chosen[:_STRIP]
    )
    rest = len(chosen) - _STRIP
    more = f"<li>{escape(say('compare.and_more', count=rest))}</li>" if rest > 0 else ""
    title = escape(say("compare.plates", count=len(chosen)))
    return f'<h2 class="pl-section">{title}</h2><ul class="pl-strip">{shown}{more}</ul>'


def _image(bench: Workbench, plate: Plate) -> str:
    jpeg = thumbnail(bench, plate.crop_sha256)
    return f'<img src="{image_address(jpeg)}" alt="">' if jpeg else ""
