"""The data sets there are, and the work that makes new ones."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.clicks import go
from pages.parts.empty_state import empty_state
from pages.parts.job_progress import job_progress
from pages.parts.language import say
from pipeline.workbench import jobs, snapshot_import, snapshots
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshots import StoredSnapshot

_STARTED = "datasets.jobs"
"""Ids of the jobs that this session has started, so that their outcome is seen here."""


def follow(job_id: int) -> None:
    """Has the page show a job until another one is started."""
    st.session_state[_STARTED] = job_id
    st.rerun()


def work_at_hand(bench: Workbench) -> None:
    """The job that was just started, and others that make data sets now."""
    at_work = [row.id for kind in (snapshots.KIND, snapshot_import.KIND) for row in jobs.active(bench, kind)]
    mine = st.session_state.get(_STARTED)
    for job_id in dict.fromkeys([*([mine] if mine else []), *at_work]):
        job_progress(bench, job_id)


def snapshot_list(bench: Workbench) -> None:
    """Every version of every data set, the newest first; a click opens one."""
    there = snapshots.list_snapshots(bench)
    if not there:
        empty_state(say("datasets.none"), say("datasets.none_text"))
        return
    column = st.column_config
    counts = {name: column.NumberColumn(say(f"datasets.count_{name}"), width=78) for name in _COUNTS}
    event = st.dataframe(
        pd.DataFrame([_cells(bench, stored) for stored in there]),
        hide_index=True,
        row_height=38,
        height="content" if len(there) < 12 else 460,
        column_config={
            "name": column.TextColumn(say("datasets.column_name"), width=150),
            "version": column.TextColumn(say("datasets.column_version"), width=65),
            **counts,
            "created": column.DatetimeColumn(say("datasets.column_created"), format="YYYY-MM-DD HH:mm", width=135),
            "fingerprint": column.TextColumn(say("datasets.column_fingerprint"), width=112),
            "state": column.TextColumn(say("datasets.column_state"), width=100),
        },
        selection_mode="single-cell",
        on_select="rerun",
        key="datasets.list",
        alt=say("datasets.list_alt"),
    )
    chosen = next((row for row, _ in event.selection.cells), None)
    if chosen is not None and chosen < len(there):
        go(set=there[chosen].id)


_COUNTS = ("train", "validation", "test", "negatives", "pictures")


def _cells(bench: Workbench, stored: StoredSnapshot) -> dict[str, object]:
    return {
        "name": stored.name,
        "version": f"v{stored.version}",
        **{name: stored.counts.get(name, 0) for name in _COUNTS},
        "created": stored.created.astimezone().replace(tzinfo=None),
        "fingerprint": stored.fingerprint[:12],
        "state": say("datasets.lost") if snapshots.is_lost(bench, stored) else say("datasets.kept"),
    }
