"""One version of a data set: its plates, its classes, who made it, what changed, and the way out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.clicks import go
from pages.parts.dataset_charts import balance_chart
from pages.parts.dataset_gallery import plate_cards, snapshot_gallery
from pages.parts.empty_state import empty_state
from pages.parts.language import say, say_name
from pages.parts.markup import escape, heading, moment, notice, section
from pipeline.workbench import NotFound, PlateLoopError, snapshot_export, snapshot_views, snapshots
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshot_export import ExportForm
from pipeline.workbench.snapshot_views import Snapshot
from pipeline.workbench.snapshots import StoredSnapshot

_VIEWS = ("gallery", "balance", "people", "changes", "export")
_SHOWN = 24


def show_snapshot(bench: Workbench, asked: str) -> None:
    """The snapshot of that id; a sentence where there is none, or where it is no longer what was frozen."""
    if st.button(f"← {say('datasets.back')}"):
        go()
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    try:
        stored, snapshot = _open(bench, number)
    except NotFound:
        empty_state(say("datasets.unknown", id=asked), say("analyze.unknown_text"))
        return
    except PlateLoopError as error:
        notice(str(error), "bad", say("datasets.unusable"))
        return
    fingerprint = say("datasets.fingerprint", fingerprint=stored.fingerprint[:12])
    heading(stored.title, f"{moment(stored.created)} · {fingerprint}")
    _counts(snapshot)
    view = st.segmented_control(
        say("datasets.view"),
        _VIEWS,
        format_func=lambda name: say(f"datasets.view_{name}"),
        default=_VIEWS[0],
        required=True,
        key="datasets.view",
        persist_state="session",
        label_visibility="collapsed",
    )
    match view:
        case "gallery":
            snapshot_gallery(snapshot)
        case "balance":
            balance_chart(snapshot)
        case "people":
            _people(snapshot)
        case "changes":
            _changes(bench, stored, snapshot)
        case _:
            _export(snapshot)


def _open(bench: Workbench, number: int) -> tuple[StoredSnapshot, Snapshot]:
    stored = bench.store.snapshots.get(number)
    with st.spinner(say("datasets.verifying")):
        return stored, _verified(bench, number, stored.fingerprint)


@st.cache_data(max_entries=8, ttl=120, show_spinner=False)
def _verified(_bench: Workbench, number: int, fingerprint: str) -> Snapshot:
    return snapshots.open_snapshot(_bench, number)


def _counts(snapshot: Snapshot) -> None:
    cards = "".join(
        f"<li><span>{escape(say(f'datasets.count_{name}'))}</span><strong>{count:,}</strong></li>"
        for name, count in snapshot.counts.items()
    )
    st.html(f'<ul class="pl-counts">{cards}</ul>')


def _people(snapshot: Snapshot) -> None:
    view = snapshot_views.view_of(snapshot)
    lists = (
        ("people", view.people),
        ("origins", {say_name("source", name): count for name, count in view.origins.items()}),
        ("left_out", {say_name("left_out", name): count for name, count in snapshot.left_out.items()}),
    )
    for column, (title, counted) in zip(st.columns(len(lists), gap="large"), lists, strict=True):
        with column:
            section(say(f"datasets.{title}"))
            if not counted:
                st.caption(say("datasets.nobody"))
            rows = "".join(f"<li><span>{escape(name)}</span><b>{count:,}</b></li>" for name, count in counted.items())
            st.html(f'<ul class="pl-tally">{rows}</ul>')


def _changes(bench: Workbench, stored: StoredSnapshot, snapshot: Snapshot) -> None:
    others = [
        its for its in snapshots.list_snapshots(bench) if its.id != stored.id and not snapshots.is_lost(bench, its)
    ]
    if not others:
        empty_state(say("datasets.no_other"), say("datasets.no_other_text"))
        return
    titles = {its.id: its.title for its in others}
    usual = next((its.id for its in others if its.name == stored.name and its.version < stored.version), others[0].id)
    chosen = st.selectbox(
        say("datasets.against"),
        list(titles),
        list(titles).index(usual),
        titles.__getitem__,
        key="datasets.against",
        width=320,
    )
    found = snapshot_views.changes(_open(bench, chosen)[1], snapshot)
    if not (found.added or found.removed or found.relabelled):
        st.caption(say("datasets.same"))
    if found.relabelled:
        section(say("datasets.relabelled", count=f"{len(found.relabelled):,}"))
        plate_cards(snapshot, [(new, old.text) for old, new in found.relabelled[:_SHOWN]])
    if found.added:
        section(say("datasets.added", count=f"{len(found.added):,}"))
        plate_cards(snapshot, [(plate, None) for plate in found.added[:_SHOWN]])
    if found.removed:
        section(say("datasets.removed", count=f"{len(found.removed):,}"))
        plate_cards(_open(bench, chosen)[1], [(plate, None) for plate in found.removed[:_SHOWN]])


def _export(snapshot: Snapshot) -> None:
    st.caption(say("datasets.export_text"))
    grid = st.grid(3, min_column_width=240)
    for form in ExportForm:
        with grid.cell(), st.container(border=True, key=f"export-{form}"):
            st.html(
                f"<strong>{escape(say(f'datasets.form_{form}'))}</strong>"
                f'<p class="pl-hint">{escape(say(f"datasets.form_{form}_text"))}</p>'
            )
            st.download_button(
                say("datasets.download"),
                partial(snapshot_export.export_zip, snapshot, form),
                snapshot_export.export_name(snapshot, form),
                "application/zip",
                on_click="ignore",
                key=f"download-{form}",
            )
